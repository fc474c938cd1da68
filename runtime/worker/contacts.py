"""From which number a person writes, as the gateway keeps it; asked only when a person wants to be called."""

from __future__ import annotations

import re

from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime import keys

_NUMBER = re.compile(r"\+?\d{8,15}\Z")


class Contacts:
    """Contacts of conversations in Redis."""

    def __init__(self, redis: Redis[bytes]) -> None:
        self._redis = redis

    async def phone(self, conversation: str) -> str:
        """The number; empty for a channel without numbers, a person without one, or a Redis that does not answer."""
        try:
            found = await self._redis.hget(keys.contact(conversation), "phone")
        except RedisError:
            return ""
        number = found.decode() if isinstance(found, bytes) else str(found or "")
        return number if _NUMBER.match(number) else ""
