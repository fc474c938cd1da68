"""A conversation with the brain itself: real model, real catalogue, real department server, no network in between.

The state is written out and read back between every two turns, as it is in production.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions.services import DELHI, Services
from runtime.records import Choice, FileRef, Inbound, Outbound
from runtime.worker.brain import Brain

JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


@dataclass
class Chat:
    """One person's conversation. `said` counts the messages of the person, `heard` those of the assistant."""

    brain: Brain
    services: Services
    loop: asyncio.AbstractEventLoop
    channel: str = "web"
    clock: Clock = field(default_factory=lambda: Clock())
    """Handed to the services of all conversations; set for one of them."""
    phones: dict[str, str] = field(default_factory=dict)
    """Numbers that people write from, by conversation."""
    conversation: str = field(default_factory=lambda: f"w-{uuid.uuid4().hex}")
    state: str | None = None
    said: int = 0
    heard: int = 0
    replies: tuple[Outbound, ...] = ()
    discarded: tuple[str, ...] = ()
    ended: bool = False
    """Whether the last turn told the channel that it is over."""
    alarms: tuple[Any, ...] = ()
    """What the last turn set or settled."""
    erased: bool = False
    sentences: tuple[str, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    results: tuple[str, ...] = ()
    """What the archive and the counts would get."""

    def say(self, text: str) -> tuple[Outbound, ...]:
        return self._send("text", text=text)

    def tap(self, choice: str) -> tuple[Outbound, ...]:
        return self._send("choice", choice=choice)

    def send_file(self, problem: str = "", mime: str = "image/jpeg") -> tuple[Outbound, ...]:
        content = JPEG + uuid.uuid4().bytes
        blob = self.services.vault.put(content)
        digest = hashlib.sha256(content).hexdigest()
        file = FileRef(blob, blob, mime, len(content), "paper.jpg", digest, problem=problem)
        return self._send("file", file=file)

    def event(self, **values: Any) -> tuple[Outbound, ...]:
        return self._send("event", event={"id": uuid.uuid4().hex, "reference": self.conversation, **values})

    def _send(self, kind: str, **values: Any) -> tuple[Outbound, ...]:
        inbound = Inbound(
            id=uuid.uuid4().hex,
            conversation=self.conversation,
            channel=self.channel,
            kind=kind,
            at=time.time(),
            **values,
        )
        inbound = Inbound.from_json(inbound.to_json())
        result = self.loop.run_until_complete(self.brain.turn(inbound, self.state))
        self.state = result.state
        self.replies = tuple(reply for reply in result.outbounds if reply.kind == "message")
        self.discarded += result.discard
        self.ended = any(reply.kind == "turn_end" for reply in result.outbounds)
        self.alarms = result.alarms
        self.erased = self.erased or result.erased
        self.sentences += (result.sentence,) if result.sentence else ()
        self.steps += result.steps
        self.results += (result.heard.result,) if result.heard else ()
        self.said += kind != "event"
        self.heard += len(self.replies)
        return self.replies

    @property
    def text(self) -> str:
        return "\n\n".join(reply.text for reply in self.replies)

    @property
    def lang(self) -> str:
        return self.replies[-1].lang if self.replies else ""

    @property
    def asks(self) -> list[tuple[str, str]]:
        """(field, kind) of everything the last turn asked for."""
        return [(ask.field, ask.kind) for reply in self.replies for ask in reply.asks]

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(choice for reply in self.replies for choice in reply.choices)


class Clock:
    """The time of day that the assistant believes it is; real until it is set."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def __call__(self) -> datetime:
        return self.moment or datetime.now(DELHI)


ChatMaker = Callable[[], Chat]
