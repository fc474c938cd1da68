"""How fast a filled inbox of people in a form is emptied, once every worker has its model and its partitions.

Nobody waits for anybody here: what is measured is the workers and their Redis, and nothing of the bench's own.
"""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from runtime import keys
from runtime.codec import Codec
from runtime.records import Inbound
from runtime.redis_server import RedisServer
from tests.bench import talking
from tests.bench.measuring import cpu_seconds
from tests.conftest import ROOT, take_port, wait_for_socket

PEOPLE, TURNS = 64, 12
START_S, LIMIT_S = 120.0, 120.0


@dataclass(frozen=True)
class Drained:
    """`rate`: turns per second of all workers; `cpu`: milliseconds of the workers' CPU for each turn."""

    rate: float
    cpu: float


def drained(folder: Path, workers: int) -> Drained:
    """So many workers over `PEOPLE` × `TURNS` turns in a form that lie ready. Raises `RuntimeError`."""
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
            codec = Codec.under(folder)
            people = ["w-" + uuid.uuid4().hex for _ in range(PEOPLE)]
            _drain(client, codec, [(person, text) for text in talking.BEFORE for person in people])
            before = sum(cpu_seconds(process.pid) for process in processes[1:])
            said = enumerate(person for _ in range(TURNS) for person in people)
            seconds = _drain(client, codec, [(person, talking.correction(number)) for number, person in said])
            spent = sum(cpu_seconds(process.pid) for process in processes[1:]) - before
            return Drained(PEOPLE * TURNS / seconds, spent * 1000 / (PEOPLE * TURNS))
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


def _drain(client: Any, codec: Codec, said: Sequence[tuple[str, str]]) -> float:
    """Seconds until all that was said, by whom, is answered."""
    inboxes = [keys.inbox(number) for number in range(keys.PARTITIONS)]
    with client.pipeline(transaction=True) as pipe:
        for person, text in said:
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
                return time.monotonic() - begin
        time.sleep(0.05)
    raise RuntimeError(f"not drained within {LIMIT_S:.0f} s")
