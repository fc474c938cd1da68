"""What was erased leaves Redis' append-only file as well: the file is rewritten soon after an erasure.

Redis rewrites it by itself only when it has doubled, so that on a quiet machine an erased name could stay on the disk
for months. Where Redis does not let us (another server's rights), its owner sees to it (docs/security.md).
"""

from __future__ import annotations

import logging

from redis.asyncio import Redis
from redis.exceptions import ResponseError

EVERY_S = 600.0
"""Seconds between two rewrites; a rewrite costs as much as the whole data."""
log = logging.getLogger("sahayak.worker")


class AppendOnlyFile:
    """The file of one Redis, as far as erasure is concerned."""

    def __init__(self, redis: Redis[bytes]) -> None:
        self._redis = redis
        self._due = False
        self._last = float("-inf")

    def erased(self) -> None:
        """Something was erased; the next `rewrite` is due."""
        self._due = True

    async def rewrite(self, now: float) -> bool:
        """Begins a rewrite if one is due and the last is long enough ago; whether it did. Raises `RedisError`."""
        if not self._due or now - self._last < EVERY_S:
            return False
        try:
            await self._redis.bgrewriteaof()
        except ResponseError as problem:
            if "in progress" in str(problem):
                return False
            log.warning("the append-only file cannot be rewritten by us", extra={"problem": str(problem)[:80]})
        self._due, self._last = False, now
        return True
