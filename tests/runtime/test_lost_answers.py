"""Redis ends after it has done what it was told and before it has said so: the answer is lost, the deed is not.

A client that loses answers stands in for a Redis killed at that moment; behind it is a real one.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from catalogue import messages
from runtime import keys
from runtime.records import Inbound, Outbound
from runtime.vault import Vault
from tests.runtime.test_worker import Echo, person

pytestmark = pytest.mark.rasa
COMMIT_KEYS = 10


def losing(url: str, losses: list[str]) -> Any:
    """A client that loses the answer to the next command of each kind in `losses`: "commit", "read"."""
    from redis.asyncio import Redis
    from redis.exceptions import ConnectionError

    class Losing(Redis):  # type: ignore[type-arg, unused-ignore]
        async def execute_command(self, *args: Any, **options: Any) -> Any:
            answer = await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
            kind = "commit" if args[0] in ("EVALSHA", "EVAL") and args[2] == COMMIT_KEYS else ""
            kind = "read" if args[0] == "XREADGROUP" and b">" in [str(a).encode() for a in args] and answer else kind
            if kind in losses:
                losses.remove(kind)
                raise ConnectionError("the answer is lost")
            return answer

    return Losing.from_url(url)


async def _answered(url: str, folder: Path, losses: list[str], count: int) -> tuple[list[str], list[Outbound], Echo]:
    """Ids of `count` messages of one person, the replies to them, and the brain that heard them."""
    from runtime.worker.loop import Worker

    redis, brain = losing(url, losses), Echo()
    worker = Worker(redis, brain, Vault(folder), messages.load(), "one", lambda: uuid.uuid4().hex)  # type: ignore[arg-type]
    task = asyncio.create_task(worker.run())
    inbox, sent = keys.inbox(keys.partition(person(1))), []
    for number in range(count):
        inbound = Inbound(uuid.uuid4().hex, person(1), "web", "text", time.time(), str(number))
        await redis.xadd(inbox, {"m": inbound.to_json()})
        sent.append(inbound.id)
        await asyncio.sleep(0.05)
    limit = time.monotonic() + 20
    while await redis.xlen(inbox):
        assert time.monotonic() < limit, "a message stays in the inbox"
        await asyncio.sleep(0.02)
    assert not losses, "nothing was lost"
    replies = [Outbound.from_json(fields[b"m"]) for _, fields in await redis.xrange(keys.outbox(person(1)))]
    assert not await redis.hgetall(keys.attempts(keys.partition(person(1))))
    worker.stop()
    await task
    await redis.close()
    return sent, replies, brain


def test_a_turn_whose_commit_was_not_answered_is_said_once(redis_url: str, tmp_path: Path) -> None:
    sent, replies, brain = asyncio.run(_answered(redis_url, tmp_path, ["commit", "commit"], 4))
    assert [reply.in_reply_to for reply in replies] == sent
    assert [reply.text for reply in replies] == ["1", "2", "3", "4"]
    assert brain.heard == ["0", "1", "2", "3"], "the turn itself is not run again"


def test_messages_whose_reading_was_not_answered_keep_their_place(redis_url: str, tmp_path: Path) -> None:
    sent, replies, _ = asyncio.run(_answered(redis_url, tmp_path, ["read"], 8))
    assert [reply.in_reply_to for reply in replies] == sent
    assert [reply.text for reply in replies] == [str(number) for number in range(1, 9)]
