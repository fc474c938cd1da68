"""Which sender works on which partition: leases in Redis, shared out evenly among the senders that are alive."""

from __future__ import annotations

import math
from collections.abc import Iterable

from redis.asyncio import Redis

from connectors.parts import Clock
from runtime import keys

LEASE_SECONDS = 8
ALIVE_SECONDS = 7

_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end return 0"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Leases:
    """Takes, renews and hands back leases in one sender's name."""

    def __init__(self, redis: Redis, clock: Clock, name: str) -> None:
        self._redis = redis
        self._clock = clock
        self._name = name
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)

    async def share(self) -> int:
        """How many partitions each of the senders alive should have. Tells the others that this one is."""
        now = self._clock()
        await self._redis.zadd(keys.SENDERS_ALIVE, {self._name: now})
        await self._redis.zremrangebyscore(keys.SENDERS_ALIVE, 0, now - ALIVE_SECONDS)
        return math.ceil(keys.PARTITIONS / max(1, await self._redis.zcard(keys.SENDERS_ALIVE)))

    async def take(self, number: int) -> bool:
        """Whether the lease is ours now; one that was ours all along counts."""
        return await self.renew(number) or bool(
            await self._redis.set(keys.send_lease(number), self._name, nx=True, ex=LEASE_SECONDS)
        )

    async def renew(self, number: int) -> bool:
        """Whether the lease is still ours."""
        return bool(await self._renew(keys=[keys.send_lease(number)], args=[self._name, LEASE_SECONDS]))

    async def release(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            await self._release(keys=[keys.send_lease(number)], args=[self._name])

    async def leave(self) -> None:
        await self._redis.zrem(keys.SENDERS_ALIVE, self._name)
