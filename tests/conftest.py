"""Fixtures that all rooms share: real servers, free ports, settings of a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.redis_server import RedisServer
from runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


_RASA_FILE = re.compile(r"^pytestmark\b.*\bmark\.rasa\b", re.MULTILINE)
_RASA_TEST = re.compile(r"\bmark\.rasa\b")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write expectations that are data anew, to be read then")
    parser.addoption("--language", choices=("en", "hi", "pa", "ur"), help="only what is said in this language")


def pytest_configure(config: pytest.Config) -> None:
    """Processes of pytest-xdist ignore an interrupt, and so would everything that a test starts there."""
    if hasattr(config, "workerinput"):
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`--language`: conversations that speak it, scripted citizens of it, and the folders that bear its code."""
    wanted = config.getoption("--language", default=None)
    if wanted is None:
        return
    chosen = [item for item in items if wanted in _languages(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _languages(item: pytest.Item) -> set[str]:
    params = getattr(getattr(item, "callspec", None), "params", {})
    found = set(getattr(params.get("golden"), "languages", ()))
    if "citizen" in params:
        found.add(str(params["citizen"]).split("_")[0])
    return found | ({item.path.parent.name} & {"en", "hi", "pa", "ur"})


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Keeps an environment from importing what only the other one has: `-m rasa` and `-m "not rasa"` choose files."""
    wanted = {"rasa": True, "not rasa": False}.get(config.getoption("markexpr"))
    if wanted is None:
        return None
    if collection_path.is_dir():
        files = list(collection_path.rglob("test_*.py"))
        return True if files and not any(_may_run(file, wanted) for file in files) else None
    if (
        collection_path.name.startswith("test_")
        and collection_path.suffix == ".py"
        and not _may_run(collection_path, wanted)
    ):
        return True
    return None


def _may_run(file: Path, rasa: bool) -> bool:
    text = file.read_text(encoding="utf-8")
    return bool(_RASA_TEST.search(text)) if rasa else not _RASA_FILE.search(text)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


def take_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    return take_port()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with every default but the ports, in a data directory of its own."""
    environ = {"DATA_DIR": str(tmp_path / "var"), "PORT": str(take_port()), "DESK_PORT": str(take_port())}
    return Settings.load(environ, None)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address (`REDIS_URL`) of a private Redis with the settings that `make run` gives it."""
    folder = Path(tempfile.mkdtemp(prefix="sahayak-redis-"))
    server = RedisServer.under(folder, ROOT)
    server.prepare()
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(server.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for_socket(server.socket, process)
        yield server.url
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def wait_for_socket(path: Path, process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Returns once somebody accepts connections on the socket file."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(os.fspath(path))
                return
            except OSError:
                time.sleep(0.02)
    raise AssertionError(f"redis-server did not come up (status {process.poll()})")


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The private Redis, emptied."""
    import redis

    client = redis.Redis.from_url(redis_server)
    client.flushall()
    client.close()
    return redis_server
