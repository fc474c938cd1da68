"""A whole gateway on a port, with a real Redis behind it and the stand-in for Meta beside it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
import uvicorn

from connectors.app import create_app
from connectors.identity import of_session
from connectors.opening import opened
from connectors.parts import Limits, Parts
from connectors.serving import configured
from connectors.whatsapp import templates
from runtime import keys
from runtime.codec import Codec
from runtime.records import Inbound, Outbound
from runtime.settings import Settings
from tests.conftest import take_port
from tests.standin.server import StandIn

NUMBER = "106540352242922"
TOKEN = "EAAGm0PX4ZCpsBAKstandin"
SECRET = "5f1e9b0c7ad34e0ab6d2"
VERIFY = "handshake-4f7c21"


QUICK = Limits(status_seconds=2.0, halt_seconds=1.0, person_pause=15.0, fetch_pauses=(0.05, 0.1))
"""The pauses after faults, short enough for tests."""


class Gateway:
    """The gateway in a thread with an event loop of its own, as one process would run it."""

    def __init__(self, settings: Settings, limits: Limits | None = None, *, sending: bool = True) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{settings.port}"
        self.http = httpx.Client(base_url=self.url, timeout=30)
        self.redis: Any = redis.Redis.from_url(settings.redis_url or "", decode_responses=True)
        self.parts: Parts | None = None
        self.codec = Codec.under(settings.data_dir)
        self.ahead = 0.0
        """Seconds by which the gateway's clock runs before the machine's."""
        self._limits = limits or QUICK
        self._sending = sending
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._server: uvicorn.Server | None = None

    async def _run(self) -> None:
        async with opened(self.settings) as parts:
            now = parts.clock
            self.parts = replace(parts, limits=self._limits, clock=lambda: now() + self.ahead)
            app = create_app(self.parts, sending=self._sending)
            config = configured(app, self.settings)
            self._server = server = uvicorn.Server(config)
            server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            listener = socket.create_server(("127.0.0.1", self.settings.port))
            await server.serve(sockets=[listener])

    def start(self) -> None:
        self._thread.start()
        limit = time.monotonic() + 20
        while not (self._server and self._server.started):
            assert time.monotonic() < limit and self._thread.is_alive(), "the gateway did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._server:
            self._server.should_exit = True
        self._thread.join(10)
        self.http.close()
        self.redis.close()

    # What a browser does.

    def session(self, lang: str | None = None) -> str:
        return str(self.http.post("/chat/sessions", json={"lang": lang}).json()["session"])

    def say(self, session: str, text: str, identifier: str | None = None) -> httpx.Response:
        message = {"type": "text", "id": identifier or str(uuid.uuid4()), "text": text}
        return self.http.post(f"/chat/sessions/{session}/messages", json=message)

    def upload(self, session: str, data: bytes, name: str, identifier: str | None = None) -> httpx.Response:
        form = {"id": identifier or str(uuid.uuid4())}
        return self.http.post(f"/chat/sessions/{session}/messages", data=form, files={"file": (name, data)})

    def events(self, session: str, count: int, last: str | None = None) -> list[tuple[str, str, dict[str, Any]]]:
        """The next `count` events of a stream: id, name, data."""
        headers = {"Last-Event-ID": last} if last else {}
        found: list[tuple[str, str, dict[str, Any]]] = []
        with self.http.stream("GET", f"/chat/sessions/{session}/events", headers=headers, timeout=15) as answer:
            assert answer.status_code == 200
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if not line and "data" in fields:
                    found.append((fields["id"], fields["event"], json.loads(fields["data"])))
                    fields = {}
                    if len(found) == count:
                        return found
                name, _, text = line.partition(": ")
                fields[name] = text
        return found

    # What a worker sees and does.

    def inbox(self) -> list[Inbound]:
        """Everything stored, in the order of the streams."""
        entries: list[Any] = []
        for number in range(keys.PARTITIONS):
            name = keys.inbox(number)
            entries += [(entry, self.codec.read(fields["m"], name)) for entry, fields in self.redis.xrange(name)]
        return [Inbound.from_json(raw) for _, raw in sorted(entries)]

    def wait_inbox(self, count: int, seconds: float = 30) -> list[Inbound]:
        limit = time.monotonic() + seconds
        while len(self.inbox()) < count:
            assert time.monotonic() < limit, f"{len(self.inbox())} of {count} messages are stored"
            time.sleep(0.02)
        return self.inbox()

    def answer(self, conversation: str, *outbounds: Outbound) -> None:
        """What a worker's commit does with its replies."""
        with self.redis.pipeline() as pipe:
            for outbound in outbounds:
                entry = self.codec.write(outbound.to_json(), keys.outbox(conversation))
                pipe.xadd(keys.outbox(conversation), {"m": entry})
                if outbound.channel == "whatsapp":
                    pipe.xadd(keys.sendbox(keys.partition(conversation)), {"c": conversation, "m": entry})
            pipe.execute()
        self.redis.publish(keys.WAKE, conversation)


def wait_until(holds: Any, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.02)


def registered() -> dict[tuple[str, str], int]:
    """Our templates, as if Meta had approved them."""
    return {(entry["name"], entry["language"]): 2 for entry in templates.load().registration()}


@pytest.fixture
def meta() -> Iterator[StandIn]:
    with StandIn(number=NUMBER, token=TOKEN, secret=SECRET, templates=registered()) as found:
        yield found


def gateway_settings(tmp_path: Path, redis_url: str, graph_url: str | None = None, **more: str) -> Settings:
    environ = {
        "DATA_DIR": str(tmp_path / "var"),
        "PORT": str(take_port()),
        "DESK_PORT": str(take_port()),
        "REDIS_URL": redis_url,
        **more,
    }
    if graph_url:
        environ |= {
            "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
            "WHATSAPP_ACCESS_TOKEN": TOKEN,
            "WHATSAPP_APP_SECRET": SECRET,
            "WHATSAPP_VERIFY_TOKEN": VERIFY,
            "WHATSAPP_GRAPH_URL": graph_url,
        }
    return Settings.load(environ, None)


@pytest.fixture
def gateway(tmp_path: Path, redis_url: str, meta: StandIn) -> Iterator[Gateway]:
    found = Gateway(gateway_settings(tmp_path, redis_url, meta.graph_url))
    found.start()
    meta.webhook = f"{found.url}/webhooks/whatsapp"
    yield found
    found.stop()


def conversation_of(session: str) -> str:
    return of_session(session)
