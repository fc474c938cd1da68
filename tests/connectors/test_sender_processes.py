"""Senders as processes: killed in the middle of their work, and sharing it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import keys
from runtime.records import Inbound, Outbound
from runtime.settings import Settings
from tests.connectors.conftest import Gateway, gateway_settings, wait_until
from tests.standin.bodies import Person
from tests.standin.server import StandIn, text_of

PEOPLE = [Person(f"9198333{number:05d}") for number in range(8)]
EACH = 6


@pytest.fixture
def quiet(tmp_path: Path, redis_url: str, meta: StandIn) -> Iterator[Gateway]:
    """A gateway that sends nothing itself."""
    found = Gateway(gateway_settings(tmp_path, redis_url, meta.graph_url), sending=False)
    found.start()
    meta.webhook = f"{found.url}/webhooks/whatsapp"
    yield found
    found.stop()


def sender(settings: Settings, root: Path) -> subprocess.Popen[bytes]:
    environ = {**os.environ, **settings.environ()}
    return subprocess.Popen(
        [sys.executable, "-m", "connectors.sender"], cwd=root, env=environ, stderr=subprocess.DEVNULL
    )


def fill(gateway: Gateway, meta: StandIn) -> list[Inbound]:
    for person in PEOPLE:
        meta.say(person, "Hi")
    inbounds = gateway.wait_inbox(len(PEOPLE))
    for turn in range(EACH):
        for inbound in inbounds:
            out = Outbound(
                f"{inbound.id}-{turn}", inbound.conversation, "whatsapp", text=f"line {turn}", at=time.time()
            )
            gateway.answer(inbound.conversation, out)
    return inbounds


def backlog(gateway: Gateway) -> int:
    return sum(gateway.redis.xlen(keys.sendbox(number)) for number in range(keys.PARTITIONS))


@pytest.mark.slow
def test_a_sender_that_is_killed_loses_and_doubles_nothing(quiet: Gateway, meta: StandIn, root: Path) -> None:
    first = sender(quiet.settings, root)
    try:
        wait_until(lambda: quiet.redis.zcard(keys.SENDERS_ALIVE) == 1, 60)
        fill(quiet, meta)
        wait_until(lambda: len(meta.meta.sent) >= 5, 30)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        second = sender(quiet.settings, root)
        try:
            wait_until(lambda: backlog(quiet) == 0, 120)
        finally:
            second.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert second.wait(10) == 0 and time.monotonic() - began < 5
    finally:
        first.kill()
    for person in PEOPLE:
        assert [text_of(sent.payload) for sent in meta.to(person)] == [f"line {turn}" for turn in range(EACH)]
    assert not quiet.redis.keys("*send-lease*"), "a sender that ends in order hands its leases back"


@pytest.mark.slow
def test_two_senders_share_the_partitions(quiet: Gateway, meta: StandIn, root: Path) -> None:
    pair = [sender(quiet.settings, root), sender(quiet.settings, root)]
    try:

        def owners() -> list[int]:
            held = [quiet.redis.get(keys.send_lease(number)) for number in range(keys.PARTITIONS)]
            return sorted(held.count(owner) for owner in set(held)) if all(held) else []

        wait_until(lambda: owners() == [16, 16], 60)
        fill(quiet, meta)
        wait_until(lambda: backlog(quiet) == 0, 60)
        for person in PEOPLE:
            assert [text_of(sent.payload) for sent in meta.to(person)] == [f"line {turn}" for turn in range(EACH)]
    finally:
        for process in pair:
            process.terminate()
        for process in pair:
            process.wait(10)
