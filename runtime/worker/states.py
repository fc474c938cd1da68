"""Dialogue states in Redis, sealed: who can read Redis or its files reads nothing of them.

A state written before they were sealed is read as it is and sealed by the next turn.

Who holds a partition's lease is the only one that writes its states, so that what was committed under a lease need not
be read again under the same one. Whatever makes that doubtful – the partition is closed, Redis did not answer – is to
be told by `forget_partition`.
"""

from __future__ import annotations

from typing import NamedTuple

from redis.asyncio import Redis

from runtime import keys
from runtime.envelopes import Sealer, is_sealed
from runtime.worker.partitions import Entry

AT_HAND = 256
"""Conversations whose last state need not be opened when it comes back as it was sealed."""


class _Known(NamedTuple):
    sealed: bytes
    state: str
    token: str = ""
    """The lease under which it was committed; empty before it is."""


class States:
    """Reads states; sealing one is part of the turn's commit."""

    def __init__(self, redis: Redis[bytes], sealer: Sealer) -> None:
        self._redis = redis
        self._sealer = sealer
        self._known: dict[str, _Known] = {}

    async def get(self, conversation: str) -> str | bytes | None:
        """The state as JSON. Raises Redis' errors and `SealBroken`."""
        return self.opened(conversation, await self._redis.get(keys.state(conversation)))

    async def attempt(self, entry: Entry, again: bool) -> tuple[int, bytes | None]:
        """The number of this attempt at an entry, and the conversation's state as it lies in Redis.

        A first attempt is not written down, and needs no word with Redis where the state was committed under the same
        lease. `again`: the entry was handed out before, or has failed; each further attempt is counted in Redis, from
        the first on. Raises Redis' errors.
        """
        conversation = entry.inbound.conversation
        if not again:
            known = self._known.get(conversation)
            if known is not None and known.token == entry.token:
                return 1, known.sealed
            return 1, await self._redis.get(keys.state(conversation))
        attempts = keys.attempts(entry.partition)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hsetnx(attempts, entry.id, 1)  # type: ignore[no-untyped-call, unused-ignore]
            pipe.hincrby(attempts, entry.id, 1)
            pipe.get(keys.state(conversation))
            _, number, raw = await pipe.execute()
        return int(number), raw

    def opened(self, conversation: str, raw: bytes | None) -> str | bytes | None:
        """The state as JSON, from what lies in Redis. Raises `SealBroken`."""
        known = self._known.get(conversation)
        if known is not None and known.sealed == raw:
            return known.state
        return self._sealer.open(raw, keys.state(conversation)) if raw and is_sealed(raw) else raw

    def sealed(self, conversation: str, state: str) -> bytes:
        self.forget(conversation)
        while len(self._known) >= AT_HAND:
            del self._known[next(iter(self._known))]
        sealed = self._sealer.seal(state.encode(), keys.state(conversation))
        self._known[conversation] = _Known(sealed, state)
        return sealed

    def committed(self, conversation: str, token: str) -> None:
        """What was sealed last lies in Redis now, under this lease."""
        known = self._known.get(conversation)
        if known is not None:
            self._known[conversation] = known._replace(token=token)

    def forget(self, conversation: str) -> None:
        """The state is no longer at hand."""
        self._known.pop(conversation, None)

    def forget_partition(self, number: int) -> None:
        """No state of a partition is at hand any more."""
        for conversation in [name for name in self._known if keys.partition(name) == number]:
            del self._known[conversation]

    def buried(self, conversation: str, raw: bytes) -> bytes:
        """A message that was given up, for the dead-letter stream."""
        return self._sealer.seal(raw, keys.dead(keys.partition(conversation)))
