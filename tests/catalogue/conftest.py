"""A copy of the catalogue that a test may spoil. It has few of the services, so that loading it is quick."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.loader import FOLDER, reload
from catalogue.model import Catalogue

KEPT = ("income_certificate", "caste_sc_st", "marriage_registration", "birth_certificate")


class Copy:
    """The catalogue's files in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces the first `old` in a file; it must be there."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def load(self) -> Catalogue:
        return reload(self.folder)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    ignore: Callable[[str, list[str]], set[str]] = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(FOLDER, tmp_path / "catalogue", ignore=ignore)
    for path in (tmp_path / "catalogue/services").glob("*.yml"):
        if path.stem not in KEPT:
            path.unlink()
    return Copy(tmp_path / "catalogue")
