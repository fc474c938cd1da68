"""Dialogue states in Redis, sealed: who can read Redis or its files reads nothing of them.

A state written before they were sealed is read as it is and sealed by the next turn.
"""

from __future__ import annotations

from redis.asyncio import Redis

from runtime import keys
from runtime.envelopes import Sealer, is_sealed

AT_HAND = 256
"""Conversations whose last state need not be opened when it comes back as it was sealed."""


class States:
    """Reads states; sealing one is part of the turn's commit."""

    def __init__(self, redis: Redis[bytes], sealer: Sealer) -> None:
        self._redis = redis
        self._sealer = sealer
        self._known: dict[str, tuple[bytes, str]] = {}

    async def get(self, conversation: str) -> str | bytes | None:
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

    def opened(self, conversation: str, raw: bytes | None) -> str | bytes | None:
        """The state as JSON, from what lies in Redis. Raises `SealBroken`."""
        known = self._known.get(conversation)
        if known is not None and known[0] == raw:
            return known[1]
        return self._sealer.open(raw, keys.state(conversation)) if raw and is_sealed(raw) else raw

    def sealed(self, conversation: str, state: str) -> bytes:
        self.forget(conversation)
        while len(self._known) >= AT_HAND:
            del self._known[next(iter(self._known))]
        sealed = self._sealer.seal(state.encode(), keys.state(conversation))
        self._known[conversation] = sealed, state
        return sealed

    def forget(self, conversation: str) -> None:
        """The state is no longer at hand."""
        self._known.pop(conversation, None)

    def buried(self, conversation: str, raw: bytes) -> bytes:
        """A message that was given up, for the dead-letter stream."""
        return self._sealer.seal(raw, keys.dead(keys.partition(conversation)))
