"""The same workload on stock Rasa, set up as its documentation advises.

REST channel, tracker and lock store in Redis, an action server beside it; same machine, same Redis program with the
same settings, same run.

Measured where ours is: messages that a form takes, shows back and asks on from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from runtime.redis_server import find_program
from tests.bench import talking
from tests.bench.measuring import cpu_seconds, megabytes
from tests.conftest import ROOT, take_port

PYTHON = str(ROOT / ".venv-rasa/bin/python")
PROJECT = Path(__file__).parent / "stock_project"
KEPT = ROOT / "var" / "bench"
"""Trained models of this project: training it takes longer than all measuring."""
TRAIN_S, START_S = 240, 240
AROUND = 20
LATE = 200
PEOPLE = 24
LOAD_S = 15.0


@dataclass
class Stock:
    """A running stock assistant."""

    url: str
    pids: tuple[int, ...]

    def say(self, sender: str, text: str) -> list[str]:
        answer = httpx.post(f"{self.url}/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=120)
        return [message.get("text", "") for message in answer.json()]

    def cpu(self) -> float:
        return sum(cpu_seconds(pid) for pid in self.pids)

    def megabytes(self) -> float:
        return sum(megabytes(pid) for pid in self.pids)

    def into_the_form(self) -> str:
        sender = uuid.uuid4().hex
        for text in ("I need an income certificate", "I am Sunita Devi", "my father's name is Ram Lal"):
            said = self.say(sender, text)
        assert "mobile" in " ".join(said), f"the stock form does not run: {said}"
        return sender

    def form_turn(self, sender: str, number: int) -> None:
        said = self.say(sender, talking.correction(number))
        assert any("Father's name" in text for text in said), said


def train(folder: Path) -> None:
    """Copies the project and trains it, once for all benches of one project. Raises `RuntimeError` with Rasa's last
    line."""
    shutil.copytree(PROJECT, folder)
    kept = KEPT / _hash(folder)
    if kept.exists():
        shutil.copytree(kept, folder / "models")
        return
    command = [PYTHON, "-W", "ignore", "-m", "rasa", "train", "--data", "nlu.yml", "rules.yml", "--out", "models"]
    environ = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=TRAIN_S)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["rasa train failed"])[-1])
    shutil.rmtree(KEPT, ignore_errors=True)
    shutil.copytree(folder / "models", kept)


def _hash(project: Path) -> str:
    """Of all that its model is made of: the project's files and the packages' lock."""
    whole = hashlib.sha256((ROOT / "requirements" / "rasa.txt").read_bytes())
    for path in sorted(path for path in project.rglob("*") if path.is_file() and path.suffix in (".py", ".yml")):
        whole.update(f"{path.relative_to(project)}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


@contextmanager
def running(folder: Path) -> Iterator[Stock]:
    """Redis, the action server and the assistant of a trained project; all ended at the end."""
    redis, actions, port = take_port(), take_port(), take_port()
    (folder / "endpoints.yml").write_text(
        f"action_endpoint: {{url: 'http://127.0.0.1:{actions}/webhook'}}\n"
        f"tracker_store: {{type: redis, url: 127.0.0.1, port: {redis}, db: 0}}\n"
        f"lock_store: {{type: redis, url: 127.0.0.1, port: {redis}, db: 1}}\n"
    )
    environ = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SANIC_HOST": "127.0.0.1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    keeping = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    configured = ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    commands = [
        [str(find_program(ROOT)), "--port", str(redis), "--bind", "127.0.0.1", *keeping],
        [PYTHON, "-W", "ignore", "-m", "rasa_sdk", "--actions", "actions", "-p", str(actions)],
        [PYTHON, "-W", "ignore", "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(port), *configured],
    ]
    processes = []
    with open(folder / "log", "wb") as log:
        try:
            for command in commands:
                processes.append(subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log))
            _wait(f"http://127.0.0.1:{port}/", processes)
            _wait(f"http://127.0.0.1:{actions}/health", processes)
            yield Stock(f"http://127.0.0.1:{port}", tuple(process.pid for process in processes[1:]))
        finally:
            for process in reversed(processes):
                process.terminate()
            for process in processes:
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()


def _wait(url: str, processes: list[subprocess.Popen[bytes]]) -> None:
    limit = time.monotonic() + START_S
    while time.monotonic() < limit and all(process.poll() is None for process in processes):
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise RuntimeError("stock Rasa did not start")


def measure(folder: Path, seconds: float) -> Iterator[tuple[str, float, str]]:
    """(what, figure, unit), one after another; the late turn is that which is reached within `seconds`."""
    train(folder)
    with running(folder) as stock:
        sender, said = stock.into_the_form(), 3
        limit = time.monotonic() + seconds
        for start in (5, LATE):
            while said < start and time.monotonic() < limit:
                stock.form_turn(sender, said)
                said += 1
            before = stock.cpu()
            for number in range(AROUND):
                stock.form_turn(sender, number)
            yield f"stock: CPU of a form turn, near turn {said}", (stock.cpu() - before) * 1000 / AROUND, "ms"
            said += AROUND
        senders = [stock.into_the_form() for _ in range(PEOPLE)]
        end = time.monotonic() + LOAD_S

        def write(one: str) -> int:
            count = 0
            while time.monotonic() < end:
                stock.form_turn(one, count)
                count += 1
            return count

        begin = time.monotonic()
        with ThreadPoolExecutor(PEOPLE) as pool:
            total = sum(pool.map(write, senders))
        yield "stock: turns per second", total / (time.monotonic() - begin), ""
        one = stock.into_the_form()
        begin = time.monotonic()
        with ThreadPoolExecutor(5) as pool:
            list(pool.map(lambda number: stock.form_turn(one, number), range(5)))
        yield "stock: five quick messages of one person", (time.monotonic() - begin) * 1000, "ms"
        yield "stock: memory of assistant and actions", stock.megabytes(), "MB"
