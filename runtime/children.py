"""Child processes that are kept running: started, listened to, started again with back-off, ended.

What a child prints on stdout goes to the terminal only (it may be a password that is shown once). What it says on
stderr is its log: JSON lines, kept under `DATA_DIR/logs`, of which warnings and worse reach the terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import logging.handlers
import os
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from runtime.errors import StartError
from runtime.logs import clean
from runtime.processes import die_with_parent

_LINE = 65536
_LOG_BYTES, _LOG_FILES = 10_000_000, 5
_CALM = 60.0
"""Seconds of life after which a crash is a new one and not the last one's repetition."""
HOPELESS = 5
"""Crashes in a row, before the system has been ready once, after which starting is given up."""


@dataclass(frozen=True)
class Program:
    """What to run. `name` is unique among the children."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(repr=False)
    mute: bool = False
    """What it prints is its log as well (Redis)."""


@dataclass(frozen=True)
class Backoff:
    """Seconds to wait before a child is started again."""

    first: float = 0.5
    factor: float = 2.0
    most: float = 30.0

    def after(self, crashes: int) -> float:
        """`crashes` in a row, from 1."""
        return min(self.most, self.first * self.factor ** (crashes - 1))


class Child:
    """One program, kept running until `terminate`."""

    def __init__(
        self, program: Program, folder: Path, logs: Path, say: Callable[[str], None], backoff: Backoff | None = None
    ) -> None:
        self.program = program
        self.crashes = 0
        self._folder = folder
        self._say = say
        self._backoff = backoff or Backoff()
        self._log = _log_file(logs / f"{program.name}.log")
        self._process: asyncio.subprocess.Process | None = None
        self._ending = False
        self._last_words = ""
        self.settled = False
        """Set once the whole system has been ready: from then on nothing is given up."""

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def run(self, prepare: Callable[[], Awaitable[None]] | None = None) -> None:
        """Keeps it running; ends after `terminate`. Raises `StartError` if it never comes up."""
        while not self._ending:
            if prepare:
                await prepare()
            begin = time.monotonic()
            status = await self.once(self._logged if self.program.mute else self._printed, self._logged)
            if self._ending:
                return
            self.crashes = 1 if time.monotonic() - begin > _CALM else self.crashes + 1
            if self.crashes >= HOPELESS and not self.settled:
                words = f": {self._last_words}" if self._last_words else ""
                raise StartError(f"{self.program.name} does not start ({describe(status)}){words}")
            pause = self._backoff.after(self.crashes)
            self._say(f"{self.program.name} {describe(status)}; it is started again in {pause:g} s.")
            await asyncio.sleep(pause)

    def terminate(self) -> None:
        """Asks it to end, and does not start it again."""
        self._ending = True
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it and whatever it has started."""
        self._ending = True
        if self._process is not None:
            _kill_group(self._process.pid)

    def _signal(self, sent: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(sent)

    async def once(self, printed: Callable[[str], None], logged: Callable[[str], None]) -> int:
        """Runs the program until it ends, handing on its lines; returns its exit status."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self.program.command,
            cwd=self._folder,
            env=dict(self.program.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        if self._ending:
            self._signal(signal.SIGTERM)
        readers = [
            asyncio.create_task(_lines(stream, take))
            for stream, take in ((process.stdout, printed), (process.stderr, logged))
            if stream
        ]
        status = await process.wait()
        # A grandchild may hold the pipes open: whatever was in its group goes with it.
        _kill_group(process.pid)
        await asyncio.wait(readers, timeout=1)
        for reader in readers:
            reader.cancel()
        return status

    def _printed(self, line: str) -> None:
        self._say(f"{self.program.name}: {line}")

    def keep(self, line: str) -> dict[str, object]:
        """Puts a line into the program's log, and returns it as an entry."""
        entry = parse(line, self.program.name)
        self._log.handle(logging.makeLogRecord({"msg": json.dumps(entry, ensure_ascii=False), "levelno": 20}))
        return entry

    def _logged(self, line: str) -> None:
        entry = self.keep(line)
        self._last_words = str(entry["message"])[:300]
        # Warnings of libraries are for developers, not for whoever runs this.
        if entry["level"] in ("warning", "error", "critical") and entry.get("logger") != "py.warnings":
            self._say(f"{self.program.name}: {entry['message']}{_error(entry.get('error'))}")


async def run_once(program: Program, folder: Path, logs: Path, say: Callable[[str], None]) -> int:
    """Runs a program that ends by itself and returns its exit status; ended with us.

    It prints to the terminal; what it says on stderr is kept as its log and shown, at its end, only if it failed.
    """
    last: deque[str] = deque(maxlen=20)
    child = Child(program, folder, logs, say)

    def keep(line: str) -> None:
        child.keep(line)
        last.append(clean(line))

    try:
        status = await child.once(say, keep)
    finally:
        child.kill()
    for line in last if status else ():
        say(line)
    return status


def parse(line: str, process: str) -> dict[str, object]:
    """A log line as its entry; a line that is none (a library's print, a traceback) becomes one, masked."""
    try:
        entry = json.loads(line)
        if isinstance(entry, dict) and "message" in entry and "level" in entry:
            return entry
    except ValueError:
        pass
    at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return {"at": at, "level": "info", "process": process, "logger": "stderr", "message": clean(line)}


def describe(status: int) -> str:
    """An exit status in words."""
    if status < 0:
        try:
            return f"was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"was ended by signal {-status}"
    return f"ended with status {status}"


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _error(error: object) -> str:
    return f" ({error.get('type')})" if isinstance(error, dict) else ""


async def _lines(stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
    """Lines as they come; one that never ends is cut."""
    rest = b""
    while chunk := await stream.read(_LINE):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LINE:
            lines, rest = [*lines, rest], b""
        for line in lines:
            if line.strip():
                take(line.decode("utf-8", "replace").rstrip())
    if rest.strip():
        take(rest.decode("utf-8", "replace").rstrip())


def _log_file(path: Path) -> logging.Handler:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler
