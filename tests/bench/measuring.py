"""What processes take: CPU and memory, from the kernel's own accounts."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process: in nanoseconds where the kernel keeps them, else in steps of 10 ms.

    A few dozen turns of some milliseconds are too little for steps of 10 ms. Threads that have ended are counted in the
    steps only; ours keep their threads.
    """
    try:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in _tasks(pid)) / 1e9
    except (FileNotFoundError, ValueError, IndexError):
        return _in_steps(pid)


def _tasks(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").iterdir())


def _in_steps(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
