"""From which number a person writes, as the gateway keeps it; asked only when a person wants to be called."""

from __future__ import annotations

import re

from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime import keys
from runtime.codec import Codec
from runtime.errors import SealBroken

_NUMBER = re.compile(r"\+?\d{8,15}\Z")


class Contacts:
    """Contacts of conversations in Redis."""

    def __init__(self, redis: Redis[bytes], codec: Codec) -> None:
        self._redis = redis
        self._codec = codec

    async def phone(self, conversation: str) -> str:
        """The number; empty for a channel without numbers, a person without one, or a Redis that does not answer."""
        contact = keys.contact(conversation)
        try:
            found = await self._redis.hget(contact, "phone")
            number = self._codec.read(found, keys.contact_field(contact, "phone")) if found else ""
        except (RedisError, SealBroken):
            return ""
        return number if _NUMBER.match(number) else ""
