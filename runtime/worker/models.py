"""The model in force: the one archive in `models/`; a new one is loaded beside the old and takes over between turns."""

from __future__ import annotations

from pathlib import Path


class NoModel(Exception):
    """`models/` holds no archive, or more than one."""


def in_force(folder: Path) -> Path:
    """The only `*.tar.gz`. Raises `NoModel`."""
    found = sorted(folder.glob("*.tar.gz"))
    if len(found) != 1:
        raise NoModel(f"{folder} must hold exactly one model, it holds {len(found)}; `make train` makes one")
    return found[0]
