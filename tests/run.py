"""`make test`: pytest in both environments, then one line that sums both up."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

PARTS = ((".venv/bin/python", "not rasa"), (".venv-rasa/bin/python", "rasa"))
"""Interpreter, and the markers whose tests it runs."""
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


def run(python: str, marker: str, arguments: list[str], report: Path) -> Outcome:
    """Runs one part, its output as it comes. A run that broke off counts as a failure."""
    command = [python, "-m", "pytest", "-m", marker, f"--junitxml={report}", *arguments]
    print(f"\n== {python} -m pytest -m '{marker}' ==", flush=True)
    status = subprocess.run(command).returncode
    if not report.exists():
        return Outcome(0, 1, 0)
    outcome = read(report)
    if status not in (0, NOTHING_COLLECTED) and not outcome.failed:
        return outcome + Outcome(0, 1, 0)
    return outcome


def main(arguments: list[str]) -> int:
    """Exit status 0 only if something was tested and nothing failed."""
    total = Outcome(0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        for number, (python, marker) in enumerate(PARTS):
            total += run(python, marker, arguments, Path(folder) / f"{number}.xml")
    print(f"\n{total}", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
