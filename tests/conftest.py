"""Fixtures that all rooms share: real servers, free ports, settings of a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.redis_server import RedisServer
from runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


def take_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    return take_port()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with every default but the ports, in a data directory of its own."""
    environ = {"DATA_DIR": str(tmp_path / "var"), "PORT": str(take_port()), "DESK_PORT": str(take_port())}
    return Settings.load(environ, None)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address (`REDIS_URL`) of a private Redis with the settings that `make run` gives it."""
    folder = Path(tempfile.mkdtemp(prefix="sahayak-redis-"))
    server = RedisServer.under(folder, ROOT)
    server.prepare()
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(server.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for_socket(server.socket, process)
        yield server.url
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def wait_for_socket(path: Path, process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Returns once somebody accepts connections on the socket file."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(os.fspath(path))
                return
            except OSError:
                time.sleep(0.02)
    raise AssertionError(f"redis-server did not come up (status {process.poll()})")


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The private Redis, emptied."""
    import redis

    client = redis.Redis.from_url(redis_server)
    client.flushall()
    client.close()
    return redis_server
