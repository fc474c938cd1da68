"""A root whose programs are stand-ins, so that the supervisor is tested with processes that do what a test wants."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.settings import OURS, SETTINGS
from tests.conftest import take_port

SERVING = """
import http.server, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
    def log_message(self, *_): pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.HTTPServer(("127.0.0.1", int(os.environ["%s"])), Handler).serve_forever()
"""
GATEWAY = SERVING % "PORT"
DESK = SERVING % "DESK_PORT"
WAITING = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True: time.sleep(0.05)
"""
NOTHING = ""


class Stage:
    """A root with stand-ins, and the supervisor that runs them."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port, self.desk_port = take_port(), take_port()
        self.lines: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        self._root = root
        for name in (".venv", ".venv-rasa"):
            (folder / name / "bin").mkdir(parents=True)
            (folder / name / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
        (folder / ".venv-rasa" / "lib").symlink_to(root / ".venv-rasa" / "lib")
        self.program("departments.__main__", DESK)
        self.program("connectors.__main__", GATEWAY)
        self.program("runtime.worker", WAITING)
        self.program("nlu.train", NOTHING)

    def program(self, module: str, text: str) -> None:
        """Puts a stand-in's source where the supervisor will look for the module."""
        path = self.folder.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def environ(self, **more: str) -> dict[str, str]:
        """An environment without settings of the person who runs the tests."""
        clean = {name: v for name, v in os.environ.items() if name not in SETTINGS and not name.startswith(OURS)}
        ours = {"DATA_DIR": str(self.data), "PORT": str(self.port), "DESK_PORT": str(self.desk_port)}
        return {**clean, **ours, **more}

    @property
    def code(self) -> str:
        """A Python program that is the real supervisor."""
        lines = ("import sys", f"sys.path.insert(0, {str(self._root)!r})", "from runtime.supervisor import main")
        return "\n".join((*lines, "sys.exit(main())"))

    def start(
        self,
        *,
        prefix: tuple[str, ...] = (),
        command: tuple[str, ...] = (),
        environ: dict[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Starts the supervisor (or `command`); what it says on either stream is gathered in `lines`."""
        self.process = process = subprocess.Popen(
            command or [*prefix, sys.executable, "-c", self.code],
            cwd=self.folder,
            env=self.environ(**(environ or {})),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(process,), daemon=True).start()
        return process

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def until(self, what: str, seconds: float = 20) -> None:
        """Waits until the supervisor has said something."""
        wait_until(lambda: what in self.said, seconds, lambda: f"{what!r} was not said; said was:\n{self.said}")

    def ended(self, seconds: float = 20) -> int:
        """Waits for the supervisor's exit status."""
        assert self.process
        status = self.process.wait(seconds)
        time.sleep(0.1)
        return status

    def processes(self) -> dict[int, str]:
        """Every living process that carries this stage's data directory in its environment, with its command line."""
        found = {}
        marker = f"DATA_DIR={self.data}\0".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    # Redis writes over its environment; it is known by the folder in which it works.
                    ours = marker in (entry / "environ").read_bytes() or self.data in (entry / "cwd").readlink().parents
                    if ours and _state(entry) != "Z":
                        found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                except OSError:
                    continue
        return found

    def pid_of(self, words: str) -> int:
        """The process whose command line holds the words."""
        return next(pid for pid, command in self.processes().items() if words in command)

    def end(self) -> None:
        """Ends what a test has left."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)


def _state(entry: Path) -> str:
    return (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]


def wait_until(holds: Callable[[], bool], seconds: float, otherwise: Callable[[], str]) -> None:
    """Returns once `holds`; fails with what `otherwise` says."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, otherwise()
        time.sleep(0.02)


@pytest.fixture
def stage(root: Path, tmp_path: Path) -> Iterator[Stage]:
    """A root with stand-ins for all programs."""
    made = Stage(root, tmp_path)
    yield made
    made.end()
