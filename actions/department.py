"""Client of the Department API: the one way in which actions reach a department.

    DepartmentError
    ├── DepartmentUnavailable   no answer, an answer of 5xx, or one that is not of the contract: try again later
    └── DepartmentRefused       a 4xx answer (429: too often); `detail` is in English, `problems` field by field
        └── DepartmentNotFound  404

Every request is signed; every write carries the idempotency key that the caller hands in, so that a turn that runs
twice writes once. Reads and keyed writes are repeated `TRIES` times before the department counts as unavailable.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import httpx

from runtime import signing

TIMEOUT = 10.0
TIMEOUT_AWAY = 2.0
AWAY_S = 15.0
"""For so long after a department has not answered it is asked once and shortly: nobody waits for a dead line twice."""
TRIES = 3
PAUSE = 0.3
"""Seconds before the second try; twice that before the third."""
Read = TypeVar("Read")


class DepartmentError(Exception):
    """Root of what this client raises."""


class DepartmentUnavailable(DepartmentError):
    """Nothing is known about whether a write was done: repeat it with the same key."""


class DepartmentRefused(DepartmentError):
    """Repeating does not help."""

    def __init__(self, status: int, code: str, detail: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(f"the department refused: {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.problems = problems


class DepartmentNotFound(DepartmentRefused):
    """No such application, certificate or service."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field or document; `id` is the catalogue's."""

    id: str
    code: str
    detail: str


@dataclass(frozen=True)
class Submitted:
    number: str
    stage: str
    due: date | None


@dataclass(frozen=True)
class Uploaded:
    """`stage` is that of the application after the upload: the last missing correction puts it back to work."""

    document: str
    sha256: str
    stage: str


@dataclass(frozen=True)
class StageAt:
    stage: str
    at: datetime


@dataclass(frozen=True)
class Fault:
    id: str
    reason: str


@dataclass(frozen=True)
class SentBack:
    fields: tuple[Fault, ...]
    documents: tuple[Fault, ...]
    note: str


@dataclass(frozen=True)
class CertificateRef:
    number: str
    issued_at: datetime
    status: str


@dataclass(frozen=True)
class Application:
    """`fields` are masked; `reason` is that of a rejection or the officer's last word to the person."""

    number: str
    service: str
    stage: str
    due: date | None
    overdue: bool
    history: tuple[StageAt, ...]
    fields: Mapping[str, Any]
    documents: tuple[str, ...]
    sent_back: SentBack | None
    reason: str | None
    certificate: CertificateRef | None


@dataclass(frozen=True)
class Slot:
    id: str
    at: datetime
    place: str


@dataclass(frozen=True)
class Provable:
    """One fact that a certificate proves; `limit` in rupees or years, as the test has it."""

    test: str
    limit: int


@dataclass(frozen=True)
class CertificateInfo:
    number: str
    kind: str
    issued_at: datetime
    sha256: str
    status: str
    proofs: tuple[Provable, ...] = ()


@dataclass(frozen=True)
class DownloadToken:
    """`url` is the one-time page; the person has until `expires_at`."""

    token: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Claimed:
    """The application that a claim was granted for; `certificate` is the newest one's number, or empty."""

    number: str
    service: str
    stage: str
    due: date | None
    certificate: str


@dataclass(frozen=True)
class HandedOver:
    """A conversation that staff has; `ahead`: how many wait for longer."""

    id: str
    ahead: int


