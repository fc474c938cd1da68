"""The worker's loop: messages of each conversation strictly in order, conversations side by side."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from catalogue.messages import Messages
from dialogue.by_identity import forget
from dialogue.conversation import Conversation
from dialogue.display import direction
from runtime import keys, tracing
from runtime.codec import Codec
from runtime.counting import FUNNEL, TURN_SECONDS, TURNS, UNDERSTANDING, WAIT_SECONDS, Counts
from runtime.records import Inbound, Outbound
from runtime.vault import Vault
from runtime.worker.alarms import Alarms
from runtime.worker.append_only import AppendOnlyFile
from runtime.worker.brain import Brain, TurnResult
from runtime.worker.codes import Codes, digest
from runtime.worker.commit import Code, Commit, Committer, LeaseLost
from runtime.worker.files import awaited
from runtime.worker.leases import Leases
from runtime.worker.parcels import Parcels
from runtime.worker.partitions import Entry, Partitions
from runtime.worker.states import States

ATTEMPTS = 5
ROUND_S = 2.0
MOST_WAITING = 2_000
"""Messages in memory; more stay in Redis until there is room."""
BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 4.0)
PUSHED = frozenset({"whatsapp"})
log = logging.getLogger("sahayak.worker")


class Worker:
    """Owns its share of the partitions while it runs. `brain` may be replaced between turns."""

    def __init__(
        self,
        redis: Redis[bytes],
        brain: Brain,
        vault: Vault,
        messages: Messages,
        name: str,
        new_id: Callable[[], str],
    ) -> None:
        self._redis = redis
        self._sealer = vault.sealer()
        self._states = States(redis, self._sealer)
        self._codes = Codes(redis, self._states, self._sealer)
        self.brain = brain
        self._vault = vault
        self._messages = messages
        self._new_id = new_id
        self._leases = Leases(redis, name)
        self._codec = Codec(self._sealer)
        self._parcels = Parcels(redis, self._codec)
        self._committer = Committer(redis, self._codec)
        self._alarms = Alarms(redis, self._codec)
        self._file = AppendOnlyFile(redis)
        self._counts = Counts()
        self._partitions = Partitions(redis, self._leases, self._codec, self._enqueue, self._drop)
        self._queues: dict[str, deque[Entry]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Lets turns in progress end, takes no new ones."""
        self._stop.set()

    async def run(self) -> None:
        tracing.configure("worker")
        balancing = asyncio.create_task(self._balance_always())
        try:
            await self._leases.beat(self.brain.model)
            await self._until_stopped(self._read_always())
        finally:
            self._stop.set()
            balancing.cancel()
            await asyncio.gather(balancing, return_exceptions=True)
            self._queues = {key: deque(list(queue)[:1]) for key, queue in self._queues.items() if queue}
            await asyncio.wait(self._running.values(), timeout=2.0) if self._running else None
            for task in self._running.values():
                task.cancel()
            try:
                await self._leases.give_up_all()
                await self._counts.flush(self._redis)
            except RedisError:
                log.warning("leases are left to expire")

    async def _read_always(self) -> None:
        # redis-py may take a cancellation for the end of a wait of its own, and go on: what ends this is the event.
        while not self._stop.is_set():
            if sum(map(len, self._queues.values())) >= MOST_WAITING:
                await asyncio.sleep(0.02)
                continue
            try:
                await self._partitions.read()
            except RedisError as problem:
                log.warning("redis cannot be reached", extra={"problem": type(problem).__name__})
                await asyncio.sleep(0.5)

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Ends the work at once when told to stop; an entry that was being fetched stays pending in its stream."""
        working, stopping = asyncio.create_task(work), asyncio.create_task(self._stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if working.done():
            return working.result()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    # Partitions

    async def _balance_always(self) -> None:
        # It ends by the event, as `_read_always` does.
        while not self._stop.is_set():
            try:
                await self._leases.beat(self.brain.model)
                await self._leases.balance()
                await self._alarms.ring(list(self._leases.held), time.time())
                await self._parcels.bring(list(self._leases.held))
                await self._file.rewrite(time.monotonic())
                await self._counts.flush(self._redis)
            except RedisError as problem:
                log.warning("leases cannot be renewed", extra={"problem": type(problem).__name__})
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), ROUND_S)

    # Conversations

    def _enqueue(self, entry: Entry) -> None:
        conversation = entry.inbound.conversation
        self._queues.setdefault(conversation, deque()).append(entry)
        if conversation not in self._running:
            self._running[conversation] = asyncio.create_task(self._drain(conversation))

    async def _drop(self, number: int) -> None:
        """Ends all work on a partition. A turn that ends here has changed nothing, or was committed whole."""
        gone = [name for name in self._queues if keys.partition(name) == number]
        tasks = [self._running[name] for name in gone if name in self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for name in gone:
            # A task that was ended before it began has not cleared up after itself.
            self._queues.pop(name, None)
            self._running.pop(name, None)
        self._states.forget_partition(number)

    async def _drain(self, conversation: str) -> None:
        queue = self._queues[conversation]
        try:
            while queue and not self._stop.is_set():
                if not await self._until_done(queue[0]):
                    # What follows must not run before it: the partition's next opening finds all of it again.
                    return
                queue.popleft()
        finally:
            self._queues.pop(conversation, None)
            self._running.pop(conversation, None)

    async def _until_done(self, entry: Entry) -> bool:
        """Runs one turn until it is committed, or buried after `ATTEMPTS`; False if it is another worker's."""
        inbound = entry.inbound
        number = entry.partition
        why = "a worker that ended in mid-turn"
        attempt, raw, begun, again = 0, None, False, entry.again
        while self._partitions.owns(entry):
            try:
                if not begun:
                    attempt, raw = await self._states.attempt(entry, again)
                    begun = True
                if attempt > ATTEMPTS:
                    await self._bury(entry, inbound, why, raw)
                else:
                    await self._turn(entry, inbound, raw)
                return True
            except LeaseLost:
                log.warning("lease lost in mid-turn", extra={"partition": number})
                self._leases.lose(number, entry.token)
            except RedisError as problem:
                # Redis' failure is not the message's: it counts as no attempt.
                log.warning("redis cannot be reached", extra={"problem": type(problem).__name__})
                await asyncio.sleep(0.5)
            except Exception as problem:
                why, begun, again = type(problem).__name__, False, True
                self._counts.add(TURNS, inbound.kind, inbound.channel, "failed")
                log.exception("turn failed", extra={"attempt": attempt, "problem": why})
                await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S)) - 1])
        return False

    async def _turn(self, entry: Entry, inbound: Inbound, raw: bytes | None) -> None:
        begin = time.perf_counter()
        self._counts.observe(WAIT_SECONDS, max(0.0, time.time() - stored_at(entry)), inbound.channel)
        inbound = await awaited(self._redis, self._codec, inbound)
        conversation = inbound.conversation
        with tracing.span("turn", inbound.id, kind=inbound.kind, channel=inbound.channel):
            state = self._states.opened(conversation, raw)
            inbound = await self._codes.looked_up(inbound, state)
            result = await self.brain.turn(inbound, state)
        now = time.time()
        await self._commit(
            entry,
            Commit(
                conversation=conversation,
                entry=entry.id,
                state=self._states.sealed(conversation, result.state) if result.state else None,
                outbounds=result.outbounds,
                pushed=inbound.channel in PUSHED,
                erase=result.erased,
                sentence=result.sentence,
                alarms=tuple(
                    (alarm.member(inbound.channel, conversation), None if alarm.after is None else now + alarm.after)
                    for alarm in result.alarms
                ),
                code=Code(digest(self._sealer, result.code[0]), result.code[1], inbound.channel)
                if result.code
                else None,
                spent=result.spent,
                parcels=result.parcels,
            ),
        )
        if result.parcels:
            await self._bring(entry.partition)
        for blob in result.discard:
            self._vault.delete(blob)
        if result.erased:
            self._states.forget(conversation)
            forget()
            self._file.erased()
        self._count(inbound, result, begin)
        log.info(
            "turn",
            extra={
                "ms": round((time.perf_counter() - begin) * 1000, 1),
                "kind": inbound.kind,
                "channel": inbound.channel,
                "lang": result.lang,
                "messages": max(0, len(result.outbounds) - 1),
            },
        )

    async def _commit(self, entry: Entry, turn: Commit) -> None:
        """Until Redis has answered. A Redis that ended meanwhile may have kept the turn: the same one is committed
        again, since another run of it would be answered twice."""
        while True:
            try:
                written = await self._committer.commit(entry.token, turn)
                if written and turn.state is not None:
                    self._states.committed(turn.conversation, entry.token)
                return
            except (ConnectionError, TimeoutError) as problem:
                log.warning("a turn's end waits for redis", extra={"problem": type(problem).__name__})
                if not self._partitions.owns(entry):
                    raise LeaseLost(f"partition {entry.partition}") from problem
                await asyncio.sleep(0.5)

    async def _bring(self, number: int) -> None:
        """At once; what cannot be brought now is brought with the next round."""
        try:
            await self._parcels.bring([number])
        except RedisError as problem:
            log.warning("parcels are left to the next round", extra={"problem": type(problem).__name__})

    def _count(self, inbound: Inbound, result: TurnResult, begin: float) -> None:
        counts = self._counts
        counts.add(TURNS, inbound.kind, inbound.channel, "done")
        counts.observe(TURN_SECONDS, time.perf_counter() - begin, inbound.kind)
        if result.heard is not None:
            counts.add(UNDERSTANDING, result.heard.lang, result.heard.script, result.heard.result)
        for service, step in result.steps:
            counts.add(FUNNEL, service, step)

    async def _bury(self, entry: Entry, inbound: Inbound, why: str, raw: bytes | None) -> None:
        """Gives a message up: kept for the operator, and an apology to the person."""
        lang = _language(self._states.opened(inbound.conversation, raw)) or inbound.lang or "en"
        reply = Outbound(
            id=self._new_id(),
            conversation=inbound.conversation,
            channel=inbound.channel,
            in_reply_to="" if inbound.kind == "event" else inbound.id,
            lang=lang,
            dir=direction(lang),
            text=self._messages.render("apology", lang),
            at=time.time(),
        )
        end = Outbound(
            id=self._new_id(), conversation=inbound.conversation, channel=inbound.channel, kind="turn_end",
            in_reply_to=reply.in_reply_to, lang=lang, dir=direction(lang), at=reply.at,
        )  # fmt: skip
        outbounds = () if inbound.kind == "event" else (reply, end)
        await self._commit(
            entry,
            Commit(
                conversation=inbound.conversation,
                entry=entry.id,
                state=None,
                outbounds=outbounds,
                pushed=inbound.channel in PUSHED,
                buried=self._states.buried(inbound.conversation, entry.inbound.to_json().encode()),
                why=why,
                at=reply.at,
            ),
        )
        self._counts.add(TURNS, inbound.kind, inbound.channel, "given_up")
        log.error("message given up", extra={"kind": inbound.kind, "channel": inbound.channel})


def stored_at(entry: Entry) -> float:
    """When an entry was stored (seconds since 1970), by Redis' clock: the first part of its id."""
    return int(entry.id.partition("-")[0]) / 1000


def _language(state: str | bytes | None) -> str:
    if not state:
        return ""
    return Conversation.from_slots(json.loads(state)["slots"]).language
