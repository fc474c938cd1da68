"""The whole system as `make run` starts it, on ports and in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT, take_port
from tests.connectors.papers import paper, photo

START_S = 600
TURN_S = 30
LOGIN = re.compile(r"user (\S+)\s+password (\S+)")


class System:
    """A running supervisor with all its children. `lines` is everything it printed."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port, self.desk_port = take_port(), take_port()
        self.folder = folder
        self.environ = {
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "DESK_PORT": str(self.desk_port),
            **settings,
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.desk_url = f"http://127.0.0.1:{self.desk_port}"
        self.lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns once the system says that it is ready."""
        self._process = subprocess.Popen(
            [str(ROOT / ".venv/bin/python"), "-m", "runtime.supervisor"],
            cwd=ROOT,
            env={**os.environ, **self.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        limit = time.monotonic() + START_S
        while not any("is ready" in line for line in self.lines):
            assert self._process.poll() is None and time.monotonic() < limit, "\n".join(self.lines[-40:])
            time.sleep(0.1)

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))

    def stop(self) -> int:
        """Ends it as Ctrl-C does; returns the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)

    @property
    def logins(self) -> dict[str, str]:
        return dict(found.groups() for line in self.lines if (found := LOGIN.search(line)))

    def pids(self, module: str) -> list[int]:
        """Processes of this system that run `python -m <module>`."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
                environ = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if module.encode() in command and f"DATA_DIR={self.folder}".encode() in environ:
                found.append(int(entry.name))
        return found

    def logs(self) -> Iterator[str]:
        """Every line in every log file, and everything printed."""
        yield from self.lines
        for path in sorted((self.folder / "logs").rglob("*")):
            if path.is_file():
                yield from path.read_text("utf-8", "replace").splitlines()


@dataclass
class WebTalk:
    """A citizen's browser without a browser: the web chat's protocol over HTTP."""

    url: str
    session: str = ""
    last: str = ""
    messages: list[Mapping[str, Any]] = field(default_factory=list)
    said: int = 0

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.url, timeout=TURN_S)
        if not self.session:
            self.session = self._http.post("/chat/sessions", json={"lang": None}).json()["session"]

    def say(self, text: str) -> None:
        self._post({"type": "text", "text": text})

    def tap(self, choice: str) -> None:
        self._post({"type": "choice", "choice": choice})

    def send_file(self, content: bytes | None = None, name: str = "paper.jpg") -> None:
        identifier = str(uuid.uuid4())
        content = photo(paper(900, 1200, seed=self.said)) if content is None else content
        answer = self._http.post(
            f"/chat/sessions/{self.session}/messages", data={"id": identifier}, files={"file": (name, content)}
        )
        assert answer.status_code == 202, answer.text
        self.said += 1
        self.listen(identifier)

    def _post(self, message: dict[str, Any]) -> None:
        identifier = str(uuid.uuid4())
        answer = self._http.post(f"/chat/sessions/{self.session}/messages", json={"id": identifier, **message})
        assert answer.status_code == 202, answer.text
        self.said += 1
        self.listen(identifier)

    def listen(self, until: str | None) -> None:
        """Takes in events up to the end of the turn that answers `until`, or of the next turn of its own accord."""
        self.messages = []
        for name, data in self.events():
            if name == "message":
                self.messages.append(data)
            elif data["in_reply_to"] == until:
                return

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        headers = {"Last-Event-ID": self.last} if self.last else {}
        with self._http.stream("GET", f"/chat/sessions/{self.session}/events", headers=headers) as answer:
            assert answer.status_code == 200
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if line:
                    name, _, text = line.partition(": ")
                    fields[name] = text
                elif "data" in fields:
                    self.last = fields["id"]
                    yield fields["event"], json.loads(fields["data"])
                    fields = {}

    @property
    def text(self) -> str:
        return "\n\n".join(str(message["text"]) for message in self.messages)

    @property
    def lang(self) -> str:
        return str(self.messages[-1]["lang"])

    @property
    def asks(self) -> list[tuple[str, str]]:
        return [(ask["field"], ask["kind"]) for message in self.messages for ask in message["asks"]]

    @property
    def choices(self) -> list[str]:
        return [choice["id"] for message in self.messages for choice in message["choices"]]

    @property
    def attachments(self) -> list[Mapping[str, Any]]:
        return [message["attachment"] for message in self.messages if message["attachment"]]
