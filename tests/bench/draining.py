"""Two workers against one: how fast a filled inbox is emptied, once every worker has its model and its partitions."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import redis

from runtime import keys
from runtime.codec import Codec
from runtime.records import Inbound
from runtime.redis_server import RedisServer
from tests.conftest import ROOT, take_port, wait_for_socket

PEOPLE, MESSAGES = 64, 12
START_S, LIMIT_S = 120.0, 120.0
SENTENCES = ("Hi", "I need an income certificate", "how much is the fee?", "what papers do I need?")


def turns_a_second(folder: Path, workers: int) -> float:
    """Turns per second of so many workers over `PEOPLE` × `MESSAGES` messages that lie ready. Raises `RuntimeError`."""
    server = RedisServer.under(folder, ROOT)
    server.prepare()
    environ = {
        **os.environ,
        "DATA_DIR": str(folder),
        "PORT": str(take_port()),
        "DESK_PORT": str(take_port()),
        "REDIS_URL": server.url,
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    processes: list[subprocess.Popen[bytes]] = []
    with open(folder / "log", "wb") as log:
        try:
            processes.append(subprocess.Popen(server.command(), stdout=log, stderr=log))
            wait_for_socket(server.socket, processes[0])
            command = [str(ROOT / ".venv-rasa/bin/python"), "-m", "runtime.worker"]
            for _ in range(workers):
                processes.append(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log))
            client: Any = redis.Redis.from_url(server.url)
            _wait_for_shares(client, workers)
            return _drain(client, Codec.under(folder))
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait(20)


def _wait_for_shares(client: Any, workers: int) -> None:
    """Until every worker owns its share of the partitions."""
    limit = time.monotonic() + START_S
    names = [keys.lease(number) for number in range(keys.PARTITIONS)]
    while time.monotonic() < limit:
        owners = [value.rpartition(b":")[0] for value in client.mget(names) if value]
        if len(owners) == keys.PARTITIONS and len(set(owners)) == workers:
            counts = {owners.count(owner) for owner in owners}
            if max(counts) - min(counts) <= 1:
                return
        time.sleep(0.2)
    raise RuntimeError("the workers did not share the partitions out")


def _drain(client: Any, codec: Codec) -> float:
    inboxes = [keys.inbox(number) for number in range(keys.PARTITIONS)]
    people = ["w-" + uuid.uuid4().hex for _ in range(PEOPLE)]
    with client.pipeline(transaction=True) as pipe:
        for number in range(MESSAGES):
            for person in people:
                text = SENTENCES[number % len(SENTENCES)]
                inbound = Inbound(uuid.uuid4().hex, person, "web", "text", time.time(), text)
                inbox = keys.inbox(keys.partition(person))
                pipe.xadd(inbox, {"m": codec.write(inbound.to_json(), inbox)})
        pipe.execute()
    begin = time.monotonic()
    while time.monotonic() < begin + LIMIT_S:
        with client.pipeline(transaction=False) as pipe:
            for name in inboxes:
                pipe.xlen(name)
            if not sum(pipe.execute()):
                return PEOPLE * MESSAGES / (time.monotonic() - begin)
        time.sleep(0.05)
    raise RuntimeError(f"not drained within {LIMIT_S:.0f} s")
