"""The locks, made anew from the lists of what is wanted: hashes, no addresses, valid on every platform."""

import json
import os
from typing import Any, List, Tuple

from runtime.bootstrap import tools
from runtime.bootstrap.steps import Steps

LOCKS: Tuple[Tuple[str, str, Tuple[str, ...]], ...] = (
    ("rasa", "3.10", ()),
    ("web", "3.11", ()),
    ("test", "3.11", ("web",)),
    ("test-rasa", "3.10", ("rasa",)),
    ("encoder", "3.10", ()),
    ("encoder-gpu", "3.10", ("encoder",)),
    ("tools", "3.8", ()),
)
"""Name in `requirements/`, oldest Python, and the locks that it must agree with."""
_FLAGS = [
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
]


def renew(steps: Steps, upgrade: List[str]) -> None:
    """Locks again, keeping versions but those of `upgrade` (package names). Raises `Refused`."""
    uv = tools.uv(steps)
    for name, version, others in LOCKS:
        command = [uv, "pip", "compile", "-q", "--python-version", version] + _FLAGS
        for other in others:
            command += ["-c", _path(other, "txt")]
        for package in upgrade:
            command += ["--upgrade-package", package]
        steps.run("Locking " + name, command + [_path(name, "in"), "-o", _path(name, "txt")])
    npm = tools.npm(steps, uv)
    steps.run("Locking npm packages", npm + ["install", "--package-lock-only", "--ignore-scripts"])
    lock = os.path.join(steps.root, "package-lock.json")
    with open(lock, encoding="utf-8") as file:
        content = json.load(file)
    with open(lock, "w", encoding="utf-8") as file:
        json.dump(without_addresses(content), file, indent=2)
        file.write("\n")


def without_addresses(content: Any) -> Any:
    """A package-lock without where things were fetched and who asks for donations: neither is needed to install."""
    if isinstance(content, dict):
        return {key: without_addresses(value) for key, value in content.items() if key not in ("resolved", "funding")}
    return content


def _path(name: str, ending: str) -> str:
    return "requirements/{}.{}".format(name, ending)
