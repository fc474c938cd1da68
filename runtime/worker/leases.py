"""Which partitions are this worker's: a lease a partition, renewed while the worker lives, taken over when it dies.

The value of a lease is its owner and a fencing token that only ever grows; commits are checked against it.
"""

from __future__ import annotations

import math

from redis.asyncio import Redis

from runtime import keys

LEASE_MS = 6_000
"""A dead worker's partitions are free after this; with the round that takes them, under ten seconds."""
HEARTBEAT_S = 10

_TAKE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
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
        self._worker = worker
        self._take = redis.register_script(_TAKE)
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)
        self.held: dict[int, str] = {}
        """Fencing token by partition."""

    async def beat(self, model: str) -> None:
        """Says that this worker lives and which model it runs."""
        await self._redis.set(keys.worker(self._worker), model, ex=HEARTBEAT_S)

    async def _workers(self) -> int:
        found = [key async for key in self._redis.scan_iter(match=keys.worker("*"), count=100)]
        return max(1, len(found))

    async def balance(self) -> tuple[list[int], list[int]]:
        """One round: renew, give up what exceeds the share, take what is free. Returns (taken, lost)."""
        taken: list[int] = []
        lost: list[int] = []
        for number, token in list(self.held.items()):
            if not await self._renew(keys=[keys.lease(number)], args=[token, LEASE_MS]):
                del self.held[number]
                lost.append(number)
        share = math.ceil(keys.PARTITIONS / await self._workers())
        for number in sorted(self.held)[share:]:
            await self.give_up(number)
            lost.append(number)
        for number in range(keys.PARTITIONS):
            if len(self.held) >= share:
                break
            if number in self.held:
                continue
            token = await self._take(keys=[keys.lease(number), keys.fence(number)], args=[self._worker, LEASE_MS])
            if token:
                self.held[number] = token.decode()
                taken.append(number)
        return taken, lost

    async def give_up(self, number: int) -> None:
        token = self.held.pop(number, None)
        if token is not None:
            await self._release(keys=[keys.lease(number)], args=[token])

    async def give_up_all(self) -> None:
        for number in list(self.held):
            await self.give_up(number)
        await self._redis.delete(keys.worker(self._worker))
