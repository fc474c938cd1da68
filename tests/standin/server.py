"""The stand-in as an HTTP server in a thread, and the people behind it who write, tap, send photos and read.

with StandIn(secret=..., number=..., token=...) as meta:
    meta.webhook = "http://127.0.0.1:8000/webhooks/whatsapp"
    asha = Person("919800000001")
    meta.say(asha, "Hi")
    answer = meta.wait_for(asha, 1)[0]
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.standin import bodies
from tests.standin.bodies import Person
from tests.standin.meta import Fault, Meta, Sent
from tests.standin.refusals import Refused

VERSION = "v23.0"


class StandIn:
    """One WhatsApp Business number at "Meta"."""

    def __init__(
        self, *, number: str, token: str, secret: str, templates: dict[tuple[str, str], int] | None = None
    ) -> None:
        self.meta = Meta(number, token, templates or {})
        self.secret = secret
        self.webhook = ""
        self.statuses = ("sent", "delivered", "read")
        """Statuses that follow every message; empty: none."""
        self.duplicates = 0
        """How often each webhook comes again."""
        self.shuffled = False
        self.slow = False
        """While set, marking as read is kept waiting; `waiting` counts what was ever sent for it."""
        self.waiting = 0
        self.answers: list[int] = []
        """HTTP statuses with which our webhook answered."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.graph_url = f"{self.address}/{VERSION}"
        routes = [
            Route(f"/{VERSION}/{{number}}/messages", self._messages, methods=["POST"]),
            Route(f"/{VERSION}/{{number}}/media", self._media, methods=["POST"]),
            Route(f"/{VERSION}/{{identifier}}", self._locate),
            Route("/lookaside/{ticket}", self._fetch),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._post = ThreadPoolExecutor(8)
        self._http = httpx.Client(timeout=15)
        self._stopped = threading.Event()

    def __enter__(self) -> StandIn:
        self._thread.start()
        limit = time.monotonic() + 10
        while not self._server.started and time.monotonic() < limit:
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._server.should_exit = True
        self._thread.join(5)
        self._post.shutdown(wait=False, cancel_futures=True)
        self._http.close()

    # What people do.

    def say(self, person: Person, text: str, **more: Any) -> str:
        return self.write(person, "text", {"body": text}, **more)

    def tap(self, person: Person, sent: Sent, title_or_id: str) -> str:
        """Taps a button or a row of a message that the person has received, or the quick reply of a template."""
        for kind, choice in choices(sent.payload):
            if title_or_id in (choice["id"], choice["title"]):
                if kind == "button":
                    return self.write(person, "button", {"payload": choice["id"], "text": choice["title"]})
                return self.write(person, "interactive", {"type": kind, kind: choice})
        raise AssertionError(f"{title_or_id} is not among {list(choices(sent.payload))}")

    def send_file(self, person: Person, data: bytes, mime: str, name: str = "", caption: str = "") -> str:
        identifier = self.meta.keep(data, mime, ours=False)
        content = {
            "id": identifier,
            "mime_type": mime,
            "sha256": base64.b64encode(hashlib.sha256(data).digest()).decode(),
        }
        if caption:
            content["caption"] = caption
        if name:
            content["filename"] = name
        return self.write(person, "document" if name else "image", content)

    def write(self, person: Person, kind: str, content: Any, *, at: float | None = None, contacts: bool = True) -> str:
        """Any message of a person, delivered to the webhook; returns its id once it was answered 200."""
        wamid, at = self.meta.new_id("wamid.in"), self.meta.now() if at is None else at
        self.meta.wrote(person, wamid, at)
        members: dict[str, Any] = {"messages": [bodies.message(person, wamid, at, kind, content)]}
        if contacts:
            members["contacts"] = [person.contact()]
        self.deliver(bodies.body(bodies.value(self.meta.number, **members)))
        return wamid

    def deliver(self, body: bytes, *, attempts: int = 40) -> None:
        """Posts a signed body until it is answered 200, as Meta does (with shorter pauses)."""
        headers = {"X-Hub-Signature-256": bodies.signature(body, self.secret), "Content-Type": "application/json"}
        for _ in range(1 + self.duplicates):
            for attempt in range(attempts):
                try:
                    status = self._http.post(self.webhook, content=body, headers=headers).status_code
                except httpx.HTTPError:
                    status = 0
                self.answers.append(status)
                if status == 200 or self._stopped.wait(min(0.05 * 2**attempt, 2.0)):
                    break
            else:
                raise AssertionError(f"the webhook did not take a body in {attempts} attempts: {self.answers[-3:]}")

    # What a test asks.

    def to(self, person: Person) -> list[Sent]:
        """What the person has received so far, in order (what failed is not received)."""
        with self.meta.lock:
            return [sent for sent in self.meta.sent if sent.person == person and not sent.failed]

    def wait_for(self, person: Person, count: int, seconds: float = 40) -> list[Sent]:
        """The person's messages once there are `count` of them."""
        limit = time.monotonic() + seconds
        while len(self.to(person)) < count:
            refused = [str(error) for error in self.meta.refused]
            assert time.monotonic() < limit, f"{len(self.to(person))} of {count} messages came; refused: {refused}"
            time.sleep(0.02)
        return self.to(person)

    def fail(self, code: int, status: int = 400, times: int = 1) -> None:
        """The next sends are refused with a code."""
        self.meta.faults.extend(Fault(code, status) for _ in range(times))

    def break_line(self, *, accepted: bool, times: int = 1) -> None:
        """The next sends break off without an answer, after or before they were accepted."""
        self.meta.faults.extend(Fault(-1 if accepted else -2) for _ in range(times))

    # The HTTP side.

    async def _messages(self, request: Request) -> Response:
        try:
            self._authorised(request)
            payload = await request.json()
            await self._marking(payload)
            answer, sent, fault = self.meta.post(payload)
        except Refused as refused:
            self.meta.refused.append(refused)
            return JSONResponse(refused.answer(), refused.status)
        if sent is not None:
            self._post.submit(self._report, sent)
        return StreamingResponse(_broken()) if fault else JSONResponse(answer)

    async def _marking(self, payload: Mapping[str, Any]) -> None:
        if payload.get("status") != "read":
            return
        self.waiting += 1
        while self.slow:
            await asyncio.sleep(0.01)

    async def _media(self, request: Request) -> Response:
        try:
            self._authorised(request)
            form = await request.form()
            file: Any = form["file"]
            if form.get("messaging_product") != "whatsapp":
                raise Refused(100, "messaging_product must be whatsapp")
            return JSONResponse(
                {"id": self.meta.upload(await file.read(), file.content_type or "", str(form.get("type")))}
            )
        except Refused as refused:
            self.meta.refused.append(refused)
            return JSONResponse(refused.answer(), refused.status)

    async def _locate(self, request: Request) -> Response:
        try:
            self._authorised(request, number=False)
            return JSONResponse(self.meta.locate(request.path_params["identifier"], self.address))
        except Refused as refused:
            return JSONResponse(refused.answer(), refused.status)

    async def _fetch(self, request: Request) -> Response:
        try:
            self._authorised(request, number=False)
            media = self.meta.fetch(request.path_params["ticket"])
        except Refused as refused:
            return JSONResponse(refused.answer(), refused.status)
        return Response(media.data, media_type=media.mime)

    def _authorised(self, request: Request, *, number: bool = True) -> None:
        if request.headers.get("authorization") != f"Bearer {self.meta.token}":
            raise Refused(190, "the access token is wrong", 401)
        if number and request.path_params["number"] != self.meta.number:
            raise Refused(100, "no such phone number id")

    def _report(self, sent: Sent) -> None:
        """Delivers a message's statuses, however long our webhook is away (Meta repeats them for days)."""
        names = ["failed"] if sent.failed else list(self.statuses)
        if self.shuffled:
            random.Random(sent.wamid).shuffle(names)
        opaque = str(sent.payload.get("biz_opaque_callback_data", ""))
        for name in names:
            found = bodies.status(sent.person, sent.wamid, name, self.meta.now(), opaque, sent.failed)
            try:
                self.deliver(bodies.body(bodies.value(self.meta.number, statuses=[found])), attempts=200)
            except (AssertionError, RuntimeError):
                return


async def _broken() -> Any:
    raise ConnectionResetError("the line breaks")
    yield b""


def choices(payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What can be tapped in a message, with the kind of answer that a tap makes."""
    if payload["type"] == "interactive":
        action = payload["interactive"]["action"]
        for button in action.get("buttons", []):
            yield "button_reply", button["reply"]
        for section in action.get("sections", []):
            for row in section["rows"]:
                yield "list_reply", row
    elif payload["type"] == "template":
        for component in payload["template"].get("components", []):
            if component["type"] == "button":
                payload_id = component["parameters"][0]["payload"]
                yield "button", {"id": payload_id, "title": "button"}


def text_of(payload: dict[str, Any]) -> str:
    """The words of a message that a person reads first."""
    content = payload[payload["type"]]
    return str(
        content.get("body", {}).get("text")
        if payload["type"] == "interactive"
        else content.get("body") or content.get("caption", "")
    )
