"""Which partitions are this worker's: a lease a partition, renewed while the worker lives, taken over when it dies.

The value of a lease is its owner and a fencing token that only ever grows; commits are checked against it. It begins
with the time, so that it grows also where Redis was emptied: a token of before must not come back.
"""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Iterable

from redis.asyncio import Redis

from runtime import keys

LEASE_MS = 6_000
"""A dead worker's partitions are free after this; with the round that takes them, under ten seconds."""
HEARTBEAT_S = 10

_TAKE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
redis.call('SET', KEYS[2], ARGV[3], 'NX')
local token = ARGV[1] .. ':' .. redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[2])
return token
"""
_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class Leases:
    """Takes this worker's fair share of all partitions and no more."""

    def __init__(self, redis: Redis[bytes], worker: str) -> None:
        self._redis = redis
        # The machine's name is what a probe beside the worker knows it by (`runtime.operating.alive`).
        self._worker = f"{socket.gethostname()}-{worker}"
        self._take = redis.register_script(_TAKE)
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)
        self.held: dict[int, str] = {}
        """Fencing token by partition."""
        self._until: dict[int, float] = {}
        self._share = keys.PARTITIONS

    async def beat(self, model: str) -> None:
        """Says that this worker lives and which model it runs."""
        await self._redis.set(keys.worker(self._worker), model, ex=HEARTBEAT_S)

    async def _workers(self) -> int:
        found = [key async for key in self._redis.scan_iter(match=keys.worker("*"), count=100)]
        return max(1, len(found))

    async def balance(self) -> None:
        """One round: renew, and take what is free of this worker's share. Whoever reads gives up the `surplus`."""
        await self._renew_all()
        self._share = math.ceil(keys.PARTITIONS / await self._workers())
        for number in range(keys.PARTITIONS):
            if len(self.held) >= self._share:
                break
            if number in self.held:
                continue
            begin = time.monotonic()
            first = time.time_ns() // 1_000_000
            taken = await self._take(
                keys=[keys.lease(number), keys.fence(number)], args=[self._worker, LEASE_MS, first]
            )
            if taken:
                self._until[number] = begin + LEASE_MS / 1000
                self.held[number] = taken.decode()

    async def _renew_all(self) -> None:
        """In one go to Redis: one by one they were the greater part of what an idle worker does."""
        held = list(self.held.items())
        if not held:
            return
        begin = time.monotonic()
        async with self._redis.pipeline(transaction=False) as pipe:
            for number, token in held:
                await self._renew(keys=[keys.lease(number)], args=[token, LEASE_MS], client=pipe)
            renewed = await pipe.execute()
        for (number, token), done in zip(held, renewed, strict=True):
            if done:
                self._until[number] = begin + LEASE_MS / 1000
            else:
                self.lose(number, token)

    @property
    def surplus(self) -> list[int]:
        """Partitions beyond this worker's share."""
        return sorted(self.held)[self._share :] if len(self.held) > self._share else []

    def sure(self, numbers: Iterable[int], seconds: float) -> list[int]:
        """Those that nobody else can own for so long from now, whatever becomes of Redis."""
        last, held, until = time.monotonic() + seconds, self.held, self._until
        return [number for number in numbers if number in held and until[number] > last]

    def lose(self, number: int, token: str) -> None:
        """It was found to be another's; one that was taken again meanwhile stays."""
        if self.held.get(number) == token:
            del self.held[number]

    async def give_up(self, number: int) -> None:
        token = self.held.pop(number, None)
        if token is not None:
            await self._release(keys=[keys.lease(number)], args=[token])

    async def give_up_all(self) -> None:
        for number in list(self.held):
            await self.give_up(number)
        await self._redis.delete(keys.worker(self._worker))
