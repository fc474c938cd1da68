"""The model in force and a real department server, once for all conversations."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.settings import Settings
from tests.conftest import ROOT, take_port
from tests.conversations.chat import Chat, ChatMaker, Clock

SECRET = "a-secret-that-only-these-tests-know-0123456789"


@pytest.fixture(scope="session")
def department_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings under which a department server is running."""
    folder = tmp_path_factory.mktemp("departments")
    environ = {
        "DATA_DIR": str(folder),
        "PORT": str(take_port()),
        "DESK_PORT": str(take_port()),
        "SAHAYAK_DEPARTMENT_SECRET": SECRET,
    }
    log = (folder / "departments.log").open("wb")
    process = subprocess.Popen(
        [str(ROOT / ".venv/bin/python"), "-m", "departments"],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=log,
        stderr=log,
    )
    try:
        _wait(int(environ["DESK_PORT"]), process, folder / "departments.log")
        yield Settings.load(environ, None)
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the department server did not come up: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def new_chat(department_settings: Settings) -> Iterator[ChatMaker]:
    """Makes conversations with one loaded model."""
    from actions.services import make
    from runtime.worker.brain import Brain
    from runtime.worker.models import in_force

    loop = asyncio.new_event_loop()
    clock = Clock()
    phones: dict[str, str] = {}

    async def phone_of(conversation: str) -> str:
        return phones.get(conversation, "")

    services = dataclasses.replace(make(department_settings), now=clock, phone_of=phone_of)
    brain = Brain(in_force(ROOT / "models"), services, lambda: uuid.uuid4().hex)

    def chat() -> Chat:
        clock.moment = None
        return Chat(brain, services, loop, clock=clock, phones=phones)

    yield chat
    loop.run_until_complete(services.department.aclose())
    loop.close()
