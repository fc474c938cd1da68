"""Redis did what was asked and its answer was lost: nothing is stored twice, sent twice, passed over or forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from connectors.whatsapp.payload import Media
from connectors.whatsapp.receiver import FetchJob
from runtime import keys
from runtime.records import Inbound, Outbound
from tests.connectors import papers
from tests.connectors.conftest import NUMBER, SECRET, Gateway, conversation_of, gateway_settings, wait_until
from tests.severed import Line, severed
from tests.standin import bodies
from tests.standin.bodies import Person
from tests.standin.meta import Sent
from tests.standin.server import StandIn, text_of

ASHA = Person("919811100001", "IN.1")
RECORD = b"U1Ix"
"""With this every record on a stream begins."""


@pytest.fixture
def line(redis_url: str) -> Iterator[Line]:
    with severed(redis_url) as found:
        yield found


@pytest.fixture
def gateway(tmp_path: Path, line: Line, meta: StandIn) -> Iterator[Gateway]:
    found = Gateway(gateway_settings(tmp_path, line.url, meta.graph_url))
    found.start()
    meta.webhook = f"{found.url}/webhooks/whatsapp"
    meta.statuses = ()
    yield found
    found.stop()


def greeted(gateway: Gateway, meta: StandIn) -> Inbound:
    meta.say(ASHA, "Hi")
    return gateway.wait_inbox(1)[-1]


def out(inbound: Inbound, number: int) -> Outbound:
    return Outbound(f"out-{number}", inbound.conversation, "whatsapp", text=f"line {number}", at=time.time())


def status(gateway: Gateway, name: str, sent: Sent, code: int = 0) -> httpx.Response:
    ours = str(sent.payload["biz_opaque_callback_data"])
    body = bodies.body(bodies.value(NUMBER, statuses=[bodies.status(ASHA, sent.wamid, name, time.time(), ours, code)]))
    headers = {"X-Hub-Signature-256": bodies.signature(body, SECRET)}
    return gateway.http.post("/webhooks/whatsapp", content=body, headers=headers)


def texts(meta: StandIn) -> list[str]:
    return [text_of(sent.payload) for sent in meta.to(ASHA)]


def test_a_message_is_stored_once(gateway: Gateway, line: Line) -> None:
    session = gateway.session()
    line.lose(b"EVALSHA", answer=b"stored")
    assert gateway.say(session, "Hi").status_code == 202
    assert line.lost == 1 and [inbound.text for inbound in gateway.inbox()] == ["Hi"]


def test_a_file_whose_message_was_stored_is_kept(gateway: Gateway, line: Line) -> None:
    session = gateway.session()
    line.lose(b"EVALSHA", answer=b"stored")
    assert gateway.upload(session, papers.photo(papers.paper()), "a.jpg").status_code == 202
    [inbound] = gateway.inbox()
    assert line.lost == 1 and inbound.file and gateway.parts and gateway.parts.vault.get(inbound.file.blob)


def test_a_file_that_no_message_leads_to_is_not_kept(gateway: Gateway) -> None:
    session = gateway.session()
    now = f"{time.time() + 60:.3f}"
    gateway.redis.hset(keys.allowance(conversation_of(session)), mapping={"tokens": "0", "at": now})
    assert gateway.upload(session, papers.photo(papers.paper()), "a.jpg").status_code == 429
    assert not list((gateway.settings.data_dir / "vault").glob("??/*"))


@pytest.mark.parametrize("losses", [0, 1])
def test_a_failure_is_mended_once_however_often_it_is_told(
    gateway: Gateway, meta: StandIn, line: Line, losses: int
) -> None:
    inbound = greeted(gateway, meta)
    gateway.answer(inbound.conversation, out(inbound, 1))
    [first] = meta.wait_for(ASHA, 1)
    wait_until(lambda: gateway.redis.xlen(keys.sendbox(keys.partition(inbound.conversation))) == 0)
    line.lose(b"EVALSHA", answer=b"mended", times=losses)
    answers = [status(gateway, "failed", first, 131000).status_code for _ in range(3)]
    assert line.lost == losses and answers == [200, 200, 200]
    assert status(gateway, "sent", first).status_code == 200, "late, of an attempt that is over"
    second = meta.wait_for(ASHA, 2)[1]
    wait_until(lambda: gateway.redis.xlen(keys.sendbox(keys.partition(inbound.conversation))) == 0)
    time.sleep(0.5)
    assert texts(meta) == ["line 1", "line 1"]
    status(gateway, "failed", first, 131000)
    status(gateway, "delivered", second)
    assert gateway.redis.hget(keys.delivery("out-1"), "status") == "delivered"
    assert gateway.redis.hget(keys.delivery("out-1"), "mended") == "1"
    assert gateway.redis.xlen(keys.undeliverable(keys.partition(inbound.conversation))) == 0


def test_a_failure_for_good_is_kept_once(gateway: Gateway, meta: StandIn, line: Line) -> None:
    inbound = greeted(gateway, meta)
    gateway.answer(inbound.conversation, out(inbound, 1))
    [first] = meta.wait_for(ASHA, 1)
    line.lose(b"EVALSHA", answer=b"given_up")
    assert {status(gateway, "failed", first, 131026).status_code for _ in range(3)} == {200}
    stream = keys.undeliverable(keys.partition(inbound.conversation))
    assert line.lost == 1 and [kept["code"] for _, kept in gateway.redis.xrange(stream)] == ["131026"]


def test_a_message_given_up_by_a_sender_that_died_is_neither_sent_nor_kept_again(
    gateway: Gateway, meta: StandIn
) -> None:
    inbound = greeted(gateway, meta)
    meta.fail(131009)
    gateway.answer(inbound.conversation, out(inbound, 1))
    stream = keys.undeliverable(keys.partition(inbound.conversation))
    wait_until(lambda: gateway.redis.xlen(stream) == 1)
    gateway.answer(inbound.conversation, out(inbound, 1), out(inbound, 2))
    assert [text_of(sent.payload) for sent in meta.wait_for(ASHA, 1)] == ["line 2"]
    assert gateway.redis.xlen(stream) == 1


def test_entries_to_send_that_were_handed_out_unseen_go_first(gateway: Gateway, meta: StandIn, line: Line) -> None:
    inbound = greeted(gateway, meta)
    line.lose(b"XREADGROUP", b":send", answer=RECORD)
    gateway.answer(inbound.conversation, *(out(inbound, number) for number in range(3)))
    wait_until(lambda: line.lost == 1)
    gateway.answer(inbound.conversation, *(out(inbound, number) for number in range(3, 6)))
    meta.wait_for(ASHA, 6, seconds=10)
    assert texts(meta) == [f"line {number}" for number in range(6)]


def test_a_file_to_fetch_that_was_handed_out_unseen_is_fetched_in_time(
    gateway: Gateway, meta: StandIn, line: Line
) -> None:
    line.lose(b"XREADGROUP", b":fetch", answer=RECORD)
    meta.send_file(ASHA, papers.photo(papers.paper()), "image/jpeg")
    [inbound] = gateway.wait_inbox(1)
    place = keys.media(inbound.conversation, inbound.media)
    wait_until(lambda: gateway.redis.llen(place) == 1, 20)
    assert line.lost == 1


def test_of_two_fetches_of_a_file_the_second_leaves_nothing(gateway: Gateway, meta: StandIn) -> None:
    meta.send_file(ASHA, papers.photo(papers.paper()), "image/jpeg")
    [inbound] = gateway.wait_inbox(1)
    place, number = keys.media(inbound.conversation, inbound.media), keys.partition(inbound.conversation)
    wait_until(lambda: gateway.redis.llen(place) == 1)
    folder = gateway.settings.data_dir / "vault"
    kept = sorted(folder.glob("??/*"))
    again = FetchJob(inbound.conversation, Media(inbound.media, "image/jpeg", "", ""), NUMBER, time.time())
    name = keys.fetchbox(number)
    gateway.redis.xadd(name, {"m": gateway.codec.write(again.to_json(), name)})
    wait_until(lambda: gateway.redis.xlen(name) == 0)
    wait_until(lambda: sorted(folder.glob("??/*")) == kept)
    assert gateway.redis.llen(place) == 1 and len(kept) == 2
