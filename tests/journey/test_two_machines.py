"""Gateway, sender and worker on one machine, Redis on another: the line between them is cut, and that one goes dark."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from runtime.codec import Codec
from runtime.redis_server import find_program
from tests.conftest import ROOT
from tests.connectors.conftest import registered
from tests.journey.faults import Phone, Writer, counted
from tests.journey.findings import Findings
from tests.journey.outboxes import Outboxes
from tests.journey.two_machines import BACK, TwoMachines, impossible
from tests.standin.bodies import Person
from tests.standin.server import StandIn

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PASSWORD = "a-password-of-two-machines-7c1f"
REDIS = f"redis://:{PASSWORD}@{BACK}:6379/0"
NUMBER, TOKEN, SECRET = "100200300", "a-token-of-the-stand-in-0123456789", "an-app-secret-of-the-stand-in-0123"
CUT_S, BETWEEN_S, IDLE_S, START_S = 9.0, 8.0, 4.0, 240.0
"""A cut is longer than a lease and than any client waits for an answer."""


@pytest.fixture
def machines() -> Iterator[TwoMachines]:
    if why := impossible():
        pytest.skip(why)
    with TwoMachines() as made:
        yield made


def server(folder: Path) -> list[str]:
    """Redis as an operator would run it for other machines (the wheel's has no TLS)."""
    options = {
        "port": "6379", "bind": BACK, "requirepass": PASSWORD, "dir": str(folder),
        "appendonly": "yes", "appendfsync": "always", "save": "", "maxmemory-policy": "noeviction",
    }  # fmt: skip
    return [str(find_program(ROOT)), *(part for name, value in options.items() for part in (f"--{name}", value))]


def settings(folder: Path, meta: StandIn) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder),
        "PORT": "8000",
        "DESK_PORT": "8001",
        "REDIS_URL": REDIS,
        "SAHAYAK_DEPARTMENTS_URL": "http://127.0.0.1:8001",
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
        "WHATSAPP_ACCESS_TOKEN": TOKEN,
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": "a-verify-token-0123456789",
        "WHATSAPP_GRAPH_URL": meta.graph_url,
        "PYTHONWARNINGS": "ignore",
    }


def until_ready(url: str) -> None:
    limit = time.monotonic() + START_S
    while time.monotonic() < limit:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError("gateway and worker did not become ready")


@contextlib.contextmanager
def writing(*people: Writer | Phone) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=who.write_until, args=(stop,)) for who in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_cuts_and_a_power_failure_lose_double_and_disorder_nothing(machines: TwoMachines, tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(place: str, command: list[str], **environ: str) -> None:
        with open(tmp_path / f"log-{len(started)}", "wb") as log:
            started.append(
                subprocess.Popen(
                    ["ip", "netns", "exec", place, *command],
                    cwd=ROOT,
                    env={**os.environ, **environ},
                    stdout=log,
                    stderr=log,
                )
            )

    def talk() -> Findings:
        url = "http://127.0.0.1:8000"
        with StandIn(number=NUMBER, token=TOKEN, secret=SECRET, templates=registered()) as meta:
            meta.webhook = f"{url}/webhooks/whatsapp"
            environ = settings(tmp_path / "var", meta)
            start(machines.front, [str(ROOT / ".venv/bin/python"), "-m", "connectors"], **environ)
            start(machines.front, [str(ROOT / ".venv-rasa/bin/python"), "-m", "runtime.worker"], **environ)
            until_ready(url)
            client = redis.Redis.from_url(REDIS, socket_timeout=5)
            outboxes = Outboxes(client, Codec.under(tmp_path / "var"))
            writers = [Writer(url) for _ in range(4)]
            phones = [Phone(meta, Person(f"9198765099{number:02d}"), random.Random(number)) for number in range(3)]
            with writing(*writers, *phones):
                for end in (machines.back, machines.front):
                    time.sleep(BETWEEN_S)
                    machines.cut(end)
                    time.sleep(CUT_S)
                    machines.mend(end)
                time.sleep(BETWEEN_S)
            # While nobody writes, everybody waits for an answer: the one that will never come.
            time.sleep(IDLE_S)
            machines.cut(machines.back)
            started[0].kill()
            started[0].wait()
            machines.replace_back()
            start(machines.back, server(tmp_path))
            with writing(*writers, *phones):
                time.sleep(BETWEEN_S)
            return counted(writers, phones, client, outboxes)

    try:
        start(machines.back, server(tmp_path))
        findings = machines.inside(machines.front, talk)
    finally:
        for process in started:
            process.kill()
            process.wait()
    assert findings.acknowledged > 40
    assert findings.sound, str(findings)
    logs = "".join(path.read_text("utf-8", "replace") for path in tmp_path.glob("log-*"))
    assert PASSWORD not in logs and "redis cannot be reached" in logs
