"""What processes take: CPU and memory, from the kernel's own accounts."""

from __future__ import annotations

import os
import subprocess
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


def yardstick(python: Path) -> float:
    """Milliseconds of a million look-ups in a dictionary, the best of three: how quick machine and interpreter are.

    The figures of two machines compare only beside it; a Python built without profile-guided optimisation takes half as
    long again.
    """
    return _seconds(_begun(python)) * 1000


def at_once(python: Path) -> float:
    """How many times the work of one process two do at once: what this machine's cores can give to a second worker."""
    alone = _seconds(_begun(python))
    both = [_begun(python) for _ in range(2)]
    return 2 * alone / max(_seconds(one) for one in both)


def _begun(python: Path) -> subprocess.Popen[str]:
    timed = (
        "import timeit; work = 'for n in range(1_000_000): d[str(n % 997)] = d.get(str(n % 991), 0) + 1'; "
        "print(min(timeit.repeat(work, 'd = {}', number=1, repeat=3)))"
    )
    return subprocess.Popen([python, "-c", timed], stdout=subprocess.PIPE, text=True)


def _seconds(begun: subprocess.Popen[str]) -> float:
    return float(begun.communicate()[0])
