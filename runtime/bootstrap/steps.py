"""Steps of the preparation: told with the seconds that have passed, run with their output kept, ended when we are."""

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Dict, List, Optional, Sequence, Set

ASCII = (sys.stdout.encoding or "ascii").lower() not in ("utf-8", "utf8")
HEARTBEAT = 10.0
"""Seconds after which a running step says that it is still at work."""


class Refused(Exception):
    """The preparation cannot go on; the message is one sentence for the person at the keyboard."""


class Steps:
    """Runs commands in `root`, tells progress on stdout, keeps their output in `log` (a path)."""

    def __init__(self, root: str, log: str) -> None:
        self.root = root
        self.log = log
        self._begin = time.monotonic()
        self._running: "Set[subprocess.Popen[bytes]]" = set()
        self._ended = False
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """One line of progress."""
        line = "[{:4.0f} s] {}\n".format(time.monotonic() - self._begin, text)
        # An old Python in a bare locale cannot print what a person may have named a folder.
        sys.stdout.write(line.encode("ascii", "backslashreplace").decode("ascii") if ASCII else line)
        sys.stdout.flush()

    def run(self, what: str, command: Sequence[str], environ: Optional[Dict[str, str]] = None) -> None:
        """Runs a command whose doing is described by `what`; raises `Refused` with its last line if it fails."""
        self.say(what + " ...")
        output: List[str] = []
        process = self._start(command, environ)
        reader = threading.Thread(target=self._read, args=(process, output), daemon=True)
        reader.start()
        quiet = time.monotonic()
        while reader.is_alive():
            reader.join(0.2)
            if time.monotonic() - quiet > HEARTBEAT:
                quiet = time.monotonic()
                self.say(what + ": still at work")
        status = process.wait()
        with self._lock:
            self._running.discard(process)
        if status:
            told = [line.strip() for line in output if line.strip()]
            errors = [line for line in told if "error" in line.lower()] or told
            last = errors[0][:300] if errors else "it ended with status {}".format(status)
            raise Refused("{} failed: {} (everything it said is in {}).".format(what, last, self.log))

    def ask(self, command: Sequence[str], seconds: float = 60) -> Optional[str]:
        """The output of a short command, or None if it is not there, fails or takes too long."""
        try:
            done = subprocess.run(
                list(command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, cwd=self.root
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None

    def end(self) -> None:
        """Ends every command that is still running, with all that it has started; none is started afterwards.

        Called from a signal's handler, so no command may be run from the main thread, which would hold the lock.
        """
        with self._lock:
            self._ended = True
            for process in self._running:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except OSError:
                    pass

    def _start(self, command: Sequence[str], environ: Optional[Dict[str, str]]) -> "subprocess.Popen[bytes]":
        # Under the lock: a command that has begun is known to `end`, whenever that is called.
        with self._lock:
            if self._ended:
                raise Refused("{} was not started: the preparation is at its end.".format(command[0]))
            try:
                process = subprocess.Popen(
                    list(command),
                    cwd=self.root,
                    env=dict(os.environ, **(environ or {})),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise Refused("{} cannot be started: {}.".format(command[0], error.strerror))
            self._running.add(process)
        return process

    def _read(self, process: "subprocess.Popen[bytes]", output: List[str]) -> None:
        assert process.stdout is not None
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            output.append(line)
            with self._lock, open(self.log, "a", encoding="utf-8") as log:
                log.write(line + "\n")
