"""Redis for commands: the one that the settings name, else the private one of the data directory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis

from runtime.errors import StartError
from runtime.redis_server import RedisServer
from runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Any]:
    """A client that answers in bytes. Raises `StartError` when there is no server."""
    url = settings.redis_url or RedisServer.under(settings.data_dir, ROOT).url
    # Typed as Any: the library's own types do not tell a client that waits from one that does not.
    client: Any = redis.Redis.from_url(url, socket_timeout=10)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        raise StartError("Redis does not answer; is Sahayak running?") from error
    try:
        yield client
    finally:
        client.close()


def settings() -> Settings:
    """From the environment and `.env`. Raises `SettingsError`."""
    return Settings.load(os.environ, Path(".env"))
