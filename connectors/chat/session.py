"""Web sessions: an unguessable key that is the only way to its conversation, and that is never stored or logged."""

from __future__ import annotations

import secrets

from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.answers import text
from connectors.errors import Refusal, StoreUnavailable
from connectors.identity import WEB, of_session
from runtime import keys

UNUSED_SECONDS = 24 * 3600
"""A session in which nothing was ever said is forgotten after a day."""
KEY_LENGTH = 43


class Sessions:
    """Makes sessions and finds the conversation that belongs to a key."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def make(self, lang: str | None) -> str:
        """A new session's key (256 random bits). Raises `StoreUnavailable`."""
        session = secrets.token_urlsafe(32)
        name = keys.contact(of_session(session))
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(name, mapping={"channel": WEB, **({"lang": lang} if lang else {})})
                pipe.expire(name, UNUSED_SECONDS)
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not take the session") from error
        return session

    async def open(self, session: str) -> tuple[str, str]:
        """The conversation and its language (empty: none yet). Raises `Refusal` 404, `StoreUnavailable`."""
        conversation = of_session(session)
        try:
            channel, lang = await self._redis.hmget(keys.contact(conversation), ["channel", "lang"])
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not answer") from error
        if len(session) != KEY_LENGTH or channel != WEB:
            raise Refusal(404, "session_unknown")
        return conversation, text(lang)
