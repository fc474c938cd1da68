"""A citizen with WhatsApp, over the stand-in for Meta."""

from __future__ import annotations

import time
from pathlib import Path

import redis

from runtime.codec import Codec
from runtime.records import Outbound
from runtime.redis_server import RedisServer
from tests.conftest import ROOT
from tests.connectors.papers import paper, photo
from tests.journey.system import TURN_S
from tests.standin.bodies import Person
from tests.standin.meta import Sent
from tests.standin.server import StandIn, text_of


class WhatsAppTalk:
    """What the person sees comes from the stand-in; what was asked for is looked up in the outbox."""

    def __init__(self, meta: StandIn, folder: Path, person: Person) -> None:
        self.meta, self.person = meta, person
        self.received: list[Sent] = []
        self.said = 0
        self._redis = redis.Redis(unix_socket_path=str(RedisServer.under(folder, ROOT).socket))
        self._codec = Codec.under(folder)
        self._known = set(self._redis.scan_iter("sahayak:*:out:a-*"))
        self._outbox = b""
        self._last = "-"

    def say(self, text: str) -> None:
        self.meta.say(self.person, text)
        self._turn()

    def tap(self, title_or_id: str) -> None:
        self.meta.tap(self.person, self.received[-1], title_or_id)
        self._turn()

    def send_file(self) -> None:
        self.meta.send_file(self.person, photo(paper(900, 1200, seed=self.said)), "image/jpeg")
        self._turn()

    def _turn(self) -> None:
        self.said += 1
        limit = time.monotonic() + TURN_S
        while not self._ended():
            assert time.monotonic() < limit, "no turn came to its end"
            time.sleep(0.05)

    def _ended(self) -> bool:
        if not self._outbox:
            new = set(self._redis.scan_iter("sahayak:*:out:a-*")) - self._known
            if not new:
                return False
            self._outbox = new.pop()
        entries = self._redis.xrange(self._outbox, min=self._last)
        name = self._outbox.decode()
        outbounds = [Outbound.from_json(self._codec.read(fields[b"m"], name)) for _, fields in entries]
        if not outbounds or outbounds[-1].kind != "turn_end":
            return False
        self._last = f"({entries[-1][0].decode()}"
        self.outbounds = [outbound for outbound in outbounds if outbound.kind == "message"]
        self.received = self.meta.wait_for(self.person, len(self.received) + 1, seconds=TURN_S)
        return True

    @property
    def text(self) -> str:
        return "\n\n".join(outbound.text for outbound in self.outbounds)

    @property
    def asks(self) -> list[tuple[str, str]]:
        return [(ask.field, ask.kind) for outbound in self.outbounds for ask in outbound.asks]

    @property
    def choices(self) -> list[str]:
        return [choice.id for outbound in self.outbounds for choice in outbound.choices]

    def texts(self) -> list[str]:
        return [text_of(sent.payload) for sent in self.received]
