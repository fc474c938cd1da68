"""The stand-in's memory: people and their windows, media that expires, rates, templates, faults to come.

Thread-safe: the HTTP server's thread and a test's share it. `now` is its clock, which a test may move.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.standin.bodies import Person
from tests.standin.refusals import Refused, demand
from tests.standin.rules import check_message

WINDOW = 24 * 3600
MEDIA_DAYS = 7 * 24 * 3600
URL_SECONDS = 300
PAIR_SECONDS = 6.0
PAIR_BURST = 45
UPLOADS = {"image/jpeg": 5, "image/png": 5, "application/pdf": 100, "text/plain": 100}
"""Megabytes by type."""


@dataclass
class Media:
    data: bytes
    mime: str
    at: float
    ours: bool
    """Uploaded by the business, or sent by a person."""


@dataclass
class Sent:
    """A message that was accepted. `payload` is what was posted; `failed` the code with which it will fail later."""

    wamid: str
    person: Person
    payload: dict[str, Any]
    at: float
    failed: int = 0


@dataclass
class Fault:
    """The next call to `messages` goes wrong. `code` -1: accepted, and then the line breaks before the answer;
    -2: the line breaks before it is accepted."""

    code: int
    status: int = 400


@dataclass
class Meta:
    number: str
    token: str
    templates: dict[tuple[str, str], int] = field(default_factory=dict)
    offset: float = 0.0
    throughput: int = 80
    pair_burst: int = PAIR_BURST
    late_window: bool = True
    """A closed window is told by a failed status (as Meta mostly does), or at once."""
    people: dict[str, Person] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    urls: dict[str, tuple[str, float]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    reads: list[dict[str, Any]] = field(default_factory=list)
    received: dict[str, str] = field(default_factory=dict)
    windows: dict[str, float] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    refused: list[Refused] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _pairs: dict[str, tuple[float, float]] = field(default_factory=dict)
    _second: tuple[int, int] = (0, 0)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def now(self) -> float:
        return time.time() + self.offset

    def new_id(self, kind: str) -> str:
        return f"{kind}.{next(self._ids):08d}"

    def wrote(self, person: Person, wamid: str, at: float) -> None:
        """A person wrote: their window opens, counted from the message's own time."""
        with self.lock:
            for address in (person.phone, person.user_id):
                if address:
                    self.people[address] = person
            self.received[wamid] = person.address
            self.windows[person.address] = max(at, self.windows.get(person.address, 0.0))

    def post(self, payload: Mapping[str, Any]) -> tuple[dict[str, Any], Sent | None, Fault | None]:
        """`POST /{number}/messages`. Raises `Refused`."""
        with self.lock:
            if payload.get("status") == "read":
                return self._read(payload), None, None
            fault = self.faults.popleft() if self.faults else None
            if fault and fault.code == -2:
                return {}, None, fault
            if fault and fault.code >= 0:
                raise Refused(fault.code, "injected", fault.status)
            check_message(payload, self._has_media, self.templates)
            person = self._addressee(payload)
            self._throughput()
            self._pair(person)
            sent = Sent(self.new_id("wamid.out"), person, dict(payload), self.now())
            closed = self.now() - self.windows.get(person.address, 0.0) > WINDOW
            if closed and payload["type"] != "template":
                if not self.late_window:
                    raise Refused(131047, "more than 24 hours have passed")
                sent.failed = 131047
            self.sent.append(sent)
            contact = {"input": person.address, "wa_id": person.phone} if person.phone else {"input": person.address}
            answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": sent.wamid}]}
            return answer, sent, fault

    def _read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        demand(payload.get("messaging_product") == "whatsapp", "messaging_product must be whatsapp")
        demand(payload.get("message_id") in self.received, "no such message", 131009)
        demand(payload.get("typing_indicator", {"type": "text"}) == {"type": "text"}, "unknown typing indicator")
        self.reads.append(dict(payload))
        return {"success": True}

    def _addressee(self, payload: Mapping[str, Any]) -> Person:
        address = str(payload.get("to") or payload.get("recipient"))
        person = self.people.get(address)
        if person is None:
            raise Refused(131026, "the receiver cannot be reached")
        demand(
            "recipient" not in payload or not person.phone or payload["recipient"] == person.user_id, "wrong recipient"
        )
        return person

    def _throughput(self) -> None:
        second, count = self._second
        now = int(self.now())
        self._second = (now, count + 1 if now == second else 1)
        if self._second[1] > self.throughput:
            raise Refused(130429, "rate limit hit", 429)

    def _pair(self, person: Person) -> None:
        tokens, at = self._pairs.get(person.address, (float(self.pair_burst), self.now()))
        tokens = min(float(self.pair_burst), tokens + (self.now() - at) / PAIR_SECONDS)
        if tokens < 1:
            raise Refused(131056, "too many messages to this person")
        self._pairs[person.address] = (tokens - 1, self.now())

    def _has_media(self, identifier: str) -> bool:
        media = self.media.get(identifier)
        return media is not None and media.ours and self.now() - media.at < 30 * 24 * 3600

    def upload(self, data: bytes, mime: str, claimed: str) -> str:
        """`POST /{number}/media`. Raises `Refused`."""
        demand(mime in UPLOADS and claimed == mime, f"type {mime} is not taken", 100)
        demand(0 < len(data) <= UPLOADS[mime] * 1024 * 1024, "the file is too large", 131053)
        return self.keep(data, mime, ours=True)

    def keep(self, data: bytes, mime: str, *, ours: bool) -> str:
        with self.lock:
            identifier = f"{next(self._ids):016d}"
            self.media[identifier] = Media(data, mime, self.now(), ours)
            return identifier

    def locate(self, identifier: str, base: str) -> dict[str, Any]:
        """`GET /{media id}`. Raises `Refused`."""
        with self.lock:
            media = self.media.get(identifier)
            if media is None or self.now() - media.at > MEDIA_DAYS:
                raise Refused(100, "no such media", 404)
            ticket = self.new_id("ticket")
            self.urls[ticket] = (identifier, self.now() + URL_SECONDS)
            return {
                "messaging_product": "whatsapp",
                "id": identifier,
                "url": f"{base}/lookaside/{ticket}",
                "mime_type": media.mime,
                "sha256": hashlib.sha256(media.data).hexdigest(),
                "file_size": len(media.data),
            }

    def fetch(self, ticket: str) -> Media:
        """The bytes behind a media URL. Raises `Refused`."""
        with self.lock:
            identifier, until = self.urls.get(ticket, ("", 0.0))
            if self.now() > until:
                raise Refused(100, "the url has expired", 404)
            return self.media[identifier]
