"""Redis killed and started again under a running gateway: refusals while it is away, and nothing lost."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.records import Outbound
from runtime.redis_server import RedisServer
from tests.conftest import take_port, wait_for_socket
from tests.connectors.conftest import Gateway, conversation_of, gateway_settings, wait_until
from tests.standin.bodies import Person
from tests.standin.server import StandIn, text_of


class Private:
    """A Redis of one test, with the settings of `make run`, that can be killed."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.server = RedisServer.under(folder, root)
        self.server.prepare()
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.server.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_socket(self.server.socket, self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def private(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Private]:
    found = Private(tmp_path_factory.mktemp("r"), root)
    yield found
    found.kill()


def test_killed_under_the_gateway(private: Private, meta: StandIn, tmp_path: Path) -> None:
    gateway = Gateway(gateway_settings(tmp_path, private.server.url, meta.graph_url))
    gateway.start()
    meta.webhook = f"{gateway.url}/webhooks/whatsapp"
    try:
        session, again = gateway.session("hi"), str(uuid.uuid4())
        assert gateway.say(session, "one").status_code == 202
        private.kill()
        assert gateway.say(session, "two", again).status_code == 503
        assert gateway.http.get("/healthz").status_code == 200
        assert gateway.http.get("/readyz").status_code == 503
        private.start()
        wait_until(lambda: gateway.say(session, "two", again).status_code == 202)
        assert [inbound.text for inbound in gateway.inbox()] == ["one", "two"]

        conversation = conversation_of(session)
        gateway.answer(conversation, Outbound("o1", conversation, "web", text="answer"))
        assert gateway.events(session, 1)[0][2]["text"] == "answer"

        asha = Person("919811100001")
        meta.say(asha, "Hi")
        inbound = gateway.wait_inbox(3)[-1]
        gateway.answer(inbound.conversation, Outbound("o2", inbound.conversation, "whatsapp", text="sent"))
        assert text_of(meta.wait_for(asha, 1)[0].payload) == "sent"
    finally:
        gateway.stop()


def test_away_from_the_start(tmp_path: Path) -> None:
    gateway = Gateway(gateway_settings(tmp_path, f"redis://127.0.0.1:{take_port()}"))
    gateway.start()
    try:
        began = time.monotonic()
        answer = gateway.http.post("/chat/sessions", json={}, headers={"Accept-Language": "pa"})
        assert answer.status_code == 503 and answer.json()["code"] == "unavailable"
        assert time.monotonic() - began < 5
        assert gateway.http.get("/metrics").status_code == 200
    finally:
        gateway.stop()
