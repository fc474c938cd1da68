"""Client of the Department API: the one way in which actions reach a department.

Every request is signed; every write carries the idempotency key that the caller hands in, so that a turn that runs
twice writes once. Reads and keyed writes are repeated `TRIES` times before the department counts as unavailable. What
it answers, and the errors that are raised, stand in `actions.department_answers`.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from actions import department_answers as answers
from actions.department_answers import (
    Application,
    CertificateInfo,
    Claimed,
    DepartmentUnavailable,
    DownloadToken,
    HandedOver,
    Provable,
    Slot,
    Submitted,
    Uploaded,
)
from runtime import signing

TIMEOUT = 10.0
TIMEOUT_AWAY = 2.0
AWAY_S = 15.0
"""For so long after a department has not answered it is asked once and shortly: nobody waits for a dead line twice."""
TRIES = 3
PAUSE = 0.3
"""Seconds before the second try; twice that before the third."""


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
        return answers.read(lambda: Submitted(data["number"], data["stage"], answers.day(data["due"])))

    async def get(self, number: str) -> Application:
        data = await self._json("GET", f"/applications/{number}")
        return answers.read(lambda: answers.application(data))

    async def repair(
        self, number: str, fields: Mapping[str, Any], key: str, local: Mapping[str, str] | None = None
    ) -> Application:
        """New answers to fields that were sent back; `local` are their texts in the person's own script."""
        body = {"fields": dict(fields), **({"local": dict(local)} if local else {})}
        data = await self._json("PATCH", f"/applications/{number}", key, body)
        return answers.read(lambda: answers.application(data))

    async def withdraw(self, number: str, reason: str, key: str) -> Application:
        data = await self._json("POST", f"/applications/{number}/withdraw", key, {"reason": reason})
        return answers.read(lambda: answers.application(data))

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
        return answers.read(lambda: Uploaded(data["document"], data["sha256"], data.get("stage", "")))

    async def slots(self, service: str) -> tuple[Slot, ...]:
        """Free appointments or tests, earliest first."""
        data = await self._json("GET", f"/services/{service}/slots")
        return answers.read(lambda: tuple(Slot(s["id"], answers.moment(s["at"]), s["place"]) for s in data["slots"]))

    async def certificate(self, number: str) -> CertificateInfo:
        """Of an application, by its number."""
        data = await self._json("GET", f"/applications/{number}/certificate")
        return answers.read(
            lambda: CertificateInfo(
                data["number"],
                data["kind"],
                answers.moment(data["issued_at"]),
                data["sha256"],
                data.get("status", "valid"),
                tuple(Provable(str(one["test"]), int(one["limit"])) for one in data.get("proofs") or ()),
            )
        )

    async def token(self, certificate: str, reference: str, key: str | None = None) -> DownloadToken:
        """A one-time download. Without a `key` every call makes a new one."""
        path = f"/certificates/{certificate}/tokens"
        data = await self._json("POST", path, key or uuid.uuid4().hex, {"reference": reference})
        return answers.read(lambda: DownloadToken(data["token"], data["url"], answers.moment(data["expires_at"])))

    async def prove(
        self, certificate: str, reference: str, fact: Provable, audience: str, key: str | None = None
    ) -> DownloadToken:
        """The proof of one fact, signed for a receiver; its code is at `url` until `expires_at`."""
        body = {"reference": reference, "test": fact.test, "limit": fact.limit, "audience": audience}
        data = await self._json("POST", f"/certificates/{certificate}/proofs", key or uuid.uuid4().hex, body)
        return answers.read(lambda: DownloadToken(data["token"], data["url"], answers.moment(data["expires_at"])))

    async def claim(self, facts: Mapping[str, str], reference: str, key: str) -> Claimed | None:
        """None: not granted. `facts`: number, name, born (ISO) and secret (digits)."""
        data = await self._json("POST", "/certificates/claims", key, {**facts, "reference": reference})
        return answers.read(lambda: answers.claimed(data) if data["granted"] else None)

    async def hand_over(self, conversation: Mapping[str, Any], key: str) -> HandedOver:
        """`conversation` is the body of `POST /conversations`."""
        data = await self._json("POST", "/conversations", key, conversation)
        return answers.read(lambda: HandedOver(str(data["id"]), int(data["ahead"])))

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
                    return answers.parsed(response)
                if response.is_client_error and response.status_code != 408:
                    self._away_until = 0.0
                    raise answers.refusal(response)
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
