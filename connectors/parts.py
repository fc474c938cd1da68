"""What every part of the gateway is handed: settings, Redis, network, clock, ids, sentences. Nothing is global."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import httpx
from redis.asyncio import Redis

from connectors.metrics import Metrics
from runtime.codec import Codec
from runtime.settings import Settings
from runtime.vault import Vault

Clock = Callable[[], float]
"""Seconds since 1970."""
Ids = Callable[[], str]
"""A new unguessable id of 32 hexadecimal digits."""
RedisClient = Redis
"""The asyncio client, with answers as text (`decode_responses=True`)."""


class Sentences(Protocol):
    """`catalogue.messages.Messages`, as far as the gateway needs it."""

    def render(self, key: str, lang: str, **values: Any) -> str: ...


@dataclass(frozen=True)
class Rate:
    """A token bucket: `burst` at once, then `per_second`."""

    burst: float
    per_second: float


@dataclass(frozen=True)
class Limits:
    """How much is taken from whom, and how fast we send. Every figure carries its reason.

    `person`: nobody types sixty messages in a row; a program that does is answered kindly and not stored.
    `sessions`, `address`: many people share one address behind a carrier's network, so these are wide.
    `number`: Meta's throughput of a phone number (80 messages a second until it is raised).
    `pair`: Meta lets one person have a message every six seconds and a burst borrowed from later ones (45); half of it
    is used, so that a burst never has to be paid back in minutes of silence.
    `status_seconds`: how long a status is waited for after a call without an answer; Meta's come within a few seconds.
    `halt_seconds`: how long all sending rests after an error that concerns every message.
    `fetch_pauses`: between attempts to fetch a file; 15 s in all, well within the 40 s for which the worker waits.
    `person_pause`: how long one person's messages rest after Meta found them too many.
    """

    person: Rate = Rate(60, 1.0)
    sessions: Rate = Rate(120, 2.0)
    address: Rate = Rate(600, 40.0)
    number: Rate = Rate(80, 80.0)
    pair: Rate = Rate(20, 1 / 6)
    status_seconds: float = 20.0
    halt_seconds: float = 60.0
    person_pause: float = 30.0
    fetch_pauses: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    downloads: Rate = Rate(30, 0.5)
    text: int = 4096
    json_body: int = 64 * 1024
    webhook_body: int = 3 * 1024 * 1024
    upload_body: int = 21 * 1024 * 1024


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Parts:
    """All that a route or a background task works with.

    `redis` asks again by itself when an answer is lost, so only what may be done twice goes through it. `reader` does
    not: asked again for a stream's next entries, a server that had handed them out would give those behind them.
    `pepper`: the secret under which addresses are hashed.
    """

    settings: Settings
    redis: Redis
    reader: Redis
    http: httpx.AsyncClient
    sentences: Sentences
    vault: Vault
    pepper: bytes
    clock: Clock = time.time
    ids: Ids = new_id
    limits: Limits = Limits()
    metrics: Metrics = field(default_factory=Metrics)

    @cached_property
    def codec(self) -> Codec:
        """For records in Redis, with the vault's keys."""
        return Codec(self.vault.sealer())
