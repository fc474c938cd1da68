"""Erased values leave the file that Redis keeps, not only its memory."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime.redis_server import RedisServer
from runtime.worker.append_only import EVERY_S, AppendOnlyFile

pytestmark = pytest.mark.rasa
ROOT = Path(__file__).resolve().parents[2]


def written(server: RedisServer) -> bytes:
    return b"".join(path.read_bytes() for path in server.folder.rglob("*.aof"))


async def scenario(server: RedisServer) -> None:
    redis: Redis[bytes] = Redis.from_url(server.url)
    for _ in range(200):
        try:
            await redis.ping()
            break
        except RedisError:
            await asyncio.sleep(0.05)
    file = AppendOnlyFile(redis)
    await redis.set("somebody", "Sunita Devi")
    await redis.delete("somebody")
    assert b"Sunita Devi" in written(server)
    assert not await file.rewrite(0.0)
    file.erased()
    assert await file.rewrite(1.0)
    for _ in range(200):
        if b"Sunita Devi" not in written(server):
            break
        await asyncio.sleep(0.05)
    assert b"Sunita Devi" not in written(server)
    file.erased()
    assert not await file.rewrite(EVERY_S), "a rewrite costs as much as the whole data"
    assert await file.rewrite(EVERY_S + 1.0)
    await redis.close()


def test_what_was_erased_leaves_the_file(tmp_path: Path) -> None:
    server = RedisServer.under(tmp_path, ROOT)
    server.prepare()
    process = subprocess.Popen(server.command(), stdout=subprocess.DEVNULL)
    try:
        asyncio.run(scenario(server))
    finally:
        process.terminate()
        process.wait(10)
