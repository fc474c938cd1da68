"""Dialogue states in Redis, sealed: who can read Redis or its files reads nothing of them.

A state written before they were sealed is read as it is and sealed by the next turn.
"""

from __future__ import annotations

from redis.asyncio import Redis

from runtime import keys
from runtime.envelopes import Sealer, is_sealed


class States:
    """Reads states; sealing one is part of the turn's commit."""

    def __init__(self, redis: Redis[bytes], sealer: Sealer) -> None:
        self._redis = redis
        self._sealer = sealer

    async def get(self, conversation: str) -> bytes | None:
        """The state as JSON. Raises Redis' errors and `SealBroken`."""
        key = keys.state(conversation)
        raw = await self._redis.get(key)
        return self._sealer.open(raw, key) if raw and is_sealed(raw) else raw

    def sealed(self, conversation: str, state: str) -> bytes:
        return self._sealer.seal(state.encode(), keys.state(conversation))

    def buried(self, conversation: str, raw: bytes) -> bytes:
        """A message that was given up, for the dead-letter stream."""
        return self._sealer.seal(raw, keys.dead(keys.partition(conversation)))
