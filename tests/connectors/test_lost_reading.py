"""Redis ends after it has handed entries out and before its answer: they are sent in their place nevertheless."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError

from connectors.opening import opened
from connectors.whatsapp.sender import Sender
from runtime import keys
from runtime.records import Outbound
from tests.connectors.conftest import gateway_settings

CONVERSATION = "a-" + "0" * 32
COUNT = 8


class Losing(Redis):
    """Loses the answer to the first reading that found something."""

    lost = False

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        answer = await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        if args[0] == "XREADGROUP" and answer and not self.lost:
            self.lost = True
            raise ConnectionError("the answer is lost")
        return answer


class Delivered:
    """In the place of `Delivery`: keeps what it is given, in order."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def deliver(self, outbound: Outbound) -> None:
        self.texts.append(outbound.text)


async def _sent(redis_url: str, folder: Path) -> tuple[list[str], bool]:
    delivered = Delivered()
    redis: Any = Losing.from_url(redis_url, decode_responses=True)
    sendbox = keys.sendbox(keys.partition(CONVERSATION))
    async with opened(gateway_settings(folder, redis_url)) as parts:
        sender = Sender(replace(parts, redis=redis), delivered, "one")  # type: ignore[arg-type]
        task = asyncio.create_task(sender.run())
        for number in range(COUNT):
            outbound = Outbound(f"o{number}", CONVERSATION, "whatsapp", text=str(number))
            await redis.xadd(sendbox, {"m": outbound.to_json()})
            await asyncio.sleep(0.2)
        limit = time.monotonic() + 20
        while await redis.xlen(sendbox) and time.monotonic() < limit:
            await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await redis.aclose()
    return delivered.texts, redis.lost


def test_what_was_read_without_an_answer_is_sent_in_its_place(redis_url: str, tmp_path: Path) -> None:
    texts, lost = asyncio.run(_sent(redis_url, tmp_path))
    assert lost
    assert texts == [str(number) for number in range(COUNT)]
