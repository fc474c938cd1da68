"""A draft goes on in another conversation: two conversations on a real Redis, real worker, model and department."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Callable, Iterator

import pytest

from catalogue import messages
from dialogue.conversation import Conversation
from runtime import keys
from runtime.errors import BlobNotFound
from runtime.records import Inbound
from tests.conversations.chat import Chat
from tests.conversations.citizen import Citizen, answer, apply_for, read
from tests.conversations.post import CODE, Held, Phone, Post

pytestmark = pytest.mark.rasa
NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}")


@pytest.fixture
def post(redis_url: str, new_chat: Callable[[], Chat]) -> Iterator[Post]:
    made = Post(redis_url, new_chat())
    made.start()
    yield made
    made.stop()
    made.run(made.redis.close())


def fill(phone: Phone, citizen: Citizen, until: str, service: str = "income_certificate") -> None:
    """Answers until `until` is asked for."""
    phone.say(citizen.openings[service])
    for _ in range(40):
        if not phone.asks or until in [name for ask in phone.asks for name in ask]:
            return
        kind = phone.asks[0][1]
        if kind in ("consent", "confirm"):
            phone.say(citizen.yes)
        elif kind == "document":
            phone.send_file()
        else:
            phone.say(answer(phone, citizen, service))
    raise AssertionError(phone.text)


def finish(phone: Phone, citizen: Citizen, service: str = "income_certificate") -> None:
    for _ in range(40):
        if not phone.asks:
            return
        kind = phone.asks[0][1]
        if kind in ("consent", "confirm"):
            phone.tap("confirm:yes")
        elif kind == "document":
            phone.send_file()
        else:
            phone.say(answer(phone, citizen, service))
    raise AssertionError(phone.text)


def blobs_of(post: Post, state: Conversation) -> list[bytes]:
    return [post.chat.services.vault.get(blob) for blob in state.blobs()]


@pytest.mark.parametrize("lang", ["en", "hi", "pa", "ur"])
def test_begun_on_whatsapp_and_sent_in_at_a_kiosk(post: Post, lang: str) -> None:
    citizen = read(f"{lang}_native")
    phone, kiosk = post.phone("whatsapp"), post.phone("web")
    fill(phone, citizen, "document")
    phone.send_file()
    before = phone.state
    assert before.draft is not None and before.draft.papers and before.consent
    code = phone.code()
    assert phone.says("move_code")
    kiosk.say(code.replace(" ", "") if lang == "en" else code)
    assert kiosk.says("move_found") and kiosk.fresh[-1].lang == lang, kiosk.text
    assert str(before.draft.values["applicant_name"]) in kiosk.text
    assert kiosk.state.draft is None and not kiosk.state.blobs(), "nothing is carried over before the yes"
    kiosk.tap("confirm:yes")
    phone.listen()
    assert phone.says("move_left") and phone.state.draft is None and not phone.state.blobs()
    assert kiosk.says("move_arrived") and kiosk.asks
    after = kiosk.state
    assert after.draft is not None and after.draft.id == before.draft.id
    assert (after.draft.values, after.consent) == (before.draft.values, before.consent)
    assert after.draft.papers == before.draft.papers and blobs_of(post, after)
    assert (after.people, after.filed, after.parked) == ((), (), ())
    finish(kiosk, citizen)
    assert NUMBER.search(kiosk.text), kiosk.text
    assert not post.run(post.redis.exists(keys.code(phone.conversation)))


def test_what_else_the_owner_has_stays(post: Post) -> None:
    citizen = read("en_native")
    phone, kiosk = post.phone(), post.phone()
    fill(phone, citizen, "")
    assert phone.state.filed and phone.state.people and phone.state.people[0].papers
    phone.say("I need a domicile certificate")
    while phone.asks[0][1] == "confirm":
        phone.tap("confirm:yes")
    own = phone.state
    assert own.draft is not None and own.draft.values and own.draft.papers, "what was known was taken over"
    shared = own.draft.blobs() & own.people[0].blobs()
    assert shared
    kiosk.say(phone.code())
    kiosk.tap("confirm:yes")
    phone.listen()
    moved = kiosk.state
    assert moved.draft is not None and moved.draft.values == own.draft.values
    assert moved.draft.person not in [person.id for person in own.people]
    assert (moved.people, moved.filed, moved.draft.proposed) == ((), (), {})
    assert phone.state.people == own.people and len(phone.state.filed) == len(own.filed)
    # The paper is with both, each its own: who erases leaves the other's.
    assert not moved.blobs() & phone.state.blobs()
    phone.say("delete my data")
    phone.tap("confirm:yes")
    assert blobs_of(post, moved)
    for blob in shared:
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)
    kiosk.say("delete my data")
    kiosk.tap("confirm:yes")
    for blob in moved.blobs():
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)


def test_a_code_works_once_and_for_the_first_only(post: Post) -> None:
    phone, kiosk, other = post.phone(), post.phone(), post.phone()
    fill(phone, read("en_native"), "occupation")
    old = phone.code()
    code = phone.code()
    other.say(old)
    assert other.says("move_wrong"), "a new code takes the place of the earlier one"
    kiosk.say(code)
    other.say(code)
    assert kiosk.says("move_found") and other.says("move_wrong")
    kiosk.tap("confirm:no")
    assert kiosk.says("left_as_it_is") and phone.state.draft is not None
    kiosk.say(code)
    kiosk.tap("confirm:yes")
    assert kiosk.state.draft is not None
    other.say(code)
    kiosk.tap("cancel")
    kiosk.say(code)
    assert kiosk.says("move_wrong") and other.says("move_wrong")


def test_a_code_runs_out(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "occupation")
    code = phone.code()
    life = post.run(post.redis.ttl(keys.code(phone.conversation)))
    assert 890 < life <= 900
    for key in post.run(post.redis.keys("*:code*")):
        post.run(post.redis.pexpire(key, 1))
    time.sleep(0.01)
    kiosk.say(code)
    assert kiosk.says("move_wrong")


def test_guessing_is_stopped(post: Post) -> None:
    from runtime.worker import codes

    phone, guesser, kiosk = post.phone(), post.phone(), post.phone()
    fill(phone, read("en_native"), "occupation")
    code = phone.code()
    for number in range(codes.PER_CONVERSATION):
        guesser.say(f"{number:09d}")
        assert guesser.says("move_wrong")
    guesser.say(code)
    assert guesser.says("move_limited"), "the right one does not help any more"
    assert 0 < post.run(post.redis.ttl(keys.tries(guesser.conversation))) <= codes.WINDOW_S
    assert int(post.run(post.redis.get(keys.TRIES))) == codes.PER_CONVERSATION
    post.run(post.redis.set(keys.TRIES, codes.OVERALL))
    kiosk.say(code)
    assert kiosk.says("move_limited"), "whoever it is"
    post.run(post.redis.delete(keys.TRIES))
    kiosk.say(code)
    assert kiosk.says("move_found")


def yes(phone: Phone) -> None:
    """Says yes without waiting for what comes of it."""
    post = phone.post
    inbound = Inbound(uuid.uuid4().hex, phone.conversation, phone.channel, "choice", time.time(), choice="confirm:yes")
    post.run(post.put(inbound))


def test_what_is_kept_of_it_cannot_be_read(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    code = phone.code()
    kiosk.say(code)
    held = Held(post, "moved")
    post.worker._parcels = held
    yes(kiosk)
    post.run(asyncio.wait_for(held.reached.wait(), 10))
    text = post.everything()
    assert kiosk.conversation.encode() in text
    for secret in ("moved", code, code.replace(" ", ""), "Sunita", "9876543210", "Ram Lal"):
        assert secret.encode() not in text, secret


@pytest.mark.parametrize(
    ("name", "late"), [("take", False), ("take", True), ("moved", False), ("moved", True)], ids=str
)
def test_a_worker_that_dies_between_the_two_loses_and_doubles_nothing(post: Post, name: str, late: bool) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    phone.send_file()
    before = phone.state.draft
    assert before is not None
    kiosk.say(phone.code())
    held = Held(post, name, late)
    post.worker._parcels = held
    yes(kiosk)
    post.run(asyncio.wait_for(held.reached.wait(), 10))
    holders = [one for one in (phone.state, kiosk.state) if one.draft is not None and one.draft.id == before.id]
    assert len(holders) <= 1, "never in two"
    post.stop()
    post.start()
    post.run(post.quiet())
    phone.listen()
    kiosk.listen()
    assert phone.state.draft is None
    after = kiosk.state.draft
    assert after is not None and after.id == before.id and blobs_of(post, kiosk.state)
    for key, heard in (("move_arrived", kiosk.heard), ("move_left", phone.heard), ("move_gone", kiosk.heard)):
        told = messages.load().text(key)["en"].rpartition("}")[2]
        assert sum(told in one.text for one in heard) == (key != "move_gone"), key


def test_who_erases_meanwhile_is_obeyed(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    phone.send_file()
    blobs = phone.state.blobs()
    kiosk.say(phone.code())
    assert kiosk.says("move_found")
    # The giver erases before the taker says yes.
    phone.say("delete my data")
    phone.tap("confirm:yes")
    kiosk.tap("confirm:yes")
    assert kiosk.says("move_gone") and kiosk.state.draft is None
    for blob in blobs:
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)


def test_what_arrives_where_all_was_erased_is_deleted(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    phone.send_file()
    blobs = phone.state.blobs()
    kiosk.say(phone.code())
    held = Held(post, "moved")
    post.worker._parcels = held
    yes(kiosk)
    post.run(asyncio.wait_for(held.reached.wait(), 10))
    assert phone.state.draft is None
    for values in ({"kind": "text", "text": "delete my data"}, {"kind": "choice", "choice": "confirm:yes"}):
        inbound = Inbound(id=uuid.uuid4().hex, conversation=kiosk.conversation, channel="web", at=1.0, **values)  # type: ignore[arg-type]
        post.run(post.put(inbound))
        post.run(asyncio.sleep(0.5))
    assert post.run(post.states.get(kiosk.conversation)) is None
    post.worker._parcels = held.real
    post.run(post.quiet())
    assert post.run(post.states.get(kiosk.conversation)) is None
    for blob in blobs:
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)


def test_sent_in_meanwhile_it_is_not_sent_in_twice(post: Post) -> None:
    citizen = read("en_native")
    phone, kiosk = post.phone(), post.phone()
    fill(phone, citizen, "confirm")
    kiosk.say(phone.code())
    phone.tap(f"resume:{phone.state.draft.id}")  # type: ignore[union-attr]
    finish(phone, citizen)
    assert len(phone.state.filed) == 1, phone.text
    kiosk.tap("confirm:yes")
    assert kiosk.says("move_gone") and not kiosk.state.filed and kiosk.state.draft is None


def test_what_was_sent_back_stays_with_who_filed_it(post: Post) -> None:
    citizen = read("en_native")
    phone = post.phone()
    apply_for(phone, citizen, "income_certificate")
    (filed,) = phone.state.filed
    event = {
        "id": uuid.uuid4().hex,
        "number": filed.number,
        "service": filed.service,
        "stage": "sent_back",
        "sent_back": {"fields": [{"id": "father_name", "reason": "x"}], "documents": []},
        "department": "revenue",
    }
    post.run(post.put(Inbound(event["id"], phone.conversation, "web", "event", time.time(), event=event)))
    post.run(post.quiet())
    phone.listen()
    assert phone.state.parked and phone.state.parked[0].repair
    phone.tap("more:move")
    assert phone.says("nothing_to_resume")


@pytest.mark.parametrize("name", ["take", "moved", "gone"])
def test_a_department_cannot_pose_as_the_other_conversation(post: Post, name: str) -> None:
    phone = post.phone()
    fill(phone, read("en_native"), "occupation")
    before = phone.state
    draft = before.draft
    assert draft is not None
    event = {"id": uuid.uuid4().hex, name: draft.id, "by": "w-x", "by_channel": "web", "department": "revenue"}
    post.run(post.put(Inbound(event["id"], phone.conversation, "web", "event", time.time(), event=event)))
    post.run(post.quiet())
    assert phone.state.draft == draft


def test_ones_own_code_leads_back(post: Post) -> None:
    phone = post.phone()
    fill(phone, read("en_native"), "occupation")
    phone.tap("cancel")
    assert any(choice.id.startswith("more:move:") for choice in phone.choices)
    phone.tap(next(choice.id for choice in phone.choices if choice.id.startswith("more:move:")))
    found = CODE.search(phone.text)
    assert found
    phone.say(found.group())
    assert phone.says("move_here")


def test_in_the_form_nine_digits_are_an_answer(post: Post) -> None:
    phone = post.phone()
    fill(phone, read("en_native"), "occupation")
    phone.say("123456789")
    assert not phone.says("move_wrong")
    assert not post.run(post.redis.exists(keys.TRIES))


def test_whoever_goes_on_with_the_form_has_no_code_in_hand(post: Post) -> None:
    citizen = read("en_native")
    phone = post.phone()
    fill(phone, citizen, "occupation")
    phone.tap("more:move:enter")
    phone.say(answer(phone, citizen, "income_certificate"))
    assert phone.state.pending == ""
    phone.say("123456789")
    assert not phone.says("move_wrong")
    assert not post.run(post.redis.exists(keys.TRIES))


def test_in_a_claim_nine_digits_are_an_answer(post: Post) -> None:
    phone = post.phone()
    phone.tap("lang:en")
    phone.tap("more:claim")
    phone.say("482159379")
    assert phone.says("claim_born")
    assert not post.run(post.redis.exists(keys.TRIES))
