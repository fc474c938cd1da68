"""Conversations on the queues of a real Redis, run by a real worker; what is on its way between two can be held up."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalogue import messages
from dialogue.conversation import Conversation
from runtime import keys
from runtime.codec import Codec
from runtime.records import FileRef, Inbound, Outbound
from tests.conversations.chat import JPEG, Chat

CODE = re.compile(r"\b\d{3} \d{3} \d{3}\b")


@dataclass
class Phone:
    """One conversation as its person sees it, on the queues of a real Redis."""

    post: Post
    channel: str = "web"
    conversation: str = field(default_factory=lambda: f"w-{uuid.uuid4().hex}")
    heard: list[Outbound] = field(default_factory=list)
    fresh: list[Outbound] = field(default_factory=list)

    def say(self, text: str) -> None:
        self._send("text", text=text)

    def tap(self, choice: str) -> None:
        self._send("choice", choice=choice)

    def send_file(self) -> None:
        content = JPEG + uuid.uuid4().bytes
        blob, forward = (self.post.chat.services.vault.put(content) for _ in range(2))
        self._send("file", file=FileRef(blob, forward, "image/jpeg", len(content), "a.jpg", uuid.uuid4().hex * 2))

    def _send(self, kind: str, **values: Any) -> None:
        inbound = Inbound(uuid.uuid4().hex, self.conversation, self.channel, kind, time.time(), **values)
        self.post.run(self.post.put(inbound))
        self.post.run(self.post.quiet())
        self.listen()

    def listen(self) -> None:
        """Takes in what has come since."""
        every = self.post.run(self.post.outbox(self.conversation))
        self.fresh = [one for one in every[len(self.heard) :] if one.kind == "message"]
        self.heard = every

    @property
    def text(self) -> str:
        return "\n\n".join(one.text for one in self.fresh)

    @property
    def asks(self) -> list[tuple[str, str]]:
        return [(ask.field, ask.kind) for one in self.fresh[-1:] for ask in one.asks]

    @property
    def choices(self) -> tuple[Any, ...]:
        return tuple(choice for one in self.fresh[-1:] for choice in one.choices)

    @property
    def state(self) -> Conversation:
        raw = self.post.run(self.post.states.get(self.conversation))
        return Conversation.from_slots(json.loads(raw)["slots"] if raw else {})

    def says(self, key: str, **values: Any) -> bool:
        lang = self.fresh[-1].lang
        fixed = messages.load().text(key)[lang]
        return re.search(re.sub(r"\\\{\w+\\\}", ".*", re.escape(fixed)), self.text, re.DOTALL) is not None

    def code(self) -> str:
        self.tap("more:move")
        found = CODE.search(self.text)
        assert found, self.text
        return found.group()


class Held:
    """Brings parcels like the real one, but for those with `name`, at which the worker has died.

    `late`: it had brought them, and not yet taken them away.
    """

    def __init__(self, post: Post, name: str, late: bool = False) -> None:
        self.real: Any = post.worker._parcels
        self.redis, self.codec = post.redis, post.codec
        self.name, self.late = f'"{name}"', late
        self.reached = asyncio.Event()

    async def bring(self, partitions: Iterable[int]) -> int:
        count = 0
        for number in partitions:
            waiting = [fields[b"m"] for _, fields in await self.redis.xrange(keys.parcels(number))]
            if not any(self.name in self.codec.read(one, keys.parcels(number)) for one in waiting):
                count += await self.real.bring([number])
                continue
            if self.late:
                await self.real.bring([number])
                for one in waiting:
                    await self.redis.xadd(keys.parcels(number), {"m": one})
            self.reached.set()
        return count


class Post:
    """A worker on a real Redis, with the brain of the other tests."""

    def __init__(self, url: str, chat: Chat) -> None:
        from redis.asyncio import Redis

        from runtime.worker.states import States

        self.chat = chat
        self.redis: Any = Redis.from_url(url)
        self.states = States(self.redis, chat.services.vault.sealer())
        self.codec = Codec(chat.services.vault.sealer())
        self.brain: Any = chat.brain
        self.task: asyncio.Task[None] | None = None
        self.worker: Any = None

    def run(self, doing: Any) -> Any:
        return self.chat.loop.run_until_complete(doing)

    def start(self) -> None:
        from runtime.worker.loop import Worker

        services = self.chat.services
        self.worker = Worker(
            self.redis, self.brain, services.vault, services.messages, uuid.uuid4().hex, lambda: uuid.uuid4().hex
        )

        async def begin() -> None:
            self.task = asyncio.create_task(self.worker.run())

        self.run(begin())

    def stop(self) -> None:
        async def end() -> None:
            if self.task is not None:
                self.worker.stop()
                await self.task
                self.task = None

        self.run(end())

    async def put(self, inbound: Inbound) -> None:
        inbox = keys.inbox(keys.partition(inbound.conversation))
        await self.redis.xadd(inbox, {"m": self.codec.write(inbound.to_json(), inbox)})

    async def outbox(self, conversation: str) -> list[Outbound]:
        outbox = keys.outbox(conversation)
        entries = await self.redis.xrange(outbox)
        return [Outbound.from_json(self.codec.read(fields[b"m"], outbox)) for _, fields in entries]

    async def quiet(self) -> None:
        """Until nothing lies in an inbox or waits to be brought to one."""
        limit = time.monotonic() + 30
        rounds = 0
        while True:
            # Between two looks something may have gone from where was not looked yet to where was.
            numbers = range(keys.PARTITIONS)
            left = [await self.redis.xlen(name(n)) for name in (keys.parcels, keys.inbox) for n in numbers]
            rounds = 0 if sum(left) else rounds + 1
            if rounds > 1:
                return
            assert time.monotonic() < limit, "it does not come to rest"
            await asyncio.sleep(0.02)

    def phone(self, channel: str = "web") -> Phone:
        prefix = "w" if channel == "web" else "a"
        return Phone(self, channel, f"{prefix}-{uuid.uuid4().hex}")

    def everything(self) -> bytes:
        """All that stands in Redis but what is documented as open: replies and messages on their way."""
        found = b""
        for key in self.run(self.redis.keys("*")):
            if b":out:" in key or b":send" in key:
                continue
            kind = self.run(self.redis.type(key))
            if kind == b"string":
                found += key + (self.run(self.redis.get(key)) or b"")
            elif kind == b"hash":
                found += key + repr(self.run(self.redis.hgetall(key))).encode()
            elif kind == b"stream":
                found += key + repr(self.run(self.redis.xrange(key))).encode()
        return found
