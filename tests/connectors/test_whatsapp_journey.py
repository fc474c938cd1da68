"""WhatsApp against the stand-in: messages in, messages out, statuses, faults."""

from __future__ import annotations

import time

import pytest

from runtime import keys
from runtime.records import Choice, Inbound, Outbound, TemplateRef
from tests.connectors.conftest import Gateway, wait_until
from tests.standin.bodies import Person
from tests.standin.server import StandIn, text_of

ASHA = Person("919811100001", "IN.13491208655302741918")


def reply(inbound: Inbound, text: str, number: int = 1, **more: object) -> Outbound:
    return Outbound(
        id=f"out-{inbound.id}-{number}",
        conversation=inbound.conversation,
        channel="whatsapp",
        in_reply_to=inbound.id,
        text=text,
        at=time.time(),
        **more,  # type: ignore[arg-type]
    )


def greeted(gateway: Gateway, meta: StandIn, person: Person = ASHA) -> Inbound:
    meta.say(person, "Hi")
    return gateway.wait_inbox(1)[-1]


def test_a_message_arrives_is_marked_as_read_and_answered(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    assert (inbound.kind, inbound.text, inbound.channel) == ("text", "Hi", "whatsapp")
    assert ASHA.phone not in inbound.to_json()
    choices = (Choice("lang:hi", "हिन्दी"), Choice("lang:ur", "اردو"))
    gateway.answer(inbound.conversation, reply(inbound, "Which language?", choices=choices))
    sent = meta.wait_for(ASHA, 1)[0]
    assert text_of(sent.payload) == "Which language?"
    assert sent.payload["biz_opaque_callback_data"] == f"out-{inbound.id}-1"
    meta.tap(ASHA, sent, "हिन्दी")
    tapped = gateway.wait_inbox(2)[-1]
    assert (tapped.kind, tapped.choice, tapped.text) == ("choice", "lang:hi", "हिन्दी")
    assert tapped.conversation == inbound.conversation
    wait_until(lambda: len(meta.meta.reads) == 2)
    wait_until(lambda: gateway.redis.hget(keys.delivery(f"out-{inbound.id}-1"), "status") == "read")


def test_order_is_kept_within_a_conversation_and_the_stream_is_emptied(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    gateway.answer(inbound.conversation, *(reply(inbound, f"line {n}", n) for n in range(12)))
    end = Outbound(id="end", conversation=inbound.conversation, channel="whatsapp", kind="turn_end")
    gateway.answer(inbound.conversation, end)
    assert [text_of(sent.payload) for sent in meta.wait_for(ASHA, 12)] == [f"line {n}" for n in range(12)]
    wait_until(lambda: gateway.redis.xlen(keys.sendbox(keys.partition(inbound.conversation))) == 0)


@pytest.mark.parametrize("accepted", [True, False])
def test_a_line_that_breaks_neither_doubles_nor_loses(gateway: Gateway, meta: StandIn, accepted: bool) -> None:
    inbound = greeted(gateway, meta)
    meta.break_line(accepted=accepted)
    gateway.answer(inbound.conversation, reply(inbound, "first", 1), reply(inbound, "second", 2))
    assert [text_of(sent.payload) for sent in meta.wait_for(ASHA, 2)] == ["first", "second"]
    time.sleep(0.5)
    assert len(meta.to(ASHA)) == 2


def test_temporary_errors_are_tried_again(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    meta.fail(131000, 500)
    meta.fail(130429, 429)
    gateway.answer(inbound.conversation, reply(inbound, "after all"))
    assert text_of(meta.wait_for(ASHA, 1)[0].payload) == "after all"


def test_our_own_mistake_is_never_tried_again_and_stays_visible(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    meta.fail(131009)
    gateway.answer(inbound.conversation, reply(inbound, "Asha Kumari, refused", 1), reply(inbound, "good", 2))
    assert text_of(meta.wait_for(ASHA, 1)[0].payload) == "good"
    [(_, kept)] = gateway.redis.xrange(keys.undeliverable(keys.partition(inbound.conversation)))
    assert kept["code"] == "131009" and kept["id"] == f"out-{inbound.id}-1" and "Kumari" not in str(kept)


def test_a_closed_window_makes_it_a_template(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    gateway.redis.hset(keys.contact(inbound.conversation), "last_inbound_at", time.time() - 25 * 3600)
    template = TemplateRef("stage_sent_back", "hi", ("आय प्रमाण पत्र", "DL-2026-7"))
    gateway.answer(inbound.conversation, reply(inbound, "Sent back", template=template, lang="hi"))
    sent = meta.wait_for(ASHA, 1)[0]
    assert sent.payload["template"]["name"] == "stage_sent_back"
    meta.tap(ASHA, sent, "repair:DL-2026-7")
    tapped = gateway.wait_inbox(2)[-1]
    assert (tapped.kind, tapped.choice) == ("choice", "repair:DL-2026-7")


def test_an_answer_of_staff_after_the_window_is_a_template_that_leads_to_it(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    gateway.redis.hset(keys.contact(inbound.conversation), "last_inbound_at", time.time() - 25 * 3600)
    template = TemplateRef("staff_answered", "hi", ("राजस्व विभाग", "4F1A09C2"))
    gateway.answer(inbound.conversation, reply(inbound, "Counter 4.", template=template, lang="hi"))
    sent = meta.wait_for(ASHA, 1)[0]
    assert sent.payload["template"]["name"] == "staff_answered"
    buttons = [part for part in sent.payload["template"]["components"] if part["type"] == "button"]
    assert buttons[0]["parameters"] == [{"type": "payload", "payload": "more:staff:answer"}]


def test_a_window_that_only_meta_knows_to_be_closed(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    meta.meta.windows[ASHA.address] = time.time() - 25 * 3600
    template = TemplateRef("stage_approved", "en", ("Income Certificate", "DL-2026-7"))
    gateway.answer(inbound.conversation, reply(inbound, "Approved", template=template))
    assert meta.wait_for(ASHA, 1)[0].payload["type"] == "template"


def test_without_a_template_it_is_kept_as_undeliverable(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    gateway.redis.hset(keys.contact(inbound.conversation), "last_inbound_at", time.time() - 25 * 3600)
    gateway.answer(inbound.conversation, reply(inbound, "late"))
    stream = keys.undeliverable(keys.partition(inbound.conversation))
    wait_until(lambda: gateway.redis.xlen(stream) == 1)
    assert gateway.redis.xrange(stream)[0][1]["code"] == "window_closed"
    assert meta.to(ASHA) == []


def test_a_person_who_cannot_be_reached_is_left_alone_until_they_write(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    meta.fail(131026)
    gateway.answer(inbound.conversation, reply(inbound, "one", 1), reply(inbound, "two", 2))
    stream = keys.undeliverable(keys.partition(inbound.conversation))
    wait_until(lambda: gateway.redis.xlen(stream) == 2)
    assert meta.to(ASHA) == []
    time.sleep(1.1)
    meta.say(ASHA, "I am back")
    gateway.answer(inbound.conversation, reply(inbound, "three", 3))
    assert text_of(meta.wait_for(ASHA, 1)[0].payload) == "three"


def test_a_wrong_token_halts_everything_and_nothing_is_lost(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    meta.fail(190, 401)
    gateway.answer(inbound.conversation, reply(inbound, "later"))
    wait_until(lambda: gateway.redis.get(keys.HALT) == "190")
    assert "sahayak_sending_halted 1.0" in gateway.http.get("/metrics").text
    assert text_of(meta.wait_for(ASHA, 1)[0].payload) == "later"


def test_duplicated_and_shuffled_webhooks_change_nothing(gateway: Gateway, meta: StandIn) -> None:
    meta.duplicates, meta.shuffled = 2, True
    inbound = greeted(gateway, meta)
    gateway.answer(inbound.conversation, reply(inbound, "once"))
    meta.wait_for(ASHA, 1)
    wait_until(lambda: gateway.redis.hget(keys.delivery(f"out-{inbound.id}-1"), "status") == "read")
    time.sleep(0.3)
    assert len(gateway.inbox()) == 1 and len(meta.to(ASHA)) == 1
    assert gateway.redis.hget(keys.delivery(f"out-{inbound.id}-1"), "status") == "read"


def test_a_person_without_a_number_is_reached_by_user_id(gateway: Gateway, meta: StandIn) -> None:
    hidden = Person("", "IN.99123400000000000001")
    inbound = greeted(gateway, meta, hidden)
    gateway.answer(inbound.conversation, reply(inbound, "hello"))
    sent = meta.wait_for(hidden, 1)[0]
    assert sent.payload["recipient"] == hidden.user_id and "to" not in sent.payload


def test_many_conversations_do_not_wait_for_one_another(gateway: Gateway, meta: StandIn) -> None:
    people = [Person(f"9198222{number:05d}") for number in range(20)]
    for person in people:
        meta.say(person, "Hi")
    inbounds = gateway.wait_inbox(20)
    slow = inbounds[0]
    meta.fail(131056)
    gateway.answer(slow.conversation, reply(slow, "slow"))
    wait_until(lambda: meta.meta.refused)
    for inbound in inbounds[1:]:
        gateway.answer(inbound.conversation, reply(inbound, "quick"))
    wait_until(lambda: len(meta.meta.sent) >= 19)
    assert {text_of(sent.payload) for sent in meta.meta.sent[:19]} == {"quick"}


def test_erasing_forgets_the_address_after_the_last_words(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    gateway.redis.set(keys.state(inbound.conversation), "{}")
    first = Outbound(id="first", conversation=inbound.conversation, channel="whatsapp", kind="turn_end")
    gateway.answer(inbound.conversation, first)
    wait_until(lambda: gateway.redis.xlen(keys.sendbox(keys.partition(inbound.conversation))) == 0)
    assert gateway.redis.exists(keys.contact(inbound.conversation))
    gateway.redis.delete(keys.state(inbound.conversation))
    end = Outbound("end", inbound.conversation, "whatsapp", kind="turn_end", in_reply_to=inbound.id)
    gateway.answer(inbound.conversation, reply(inbound, "All is erased."), end)
    meta.wait_for(ASHA, 1)
    wait_until(lambda: not gateway.redis.exists(keys.contact(inbound.conversation)))
    assert gateway.redis.keys(keys.identity("whatsapp", "*")) == []


def test_who_writes_again_while_the_last_words_go_out_is_still_answered(gateway: Gateway, meta: StandIn) -> None:
    inbound = greeted(gateway, meta)
    meta.say(ASHA, "one more thing")
    again = gateway.wait_inbox(2)[-1]
    end = Outbound("end", inbound.conversation, "whatsapp", kind="turn_end", in_reply_to=inbound.id)
    gateway.answer(inbound.conversation, reply(inbound, "All is erased."), end)
    wait_until(lambda: gateway.redis.xlen(keys.sendbox(keys.partition(inbound.conversation))) == 0)
    gateway.answer(again.conversation, reply(again, "Yes?"))
    assert [text_of(sent.payload) for sent in meta.wait_for(ASHA, 2)] == ["All is erased.", "Yes?"]
