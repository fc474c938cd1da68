"""What a worker reads: the entries of its partitions, each partition's in order, under the lease they were read by.

One coroutine does all of it – closes what is no longer ours, opens what has become ours, reads on – so that nothing new
of a partition can be taken before what its last owner had left unfinished. All entries are read under one consumer
name; what was read and not committed stays pending there, and opening the partition finds it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from runtime import keys
from runtime.codec import Codec
from runtime.errors import SealBroken
from runtime.records import Inbound
from runtime.worker.leases import Leases

CONSUMER = "owner"
BATCH = 50
BLOCK_MS = 1_000
MARGIN_S = 1.0
log = logging.getLogger("sahayak.worker")


@dataclass(frozen=True)
class Entry:
    """An entry of an inbox, with its message. `token` is the lease under which it was read and is to be committed."""

    partition: int
    id: str
    token: str
    inbound: Inbound
    again: bool = False
    """It was handed out before, and perhaps run."""


class Partitions:
    """`take` gets every entry once an ownership; `drop` ends all work on a partition that is ours no more."""

    def __init__(
        self,
        redis: Redis[bytes],
        leases: Leases,
        codec: Codec,
        take: Callable[[Entry], None],
        drop: Callable[[int], Awaitable[None]],
    ) -> None:
        self._redis = redis
        self._leases = leases
        self._codec = codec
        self._take = take
        self._drop = drop
        self._open: dict[int, str] = {}
        """Token by partition whose unfinished entries have been taken up."""
        self._ready: list[int] = []
        self._inboxes: dict[bytes, int] = {}
        self._streams: dict[bytes, str] = {}
        """How the ready ones were read last: put together anew only when others are ready."""

    def owns(self, entry: Entry) -> bool:
        """Whether the entry may still be committed, as far as is known here."""
        return self._open.get(entry.partition) == self._leases.held.get(entry.partition) == entry.token

    async def read(self) -> None:
        """One round, of at most about a second. Raises Redis' errors."""
        await self._settle()
        ready = self._leases.sure(self._open, BLOCK_MS / 1000 + MARGIN_S)
        if not ready:
            await asyncio.sleep(0.05)
            return
        if ready != self._ready:
            self._ready, self._inboxes = ready, {keys.inbox(number).encode(): number for number in ready}
            self._streams = dict.fromkeys(self._inboxes, ">")
        try:
            found = await self._redis.xreadgroup(keys.GROUP, CONSUMER, self._streams, count=BATCH, block=BLOCK_MS)
        except ResponseError as answer:
            if "NOGROUP" not in str(answer):
                raise
            # Redis was emptied or restored: the groups are made where partitions are opened.
            await self._close_all()
            return
        except RedisError:
            # Entries may have been handed out in an answer that was lost: opening anew finds them, before newer ones.
            await self._close_all()
            raise
        for stream, entries in found or []:
            number = self._inboxes[stream]
            for entry_id, fields in entries:
                if entry := self._entry(number, entry_id, self._open[number], fields):
                    self._take(entry)

    async def _settle(self) -> None:
        if self._open == self._leases.held and not self._leases.surplus:
            return
        for number, token in list(self._open.items()):
            if self._leases.held.get(number) != token:
                await self._close(number)
        for number in self._leases.surplus:
            await self._close(number)
            await self._leases.give_up(number)
        for number, token in list(self._leases.held.items()):
            if number not in self._open:
                left = await self._unfinished(number, token)
                self._open[number] = token
                for entry in left:
                    self._take(entry)

    async def _close_all(self) -> None:
        for number in list(self._open):
            await self._close(number)

    async def _close(self, number: int) -> None:
        self._open.pop(number, None)
        await self._drop(number)

    async def _unfinished(self, number: int, token: str) -> list[Entry]:
        """Makes the consumer group if need be; what was read before and not finished, oldest first."""
        try:
            await self._redis.xgroup_create(keys.inbox(number), keys.GROUP, id="0", mkstream=True)
        except ResponseError as answer:
            if "BUSYGROUP" not in str(answer):
                raise
        left: list[Entry] = []
        start = "0"
        while True:
            found = await self._redis.xreadgroup(keys.GROUP, CONSUMER, {keys.inbox(number): start}, count=BATCH)
            entries = found[0][1] if found else []
            if not entries:
                return left
            for entry_id, fields in entries:
                start = entry_id.decode()
                if fields:
                    entry = self._entry(number, entry_id, token, fields)
                    left += [replace(entry, again=True)] if entry else []
                else:
                    await self._redis.xack(keys.inbox(number), keys.GROUP, entry_id)  # type: ignore[no-untyped-call]

    def _entry(self, number: int, entry: bytes, token: str, fields: dict[bytes, bytes]) -> Entry | None:
        """None if it does not open, or is of a newer kind: it stays where it is, for a worker that can read it."""
        try:
            inbound = Inbound.from_json(self._codec.read(fields[b"m"], keys.inbox(number)))
        except (SealBroken, ValueError, TypeError, KeyError) as problem:
            log.error(
                "a message does not open",
                extra={"partition": number, "entry": entry.decode(), "why": type(problem).__name__},
            )
            return None
        return Entry(number, entry.decode(), token, inbound)
