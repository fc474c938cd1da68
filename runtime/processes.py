"""Facts about processes that the operating system keeps: who ends with whom, and what a waiting `make` was told.

Linux knows both; elsewhere these calls do nothing and say nothing.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent(sent: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """To be run in a new child before its program: the kernel sends it `sent` when this process is gone."""
    parent = os.getpid()

    def tie() -> None:
        _tie_to_parent(sent)
        if os.getppid() != parent:
            os._exit(0)

    return tie


def _tie_to_parent(sent: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)


class Make:
    """The `make` that started us, if one did.

    A `make` that gets SIGINT alone (not with its whole group) waits for its recipe without telling it. Its signal
    handler is then running, which shows as SIGINT being blocked.
    """

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._folder = proc / str(os.getppid())
        self._pid = os.getppid()
        self.present = self._read("comm").strip() in ("make", "gmake")

    def follow(self) -> None:
        """From now on the kernel ends us, politely, when `make` dies."""
        if self.present:
            _tie_to_parent(signal.SIGTERM)

    def interrupted(self) -> bool:
        """Whether `make` was told to stop, or is gone."""
        if not self.present:
            return False
        if os.getppid() != self._pid:
            return True
        for line in self._read("status").splitlines():
            if line.startswith("SigBlk:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
        return False

    def _read(self, name: str) -> str:
        try:
            return (self._folder / name).read_text()
        except OSError:
            return ""
