"""Marking as read gives way: to a Meta that does not take it, and to too many at a time."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from connectors.errors import GatewayError
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.receipts import MOST, PAUSE_S, Receipts
from connectors.whatsapp.receiver import Stored


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