class DepartmentClient:
    """One department. `http`, `now` (seconds since 1970) and `sleep` are handed in by tests."""

    def __init__(
        self,
        url: str,
        secret: str,
        http: httpx.AsyncClient | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._secret = secret
        self._http = http
        self._own: tuple[asyncio.AbstractEventLoop, httpx.AsyncClient] | None = None
        self._now = now
        self._sleep = sleep
        self._away_until = 0.0

    async def submit(self, submission: Mapping[str, Any], key: str) -> Submitted:
        """`submission` is the body of `POST /applications`."""
        data = await self._json("POST", "/applications", key, submission)
        return _read(lambda: Submitted(data["number"], data["stage"], _day(data["due"])))

    async def get(self, number: str) -> Application:
        data = await self._json("GET", f"/applications/{number}")
        return _read(lambda: _application(data))

    async def repair(
        self, number: str, fields: Mapping[str, Any], key: str, local: Mapping[str, str] | None = None
    ) -> Application:
        """New answers to fields that were sent back; `local` are their texts in the person's own script."""
        body = {"fields": dict(fields), **({"local": dict(local)} if local else {})}
        data = await self._json("PATCH", f"/applications/{number}", key, body)
        return _read(lambda: _application(data))

    async def withdraw(self, number: str, reason: str, key: str) -> Application:
        data = await self._json("POST", f"/applications/{number}/withdraw", key, {"reason": reason})
        return _read(lambda: _application(data))

    async def add_document(
        self, number: str, document: str, name: str, mime: str, content: bytes, key: str
    ) -> Uploaded:
        """Again with another file: replaced."""
        request = httpx.Request(
            "POST",
            f"{self._url}/applications/{number}/documents",
            data={"document": document},
            files={"file": (name or document, content, mime)},
        )
        body = await request.aread()
        data = await self._send("POST", f"/applications/{number}/documents", key, body, request.headers["content-type"])
        return _read(lambda: Uploaded(data["document"], data["sha256"], data.get("stage", "")))

    async def slots(self, service: str) -> tuple[Slot, ...]:
        """Free appointments or tests, earliest first."""
        data = await self._json("GET", f"/services/{service}/slots")
        return _read(lambda: tuple(Slot(s["id"], _moment(s["at"]), s["place"]) for s in data["slots"]))

    async def certificate(self, number: str) -> CertificateInfo:
        """Of an application, by its number."""
        data = await self._json("GET", f"/applications/{number}/certificate")
        return _read(
            lambda: CertificateInfo(
                data["number"],
                data["kind"],
                _moment(data["issued_at"]),
                data["sha256"],
                data.get("status", "valid"),
                tuple(Provable(str(one["test"]), int(one["limit"])) for one in data.get("proofs") or ()),
            )
        )

    async def token(self, certificate: str, reference: str, key: str | None = None) -> DownloadToken:
        """A one-time download. Without a `key` every call makes a new one."""
        path = f"/certificates/{certificate}/tokens"
        data = await self._json("POST", path, key or uuid.uuid4().hex, {"reference": reference})
        return _read(lambda: DownloadToken(data["token"], data["url"], _moment(data["expires_at"])))

    async def prove(
        self, certificate: str, reference: str, fact: Provable, audience: str, key: str | None = None
    ) -> DownloadToken:
        """The proof of one fact, signed for a receiver; its code is at `url` until `expires_at`."""
        body = {"reference": reference, "test": fact.test, "limit": fact.limit, "audience": audience}
        data = await self._json("POST", f"/certificates/{certificate}/proofs", key or uuid.uuid4().hex, body)
        return _read(lambda: DownloadToken(data["token"], data["url"], _moment(data["expires_at"])))

    async def claim(self, facts: Mapping[str, str], reference: str, key: str) -> Claimed | None:
        """None: not granted. `facts`: number, name, born (ISO) and secret (digits)."""
        data = await self._json("POST", "/certificates/claims", key, {**facts, "reference": reference})
        return _read(lambda: _claimed(data) if data["granted"] else None)

    async def hand_over(self, conversation: Mapping[str, Any], key: str) -> HandedOver:
        """`conversation` is the body of `POST /conversations`."""
        data = await self._json("POST", "/conversations", key, conversation)
        return _read(lambda: HandedOver(str(data["id"]), int(data["ahead"])))

    async def pass_on(self, conversation: str, said: Mapping[str, Any], key: str) -> None:
        """What the person says to staff: `text`, `language`, `at`."""
        await self._json("POST", f"/conversations/{conversation}/messages", key, said)

    async def close_conversation(self, conversation: str, why: str, key: str) -> None:
        """`why`: left, unanswered."""
        await self._json("POST", f"/conversations/{conversation}/close", key, {"why": why})

    async def erase_conversations(self, reference: str, key: str) -> None:
        await self._json("POST", "/conversations/erase", key, {"reference": reference})

    async def aclose(self) -> None:
        if self._own:
            await self._own[1].aclose()

    async def _json(self, method: str, path: str, key: str = "", body: Mapping[str, Any] | None = None) -> Any:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._send(method, path, key, content, "application/json" if content else "")

    async def _send(self, method: str, path: str, key: str, body: bytes, kind: str) -> Any:
        url = httpx.URL(self._url + path)
        begin = self._now()
        away = begin < self._away_until
        tries, timeout = (1, TIMEOUT_AWAY) if away else (TRIES, TIMEOUT)
        for attempt in range(1, tries + 1):
            signed = signing.headers(self._secret, method, url.raw_path.decode(), body, self._now())
            headers = {
                **signed,
                "Accept": "application/json",
                **({"Content-Type": kind} if kind else {}),
                **({"Idempotency-Key": key} if key else {}),
            }
            try:
                response = await self._client().request(method, url, content=body, headers=headers, timeout=timeout)
            except httpx.HTTPError as error:
                problem = type(error).__name__
            else:
                if response.is_success:
                    self._away_until = 0.0
                    return _parsed(response)
                if response.is_client_error and response.status_code != 408:
                    self._away_until = 0.0
                    raise _refusal(response)
                problem = f"HTTP {response.status_code}"
            if self._now() - begin >= TIMEOUT:
                # A line that swallows requests has taken the person's patience already.
                break
            if attempt < tries:
                await self._sleep(PAUSE * attempt)
        self._away_until = self._now() + AWAY_S
        raise DepartmentUnavailable(f"the department could not be reached: {problem}")

    def _client(self) -> httpx.AsyncClient:
        """One client a loop: connections cannot wander from one event loop to another."""
        if self._http is not None:
            return self._http
        loop = asyncio.get_running_loop()
        if self._own is None or self._own[0] is not loop:
            self._own = (loop, httpx.AsyncClient())
        return self._own[1]


def _parsed(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise DepartmentUnavailable("the department's answer is not JSON") from error


def _refusal(response: httpx.Response) -> DepartmentRefused:
    try:
        data = response.json()
        code, detail = str(data["code"]), str(data["detail"])
        problems = tuple(Problem(p["id"], p["code"], p["detail"]) for p in data.get("problems") or ())
    except (ValueError, KeyError, TypeError):
        code, detail, problems = f"http_{response.status_code}", "", ()
    kind = DepartmentNotFound if response.status_code == 404 else DepartmentRefused
    return kind(response.status_code, code, detail, problems)


def _read(build: Callable[[], Read]) -> Read:
    try:
        return build()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DepartmentUnavailable("the department's answer is not of the contract") from error


def _application(data: Mapping[str, Any]) -> Application:
    back, certificate = data.get("sent_back"), data.get("certificate")
    return Application(
        number=data["number"],
        service=data["service"],
        stage=data["stage"],
        due=_day(data["due"]),
        overdue=bool(data["overdue"]),
        history=tuple(StageAt(step["stage"], _moment(step["at"])) for step in data["history"]),
        fields=data["fields"],
        documents=tuple(data.get("documents") or ()),
        sent_back=SentBack(_faults(back["fields"]), _faults(back["documents"]), back.get("note") or "")
        if back
        else None,
        reason=data.get("reason"),
        certificate=CertificateRef(
            certificate["number"], _moment(certificate["issued_at"]), certificate.get("status", "valid")
        )
        if certificate
        else None,
    )


def _claimed(data: Mapping[str, Any]) -> Claimed:
    found = data["application"]
    return Claimed(found["number"], found["service"], found["stage"], _day(found["due"]), data["certificate"] or "")


def _faults(items: Any) -> tuple[Fault, ...]:
    return tuple(Fault(item["id"], item.get("reason") or "") for item in items)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
