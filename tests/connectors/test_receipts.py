"""Marking as read gives way, also on the webhook itself: to a Meta that does not take it, and to too many at a time."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import pytest

from connectors.errors import GatewayError
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.receipts import MOST, PAUSE_S, Receipts
from connectors.whatsapp.receiver import Stored
from tests.connectors.conftest import Gateway, wait_until
from tests.standin.bodies import Person
from tests.standin.server import StandIn

ASHA = Person("919811100001", "IN.1")


class Meta:
    """Takes receipts, or refuses them, or keeps them waiting."""

    def __init__(self) -> None:
        self.marked: list[str] = []
        self.away = False
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, phone_number_id: str, message_id: str) -> None:
        await self.open.wait()
        if self.away:
            raise GatewayError("nobody answers")
        self.marked.append(message_id)


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


def stored(identifier: str) -> Stored:
    return cast(Stored, type("One", (), {"phone_number_id": "1", "message_id": identifier})())


def receipts(meta: Any, clock: list[float]) -> Receipts:
    return Receipts(cast(Graph, meta), lambda: clock[0])


def test_the_last_message_covers_the_earlier_ones(clock: list[float]) -> None:
    async def story() -> None:
        meta = Meta()
        await receipts(meta, clock).mark([stored("a"), stored("b")])
        assert meta.marked == ["b"]

    asyncio.run(story())


def test_after_a_refusal_nothing_is_marked_for_a_while(clock: list[float]) -> None:
    async def story() -> None:
        meta = Meta()
        meta.away = True
        marking = receipts(meta, clock)
        await marking.mark([stored("a")])
        assert not marking.wanted
        clock[0] += PAUSE_S
        assert marking.wanted

    asyncio.run(story())


def test_only_so_many_are_under_way(clock: list[float]) -> None:
    async def story() -> None:
        meta = Meta()
        meta.open.clear()
        marking = receipts(meta, clock)
        waiting = [asyncio.create_task(marking.mark([stored(str(n))])) for n in range(MOST)]
        await asyncio.sleep(0)
        assert not marking.wanted
        meta.open.set()
        await asyncio.gather(*waiting)
        assert marking.wanted and len(meta.marked) == MOST

    asyncio.run(story())


def marked(meta: StandIn) -> list[str]:
    return [str(read["message_id"]) for read in meta.meta.reads]


def test_the_webhook_marks_nothing_for_a_while_after_meta_refused(
    gateway: Gateway, meta: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "connectors.whatsapp.receipts")
    meta.meta.token = "another token"
    meta.say(ASHA, "refused")
    wait_until(lambda: "could not be marked" in caplog.text)
    meta.meta.token = gateway.settings.whatsapp.access_token if gateway.settings.whatsapp else ""
    meta.say(ASHA, "in the silence")
    gateway.ahead = PAUSE_S
    last = meta.say(ASHA, "after it")
    wait_until(lambda: marked(meta))
    assert marked(meta) == [last]
    assert [inbound.text for inbound in gateway.inbox()] == ["refused", "in the silence", "after it"]


def test_the_webhook_does_not_queue_behind_a_slow_meta(gateway: Gateway, meta: StandIn) -> None:
    meta.slow = True
    first = [meta.say(ASHA, str(number)) for number in range(MOST)]
    wait_until(lambda: meta.waiting == MOST)
    for number in range(MOST // 2):
        meta.say(ASHA, f"beyond {number}")
    meta.slow = False
    wait_until(lambda: len(marked(meta)) == MOST)
    last = meta.say(ASHA, "when it is quick again")
    wait_until(lambda: last in marked(meta))
    assert sorted(marked(meta)) == sorted([*first, last])
    assert len(gateway.inbox()) == MOST + MOST // 2 + 1
