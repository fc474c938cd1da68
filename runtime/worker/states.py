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
        return self.opened(conversation, await self._redis.get(keys.state(conversation)))

    async def attempt(self, conversation: str, entry: str) -> tuple[int, bytes | None]:
        """Counts one more attempt at an entry; its number, and the state as it lies there, in one go to Redis.

        Raises Redis' errors.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hincrby(keys.attempts(keys.partition(conversation)), entry, 1)
            pipe.get(keys.state(conversation))
            number, raw = await pipe.execute()
        return int(number), raw

    def opened(self, conversation: str, raw: bytes | None) -> bytes | None:
        """The state as JSON, from what lies in Redis. Raises `SealBroken`."""
        return self._sealer.open(raw, keys.state(conversation)) if raw and is_sealed(raw) else raw

    def sealed(self, conversation: str, state: str) -> bytes:
        return self._sealer.seal(state.encode(), keys.state(conversation))

    def buried(self, conversation: str, raw: bytes) -> bytes:
        """A message that was given up, for the dead-letter stream."""
        return self._sealer.seal(raw, keys.dead(keys.partition(conversation)))
