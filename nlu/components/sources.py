"""Fingerprint of the code that components lean on.

Rasa's cache hashes only the class of a component, so a change in a helper would silently reuse stale results; every
component adds this to its own fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

NLU = Path(__file__).resolve().parents[1]
ROOMS = ("text", "components")


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Hash over every source and data file of `nlu.text` and `nlu.components`."""
    digest = hashlib.sha256()
    for path in files():
        digest.update(path.relative_to(NLU).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def files() -> Iterator[Path]:
    """The files hashed, in a fixed order."""
    for room in ROOMS:
        for path in sorted((NLU / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
