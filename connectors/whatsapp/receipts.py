"""Blue ticks and "is writing": a courtesy that must not hold up those who wait for their message to be stored."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from connectors.errors import GatewayError
from connectors.parts import Clock
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.receiver import Stored

MOST = 20
"""Receipts under way at one time; when there are more, Meta or the gateway is too slow for courtesies."""
PAUSE_S = 5.0
"""For so long nothing is marked after Meta did not take a receipt."""
log = logging.getLogger(__name__)


class Receipts:
    """Marks messages of one access as read; leaves it where it would cost too much."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph = graph
        self._clock = clock
        self._under_way = 0
        self._silent_until = 0.0

    @property
    def wanted(self) -> bool:
        """Whether a message may be marked now."""
        return self._under_way < MOST and self._clock() >= self._silent_until

    async def mark(self, fresh: Sequence[Stored]) -> None:
        """Marks the last message of each number, which covers the earlier ones. Raises nothing."""
        latest = {stored.phone_number_id: stored for stored in fresh}
        self._under_way += 1
        try:
            for stored in latest.values():
                await self._graph.read(stored.phone_number_id, stored.message_id)
        except GatewayError as error:
            self._silent_until = self._clock() + PAUSE_S
            log.info("a message could not be marked as read", extra={"why": str(error)})
        finally:
            self._under_way -= 1
