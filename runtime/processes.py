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
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)

    return tie


class Make:
    """The `make` that started us, if one did.

    A `make` that gets SIGINT alone (not with its whole group) waits for its recipe without telling it. Its signal
    handler is then running, which shows as SIGINT being blocked.
    """

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._line: list[int] = []
        """Process ids from our parent up to `make`; empty if no `make` started us."""
        above: list[int] = []
        pid = os.getppid()
        # Its recipe may be run by a shell in between.
        while pid > 1 and len(above) < 3 and not self._line:
            above.append(pid)
            if self._status(pid).get("Name") in ("make", "gmake"):
                self._line = above
            pid = int(self._status(pid).get("PPid", "0"))

    def interrupted(self) -> bool:
        """Whether `make` was told to stop, or is gone."""
        if not self._line:
            return False
        parents = [os.getppid(), *(int(self._status(pid).get("PPid", "0")) for pid in self._line[:-1])]
        if parents != self._line:
            return True
        blocked = int(self._status(self._line[-1]).get("SigBlk", "0"), 16)
        return bool(blocked >> (signal.SIGINT - 1) & 1)

    def _status(self, pid: int) -> dict[str, str]:
        try:
            lines = (self._proc / str(pid) / "status").read_text().splitlines()
        except OSError:
            return {}
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
