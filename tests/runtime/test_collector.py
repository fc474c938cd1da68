"""What a process has loaded is no matter for the garbage collector, and a model that was exchanged goes."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import time
import uuid
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from catalogue import messages
from runtime import heap, keys
from runtime.vault import Vault

pytestmark = pytest.mark.rasa
PROBE = """
import gc, os, signal

def tell(*_):
    with open(os.environ["TOLD"] + ".new", "w") as file:
        file.write(f"{gc.get_freeze_count()} {len(gc.get_objects())}")
    os.rename(os.environ["TOLD"] + ".new", os.environ["TOLD"])

signal.signal(signal.SIGUSR1, tell)
"""
"""Python imports it before the program: the process is the real one, and can be asked from outside."""
GATEWAY_BEGINS_WITH = 32


def wait_until(holds: Callable[[], Any], process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < limit and process.poll() is None, "it did not come about"
        time.sleep(0.1)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    ("packages", "module"),
    [(".venv-rasa", "runtime.worker"), (".venv", "connectors"), (".venv", "departments")],
)
def test_the_collector_leaves_what_a_process_loaded_alone(
    redis_url: str, tmp_path: Path, root: Path, free_port: int, packages: str, module: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(PROBE)
    told, port = tmp_path / "told", free_port
    environ = {
        "DATA_DIR": str(tmp_path / "var"),
        "REDIS_URL": redis_url,
        "TOLD": str(told),
        "PORT" if module == "connectors" else "DESK_PORT": str(port),
        "PORT" if module != "connectors" else "DESK_PORT": "9",
        "SAHAYAK_DEPARTMENT_SECRET": "a-secret-only-of-this-0123456789",
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(root))),
    }
    command = [str(root / packages / "bin/python"), "-W", "ignore", "-m", module]
    process = subprocess.Popen(command, cwd=root, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    try:
        with Redis.from_url(redis_url) as redis:
            others = len(redis.client_list())
            ready = (lambda: redis.keys(keys.worker("*"))) if module == "runtime.worker" else (lambda: listens(port))
            wait_until(ready, process)
            connections = len(redis.client_list()) - others
        process.send_signal(signal.SIGUSR1)
        wait_until(told.exists, process)
    finally:
        process.terminate()
        process.wait(20)
    frozen, collected = map(int, told.read_text().split())
    assert frozen > 20 * collected, f"{frozen} objects are left alone, {collected} gone through again and again"
    if module == "connectors":
        assert connections >= GATEWAY_BEGINS_WITH, "a gateway listens before its connections to Redis are open"


class Brain:
    """As large as it needs to be: an object that only the collector can free."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.itself = self


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_an_exchanged_model_goes_and_the_new_one_is_left_alone(redis_url: str, tmp_path: Path) -> None:
    from redis.asyncio import Redis as Connection

    from runtime.worker.__main__ import _swap
    from runtime.worker.loop import Worker

    first = Brain("first.tar.gz")
    (tmp_path / "second.tar.gz").touch()

    async def story() -> tuple[weakref.ref[Brain], Any]:
        nonlocal first
        connection: Any = Connection.from_url(redis_url)
        ids = lambda: uuid.uuid4().hex  # noqa: E731
        worker: Any = Worker(connection, first, Vault(tmp_path), messages.load(), "one", ids)  # type: ignore[arg-type]
        heap.settle()
        old = weakref.ref(first)
        del first
        swapping = asyncio.create_task(_swap(worker, lambda model: Brain(model.name), tmp_path))
        while old() is not None and not swapping.done():
            await asyncio.sleep(0.05)
        swapping.cancel()
        await connection.close()
        return old, worker.brain

    old, new = asyncio.run(asyncio.wait_for(story(), 60))
    assert old() is None and new.model == "second.tar.gz"
    assert all(one is not new for one in gc.get_objects())
