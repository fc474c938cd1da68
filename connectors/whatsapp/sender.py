"""Drains the `sendbox` streams: conversations in parallel, the messages of each strictly in order.

Holds partitions by lease. An entry leaves its stream only once it is delivered or given up; what a sender that died had
begun is taken over by the lease's next owner, oldest first.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError, ResponseError

from connectors.answers import Entries, entries, items
from connectors.parts import Parts
from connectors.whatsapp.delivery import Delivery
from connectors.whatsapp.leases import LEASE_SECONDS, Leases
from runtime import keys, tracing
from runtime.errors import SealBroken
from runtime.records import Outbound

log = logging.getLogger(__name__)

ROUND_SECONDS = 2.0
MOST_WAITING = 2000
"""Entries in memory; more stay in Redis until there is room."""
STOP_SECONDS = 2.5
ADOPT_EVERY = 10


@dataclass(frozen=True)
class _Entry:
    partition: int
    id: str
    outbound: Outbound


class Sender:
    """Sends until stopped. `name` is this process's among the senders."""

    def __init__(self, parts: Parts, delivery: Delivery, name: str) -> None:
        self._parts = parts
        self._redis = parts.redis
        self._delivery = delivery
        self._name = name
        self._leases = Leases(parts.redis, parts.clock, name)
        self._held: dict[int, float] = {}
        self._queues: defaultdict[str, deque[_Entry]] = defaultdict(deque)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._here: set[tuple[int, str]] = set()
        self._stopping = False
        self._unsure = False
        """Whether entries may have been handed to us in an answer that was lost."""

    async def run(self) -> None:
        """Works until cancelled; then lets the calls in progress end, within `STOP_SECONDS`."""
        rounds = asyncio.create_task(self._rounds())
        try:
            while True:
                try:
                    await self._read()
                except ResponseError as error:
                    # A Redis that was emptied or restored has no groups: they are made when a lease is taken.
                    log.warning("the messages to send cannot be read", extra={"why": str(error)[:40]})
                    self._held.clear()
                    await asyncio.sleep(1.0)
                except (RedisError, OSError) as error:
                    # Entries may have been handed to us in an answer that never came: taking the leases up again adopts
                    # them, before anything newer is read.
                    log.warning("the messages to send cannot be read", extra={"why": type(error).__name__})
                    self._held.clear()
                    await asyncio.sleep(1.0)
        finally:
            self._stopping = True
            rounds.cancel()
            await self._stop()

    async def _stop(self) -> None:
        busy = [task for task in self._tasks.values() if not task.done()]
        if busy:
            _, late = await asyncio.wait(busy, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._leases.release(self._held)
            await self._leases.leave()
        except (RedisError, OSError):
            log.info("the leases run out by themselves")

    async def _rounds(self) -> None:
        """Keeps, takes and hands over leases; now and then looks for entries that were read and forgotten."""
        turn = 0
        while True:
            try:
                await self._round(turn)
            except (RedisError, OSError) as error:
                log.warning("the leases cannot be renewed", extra={"why": type(error).__name__})
            turn += 1
            await asyncio.sleep(ROUND_SECONDS)

    async def _round(self, turn: int) -> None:
        share = await self._leases.share()
        for number in list(self._held):
            if len(self._held) > share and not self._busy(number):
                self._held.pop(number)
                await self._leases.release([number])
            elif await self._leases.renew(number):
                self._held[number] = time.monotonic() + LEASE_SECONDS
            else:
                self._held.pop(number)
        for number in range(keys.PARTITIONS):
            if number not in self._held and len(self._held) < share and await self._leases.take(number):
                await self._make_group(number)
                await self._adopt(number)
                self._held[number] = time.monotonic() + LEASE_SECONDS
            elif number in self._held and turn % ADOPT_EVERY == 0:
                await self._adopt(number)

    def _busy(self, number: int) -> bool:
        return any(partition == number for partition, _ in self._here)

    async def _make_group(self, number: int) -> None:
        try:
            await self._redis.xgroup_create(keys.sendbox(number), keys.SENDERS, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _adopt(self, number: int) -> None:
        """Takes over all that was read from the stream and not finished, by whomever."""
        start = "0-0"
        while True:
            answer = await self._redis.xautoclaim(keys.sendbox(number), keys.SENDERS, self._name, 0, start, count=200)
            await self._accept(number, entries(answer[1]))
            start = answer[0]
            if start == "0-0":
                return

    async def _read(self) -> None:
        if not self._held or len(self._here) >= MOST_WAITING:
            await asyncio.sleep(0.05)
            return
        if self._unsure:
            # What was handed out must go before what follows it.
            for number in list(self._held):
                await self._adopt(number)
        streams: dict[Any, Any] = {keys.sendbox(number): ">" for number in self._held}
        partitions = {keys.sendbox(number): number for number in self._held}
        self._unsure = True
        answer = await self._parts.reader.xreadgroup(keys.SENDERS, self._name, streams, count=100, block=500)
        self._unsure = False
        for stream, found in items(answer):
            await self._accept(partitions[stream], found)

    async def _accept(self, number: int, found: Entries) -> None:
        for entry, fields in found:
            if not fields or (number, entry) in self._here:
                continue
            try:
                outbox = keys.outbox(fields.get("c", ""))
                outbound = Outbound.from_json(self._parts.codec.read(fields["m"], outbox))
            except SealBroken as error:
                # It stays for a sender that has the key; what cannot be read must not count as sent.
                log.error("an entry to send does not open", extra={"entry": entry, "why": str(error)})
                continue
            except (ValueError, KeyError, TypeError):
                log.error("an entry to send is not readable", extra={"entry": entry})
                await self._finish(number, entry)
                continue
            self._here.add((number, entry))
            self._queues[outbound.conversation].append(_Entry(number, entry, outbound))
            if outbound.conversation not in self._tasks:
                self._tasks[outbound.conversation] = asyncio.create_task(self._conversation(outbound.conversation))

    async def _conversation(self, conversation: str) -> None:
        queue = self._queues[conversation]
        try:
            while queue and not self._stopping:
                entry = queue[0]
                if self._held.get(entry.partition, time.monotonic() + 1) < time.monotonic():
                    return
                try:
                    outbound = entry.outbound
                    with tracing.span("send", outbound.in_reply_to or outbound.id, kind=outbound.kind):
                        await self._delivery.deliver(outbound)
                    await self._finish(entry.partition, entry.id)
                except (RedisError, OSError) as error:
                    log.warning("a delivery waits for redis", extra={"why": type(error).__name__})
                    await asyncio.sleep(1.0)
                    continue
                queue.popleft()
                self._here.discard((entry.partition, entry.id))
        except Exception:
            # The entries stay on the stream and are adopted again; other conversations go on.
            log.exception("a conversation's delivery failed")
        finally:
            for entry in queue:
                self._here.discard((entry.partition, entry.id))
            self._queues.pop(conversation, None)
            self._tasks.pop(conversation, None)

    async def _finish(self, number: int, entry: str) -> None:
        stream = keys.sendbox(number)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.xack(stream, keys.SENDERS, entry)
            pipe.xdel(stream, entry)
            await pipe.execute()
