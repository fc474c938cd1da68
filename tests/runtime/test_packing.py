"""A worker's connections: packed commands mean the same, and one that cannot be used any more is made anew."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("rasa")

from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.connection import Connection, UnixDomainSocketConnection
from redis.exceptions import DataError

from runtime.worker.packing import packed

pytestmark = pytest.mark.rasa
ARGUMENTS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.binary(),
        st.integers(-(2**63), 2**63),
        st.floats(0.0, 1e9),
    ),
    max_size=9,
)


def connection(address: str = "redis://127.0.0.1") -> Any:
    return packed(Redis.from_url(address)).connection_pool.make_connection()


@given(st.sampled_from(["XADD", "XGROUP CREATE", b"EVALSHA", "SET"]), ARGUMENTS)
def test_a_command_is_packed_as_redis_py_packs_it(name: str | bytes, arguments: list[Any]) -> None:
    plain = Redis.from_url("redis://127.0.0.1").connection_pool.make_connection()
    assert b"".join(connection().pack_command(name, *arguments)) == b"".join(plain.pack_command(name, *arguments))


def test_what_redis_has_no_form_for_is_refused() -> None:
    with pytest.raises(DataError):
        connection().pack_command("SET", "key", ["a list"])


def test_the_kind_of_connection_is_the_addresss() -> None:
    assert isinstance(connection("redis://127.0.0.1"), Connection)
    assert isinstance(connection("unix:///nowhere"), UnixDomainSocketConnection)


async def until_unusable(idle: Any) -> None:
    """What the server has done comes in with the next rounds of the event loop."""
    for _ in range(500):
        if await idle.can_read_destructive():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nothing came of it")


def test_a_connection_that_was_closed_or_holds_a_strangers_answer_is_made_anew(redis_url: str) -> None:
    async def work() -> None:
        client: Redis[bytes] = packed(Redis.from_url(redis_url))
        other: Redis[bytes] = Redis.from_url(redis_url)
        ids = [await client.client_id()]
        await other.client_kill_filter(_id=str(ids[0]))
        (idle,) = client.connection_pool._available_connections
        await until_unusable(idle)
        assert await client.set("kept", "1")
        ids.append(await client.client_id())
        (idle,) = client.connection_pool._available_connections
        await idle.send_command("ECHO", "for nobody")
        await until_unusable(idle)
        assert await client.get("kept") == b"1"
        ids.append(await client.client_id())
        assert await client.get("kept") == b"1"
        assert ids[-1] == await client.client_id(), "a connection in order is kept"
        assert len(set(ids)) == 3
        await client.close()
        await other.close()

    asyncio.run(work())
