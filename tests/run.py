"""`make test`: pytest in both environments at the same time, then one line that sums both up."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Two processes, each with whole files: those tests wait for servers and browsers more than they compute."""
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (".venv/bin/python", "not rasa", SIDE_BY_SIDE),
    (".venv-rasa/bin/python", "rasa", ()),
)
"""Interpreter, the markers whose tests it runs, and how."""
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Outcome:
    """How many tests ended how. Errors of fixtures and of collection are failures."""

    passed: int
    failed: int
    skipped: int

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read(report: Path) -> Outcome:
    """The outcome in a JUnit report."""
    found: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        found["failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"] += 1
    return Outcome(found["passed"], found["failed"], found["skipped"])


class Part:
    """One environment's tests, running. The first part speaks as it goes, the others when their turn has come."""

    def __init__(self, python: str, marker: str, arguments: Sequence[str], folder: Path, *, aloud: bool) -> None:
        self.title = f"{python} -m pytest -m '{marker}'"
        self._report = folder / f"{marker.replace(' ', '-')}.xml"
        self._said = None if aloud else (folder / f"{marker}.txt").open("w+b")
        if aloud:
            self._head()
        command = [python, "-m", "pytest", "-m", marker, f"--junitxml={self._report}", *arguments]
        self._process = subprocess.Popen(command, stdout=self._said, stderr=self._said and subprocess.STDOUT)

    def outcome(self) -> Outcome:
        """Waits for the end. A run that broke off counts as a failure."""
        status = self._process.wait()
        if self._said:
            self._head()
            self._said.seek(0)
            sys.stdout.write(self._said.read().decode("utf-8", "replace"))
            self._said.close()
        if not self._report.exists():
            return Outcome(0, 1, 0)
        outcome = read(self._report)
        if status not in (0, NOTHING_COLLECTED) and not outcome.failed:
            return outcome + Outcome(0, 1, 0)
        return outcome

    def end(self) -> None:
        """Ends it early."""
        if self._process.poll() is None:
            self._process.terminate()

    def _head(self) -> None:
        print(f"\n== {self.title} ==", flush=True)


def main(arguments: list[str]) -> int:
    """Exit status 0 only if something was tested and nothing failed."""
    total = Outcome(0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        parts = [
            Part(python, marker, [*how, *arguments], Path(folder), aloud=not n)
            for n, (python, marker, how) in enumerate(PARTS)
        ]
        try:
            for part in parts:
                total += part.outcome()
        finally:
            for part in parts:
                part.end()
    print(f"\n{total}", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
