"""What Redis keeps, in memory and in its append-only file: nothing by which a person or their words could be read."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import redis as redis_library

from connectors.whatsapp.payload import Media
from connectors.whatsapp.receiver import FetchJob
from runtime import keys
from runtime.records import Inbound, Outbound
from tests.connectors import papers
from tests.connectors.conftest import Gateway, conversation_of, wait_until
from tests.standin.bodies import Person
from tests.standin.server import StandIn, text_of

ASHA = Person("919899123457", "IN.77018839201")


def file_of(gateway: Gateway) -> bytes:
    """Everything that this Redis was ever told."""
    folder = Path((gateway.settings.redis_url or "").removeprefix("unix://")).parent
    return b"".join(path.read_bytes() for path in folder.rglob("*.aof"))


def test_nothing_that_is_said_stands_in_clear(gateway: Gateway, meta: StandIn) -> None:
    before = len(file_of(gateway))
    meta.say(ASHA, "Kamlesh Yadav of Mehrauli")
    meta.send_file(ASHA, papers.pdf(side=300), "application/pdf", name="Kamlesh Yadav.pdf")
    text, file = gateway.wait_inbox(2)
    place = keys.media(file.conversation, file.media)
    wait_until(lambda: gateway.redis.llen(place) == 1)
    reply = Outbound("reply-1", text.conversation, "whatsapp", in_reply_to=text.id, text="Dear Kamlesh Yadav")
    gateway.answer(text.conversation, reply)
    assert text_of(meta.wait_for(ASHA, 1)[0].payload) == "Dear Kamlesh Yadav"
    wait_until(lambda: gateway.redis.hget(keys.delivery(reply.id), "status") == "read")
    session = gateway.session("hi")
    gateway.say(session, "कमलेश यादव")
    gateway.upload(session, papers.photo(papers.paper()), "Kamlesh Yadav.jpg")
    web = conversation_of(session)
    gateway.answer(web, Outbound("o", web, "web", text="कमलेश जी"))
    assert gateway.events(session, 1)[0][2]["text"] == "कमलेश जी"
    kept = file_of(gateway)[before:]
    assert text.conversation.encode() in kept, "this is the file"
    wamids = [text.id, file.id, *(sent.wamid for sent in meta.to(ASHA))]
    for secret in ("Kamlesh", "Yadav", "Mehrauli", "कमलेश", ASHA.phone, ASHA.user_id, *wamids):
        assert secret.encode() not in kept, secret


def test_what_an_earlier_version_left_in_clear_is_still_served(gateway: Gateway, meta: StandIn) -> None:
    meta.say(ASHA, "Hi")
    [inbound] = gateway.wait_inbox(1)
    gateway.redis.hset(keys.contact(inbound.conversation), mapping={"phone": ASHA.phone, "user_id": ASHA.user_id})
    number = keys.partition(inbound.conversation)
    out = Outbound("old-1", inbound.conversation, "whatsapp", text="from before", at=time.time())
    gateway.redis.xadd(keys.outbox(inbound.conversation), {"m": out.to_json()})
    gateway.redis.xadd(keys.sendbox(number), {"m": out.to_json()})
    assert text_of(meta.wait_for(ASHA, 1)[0].payload) == "from before"
    meta.say(ASHA, "again")
    assert gateway.wait_inbox(2)[1].conversation == inbound.conversation, "the user id was compared"

    job = FetchJob(inbound.conversation, Media("gone", "image/jpeg", "", "n"), "1", time.time())
    gateway.redis.xadd(keys.fetchbox(number), {"m": job.to_json()})
    wait_until(lambda: gateway.redis.llen(keys.media(inbound.conversation, "gone")) == 1)

    session = gateway.session()
    web = conversation_of(session)
    gateway.redis.xadd(keys.outbox(web), {"m": json.dumps(asdict(Outbound("o", web, "web", text="from before")))})
    gateway.answer(web, Outbound("o2", web, "web", text="from now"))
    assert [event[2]["text"] for event in gateway.events(session, 2)] == ["from before", "from now"]


def test_a_repeat_of_a_message_that_an_earlier_version_stored_is_known(gateway: Gateway) -> None:
    session = gateway.session()
    identifier = "0d5cbf9e-8a2b-4d50-b6ad-6a5c1d3a4f10"
    gateway.redis.set(keys.seen_in_clear(conversation_of(session), identifier), "1-0")
    assert gateway.say(session, "Hi", identifier).status_code == 202
    assert gateway.inbox() == []


def test_a_record_of_another_place_is_no_message(gateway: Gateway, meta: StandIn) -> None:
    meta.say(ASHA, "Hi")
    [inbound] = gateway.wait_inbox(1)
    moved = gateway.codec.write(
        Outbound("x", inbound.conversation, "whatsapp", text="x").to_json(), keys.outbox("a-other")
    )
    stream = keys.sendbox(keys.partition(inbound.conversation))
    gateway.redis.xadd(stream, {"c": inbound.conversation, "m": moved})
    gateway.answer(inbound.conversation, Outbound("good", inbound.conversation, "whatsapp", text="good"))
    assert text_of(meta.wait_for(ASHA, 1)[0].payload) == "good"
    wait_until(lambda: gateway.redis.xlen(stream) == 1)
    assert [text_of(sent.payload) for sent in meta.to(ASHA)] == ["good"], "kept, not sent"


def test_metrics_are_told_while_a_message_lies_sealed_among_the_dead(gateway: Gateway) -> None:
    raw = redis_library.Redis.from_url(gateway.settings.redis_url or "")
    number = keys.partition("w-1")
    inbound = Inbound("i", "w-1", "web", "text", 1.0, "x")
    sealed = gateway.parts.vault.sealer().seal(inbound.to_json().encode(), keys.dead(number))  # type: ignore[union-attr]
    raw.xadd(keys.dead(number), {"c": "w-1", "m": sealed, "why": "KeyError", "at": "1"})
    raw.close()
    answer = gateway.http.get("/metrics")
    assert answer.status_code == 200 and 'sahayak_backlog{stream="dead"} 1.0' in answer.text
