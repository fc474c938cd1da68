"""A process's parts, made from its settings: the Redis client, the network, the vault, the sentences."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from catalogue import messages
from connectors.parts import Parts
from runtime import secret_files
from runtime.errors import StartError
from runtime.settings import Settings
from runtime.vault import Vault

READY = 32
"""Connections to Redis that a gateway begins with."""
CONNECTIONS = httpx.Limits(max_connections=200, max_keepalive_connections=50)

DIRECT: dict[str, httpx.AsyncBaseTransport | None] = dict.fromkeys(
    ("all://localhost", "all://127.0.0.1", "all://[::1]")
)
"""This machine is never asked through a proxy that the environment names; everybody else is."""


def settings() -> Settings:
    """From the environment and `.env`. Raises `SettingsError`, `StartError`: one sentence for the operator."""
    found = Settings.load(os.environ, Path(".env"))
    if found.redis_url is None:
        raise StartError("REDIS_URL is not set: start everything with `make run`, or name a Redis server.")
    return found


def redis_client(url: str, retries: int = 2) -> Redis:
    """A client that gives up after two seconds rather than let a webhook wait."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=2.0,
        socket_timeout=5.0,
        max_connections=500,
        health_check_interval=30,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), retries),
    )


async def connected(redis: Redis) -> None:
    """Has connections open before anybody waits for them: each takes as long as the storing of a message, and a gateway
    that starts under load would make them all at once. Without Redis they are made when it is there."""
    with contextlib.suppress(RedisError, OSError):
        await asyncio.gather(*(redis.ping() for _ in range(READY)))


@contextlib.asynccontextmanager
async def opened(found: Settings) -> AsyncIterator[Parts]:
    """The parts, closed again at the end. Raises `SecretFileError` and the catalogue's errors at the start."""
    pepper = secret_files.read_or_make(found.data_dir / "secrets" / "identity", lambda: secrets.token_hex(32))
    redis, reader = redis_client(found.redis_url or ""), redis_client(found.redis_url or "", retries=0)
    try:
        async with httpx.AsyncClient(limits=CONNECTIONS, mounts=DIRECT) as http:
            yield Parts(
                settings=found,
                redis=redis,
                reader=reader,
                http=http,
                sentences=messages.load(),
                vault=Vault(found.data_dir),
                pepper=pepper.encode(),
            )
    finally:
        await redis.aclose()
        await reader.aclose()
