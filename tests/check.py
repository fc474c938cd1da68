"""`make check`: everything that can be judged without running the product, each judgement with its own heading."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parents[1]
WEB, RASA = ".venv/bin", ".venv-rasa/bin"
LOCKS = ("requirements/web.txt", "requirements/rasa.txt")


def judgements() -> Iterator[tuple[str, list[str]]]:
    """What is judged, and the command that judges it with its exit status."""
    yield "format", [f"{WEB}/ruff", "format", "--check", "--quiet", "."]
    yield "lint", [f"{WEB}/ruff", "check", "--quiet", "."]
    typed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["sahayak"]["typed"]
    apart = r"^runtime/worker/|tests/runtime/test_(worker|append_only|at_hand|collector|packing)\.py"
    yield "types of what runs without Rasa", [f"{WEB}/mypy", "--exclude", apart, *typed["web"]]
    yield "types of what runs with Rasa", [f"{RASA}/mypy", *typed["rasa"]]
    yield "catalogue", [f"{WEB}/python", "-m", "catalogue.linter"]
    yield "training data", ["make", "-s", "validate"]


def vulnerabilities(lock: str) -> bool | None:
    """Whether a lock is free of known vulnerabilities; None if the advisories of no package can be asked."""
    command = [f"{WEB}/pip-audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    try:
        done = subprocess.run([*command, "-r", lock], cwd=ROOT, capture_output=True, text=True, timeout=120)
        packages = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    asked = [package for package in packages if not package.get("skip_reason")]
    if not asked:
        return None
    bad = [package for package in asked if package["vulns"]]
    for package in bad:
        print(f"{package['name']} {package['version']}: {', '.join(found['id'] for found in package['vulns'])}")
    print(f"{len(asked)} of {len(packages)} packages could be asked about; {len(bad)} have known vulnerabilities.")
    return not bad


def main() -> int:
    """Exit status 1 if any judgement is bad. Known vulnerabilities of Rasa's old pins are shown, not judged."""
    bad = []
    for title, command in judgements():
        print(f"== {title}", flush=True)
        if subprocess.run(command, cwd=ROOT).returncode:
            bad.append(title)
    for lock in LOCKS:
        print(f"== known vulnerabilities in {lock}", flush=True)
        clean = vulnerabilities(lock)
        if clean is None:
            print("The advisories cannot be reached from here; not judged.")
        elif not clean and lock == LOCKS[0]:
            bad.append(f"vulnerabilities in {lock}")
    print(f"\nTo put right: {', '.join(bad)}." if bad else "\nNothing to put right.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
