"""Wakes the open event streams of this gateway when a conversation's outbox has grown.

One subscription for all streams. A lost wake-up is harmless: streams look again by themselves, and all are woken when
the subscription comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterator

from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime import keys

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Hub:
    """Conversation → the events of the streams that wait for it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.closing = asyncio.Event()
        """Set when the gateway stops: streams end, browsers come back with their last id."""

    @contextlib.contextmanager
    def waiting(self, conversation: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the conversation may have something new."""
        event = asyncio.Event()
        self._waiting[conversation].add(event)
        try:
            yield event
        finally:
            self._waiting[conversation].discard(event)
            if not self._waiting[conversation]:
                del self._waiting[conversation]

    def open_streams(self, conversation: str) -> int:
        """How many streams of this gateway wait for the conversation."""
        return len(self._waiting.get(conversation, ()))

    async def run(self) -> None:
        """Listens until cancelled."""
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(keys.WAKE)
                    self._wake_all()
                    while True:
                        message = await subscription.get_message(timeout=30.0)
                        if message:
                            self.wake(message["data"])
            except (RedisError, OSError) as error:
                log.warning("the wake-up subscription broke", extra={"why": type(error).__name__})
                await asyncio.sleep(RETRY_SECONDS)

    def wake(self, conversation: str) -> None:
        for event in self._waiting.get(conversation, ()):
            event.set()

    def close(self) -> None:
        self.closing.set()
        self._wake_all()

    def _wake_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()
