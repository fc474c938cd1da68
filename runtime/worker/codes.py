"""One-time codes by which a draft moves to another conversation, looked up before the turn of the message with one.

A code is made by a turn and kept by its commit (`runtime.worker.commit`), under a keyed digest, in the partition of the
conversation that gave it. The first conversation that types it has it; for every other it is a wrong one, like one that
never was or has run out. Wrong ones are counted.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from redis.asyncio import Redis

from dialogue import moving
from dialogue.claiming import CLAIM
from dialogue.conversation import Conversation
from runtime import keys
from runtime.envelopes import Sealer
from runtime.records import Inbound
from runtime.worker.states import States

WINDOW_S = 3600
PER_CONVERSATION = 5
OVERALL = 600
"""Wrong codes within the hour, of one conversation and of all together. A code is one of 10**9 numbers and good for a
quarter of an hour. Even with 1,000 of them good at a time, 600 guesses an hour hit one with 600 * 1,000 / 10**9: once
in 1,667 hours of guessing without a pause. A web conversation costs nothing to open, so that the limit for all is the
one that counts. Who guesses all the time keeps people from moving drafts, and nothing else: they go on where they are.
"""
log = logging.getLogger("sahayak.worker")

_CLAIM = """
if redis.call('HGET', KEYS[1], 'digest') ~= ARGV[1] then return {} end
if redis.call('HSETNX', KEYS[1], 'by', ARGV[2]) == 0 and redis.call('HGET', KEYS[1], 'by') ~= ARGV[2] then return {} end
return redis.call('HMGET', KEYS[1], 'draft', 'channel')
"""


def digest(sealer: Sealer, code: str) -> str:
    return sealer.digest(code, "code")


class Codes:
    """Looks codes up for one worker."""

    def __init__(self, redis: Redis[bytes], states: States, sealer: Sealer) -> None:
        self._redis = redis
        self._states = states
        self._sealer = sealer
        self._claim = redis.register_script(_CLAIM)

    async def looked_up(self, inbound: Inbound, state: str | bytes | None) -> Inbound:
        """The message with `event["code"]` when it is a code: what it leads to, or its `problem`.

        Problems are wrong, limited and gone. Raises Redis' errors.
        """
        code = moving.typed(inbound.text) if inbound.kind == "text" else None
        if code is None or not _awaited(state):
            return inbound
        return replace(inbound, event={"code": await self._look(code, inbound.conversation)})

    async def _look(self, code: str, by: str) -> Mapping[str, Any]:
        own = int(await self._redis.get(keys.tries(by)) or 0)
        if own >= PER_CONVERSATION or int(await self._redis.get(keys.TRIES) or 0) >= OVERALL:
            return {"problem": "limited"}
        hashed = digest(self._sealer, code)
        number = moving.partition_of(code, keys.PARTITIONS)
        giver = await self._redis.get(keys.coded(number, hashed))
        found = await self._claim(keys=[keys.code(giver.decode())], args=[hashed, by]) if giver else []
        if giver is None or not found:
            await self._count(by)
            return {"problem": "wrong"}
        draft, channel = (part.decode() for part in found)
        return await self._led_to(giver.decode(), channel, draft)

    async def _led_to(self, giver: str, channel: str, wanted: str) -> Mapping[str, Any]:
        state = await self._states.get(giver)
        conversation = Conversation.from_slots(json.loads(state)["slots"] if state else {})
        draft = next((d for d in (conversation.draft, *conversation.parked) if d is not None and d.id == wanted), None)
        if draft is None:
            return {"problem": "gone"}
        return {"from": giver, "channel": channel, "draft": draft.to_slot(), "language": conversation.language}

    async def _count(self, by: str) -> None:
        for name in (keys.tries(by), keys.TRIES):
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.set(name, 0, ex=WINDOW_S, nx=True)
                pipe.incr(name)
                count = int((await pipe.execute())[1])
        if count in (OVERALL // 2, OVERALL):
            log.warning("wrong codes are typed in great number", extra={"count": count})


def _awaited(state: str | bytes | None) -> bool:
    """Inside the form and in a claim nine digits are an answer, unless a code was just asked for."""
    known = json.loads(state) if state else {}
    pending = str(known.get("slots", {}).get("pending") or "")
    return pending.startswith(moving.MOVE) or not (known.get("loop") or pending.startswith(CLAIM))
