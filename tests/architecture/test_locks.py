"""What runs without Rasa needs nothing that only the tests' lock installs."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PROGRAMS = ("departments.server", "departments.claims", "connectors.app", "connectors.sender", "runtime.supervisor")
ALONE = """
import importlib, importlib.abc, sys
names = set(sys.argv[2].split(","))
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
importlib.import_module(sys.argv[1])
"""


def _locked(path: Path) -> set[str]:
    found = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_starts_with_its_own_lock_alone(program: str, root: Path) -> None:
    tests_only = _locked(root / "requirements" / "test.txt") - _locked(root / "requirements" / "web.txt")
    absent = [
        module
        for module, owners in packages_distributions().items()
        if all(re.sub(r"[-_.]+", "-", owner).lower() in tests_only for owner in owners)
    ]
    assert "pytest" in absent
    done = subprocess.run(
        [sys.executable, "-c", ALONE, program, ",".join(absent)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-600:]
