"""A gateway begins with its connections to Redis open, and without them where there is no Redis yet."""

from __future__ import annotations

import asyncio
from pathlib import Path

import redis

from connectors.opening import READY, connected, redis_client


def test_connections_are_open_before_anybody_waits_for_them(redis_url: str) -> None:
    async def story() -> list[dict[str, str]]:
        client = redis_client(redis_url)
        await client.client_setname("a-gateway")
        before = len(await client.client_list())
        await connected(client)
        with redis.Redis.from_url(redis_url) as other:
            found: list[dict[str, str]] = other.client_list()
        await client.aclose()
        return found[before:]

    assert len(asyncio.run(story())) >= READY - 1


def test_without_redis_a_gateway_begins_all_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        client = redis_client(f"unix://{tmp_path}/nobody.sock", retries=0)
        await connected(client)
        await client.aclose()

    asyncio.run(story())
