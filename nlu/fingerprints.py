"""Whether a model fits the present data: a hash over everything that a training depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INPUTS = (
    "config.yml",
    "training_data",
    "catalogue",
    "dialogue/domain.yml",
    "dialogue/rules",
    "dialogue/importer.py",
    "dialogue/names.py",
    "dialogue/quick_reader.py",
    "nlu/text",
    "nlu/components",
)
LENGTH = 12


def fingerprint(root: Path = ROOT, encoder: str = "") -> str:
    """Twelve hexadecimal digits; the same content gives the same, wherever the project lies.

    `encoder`: folder of the published encoder that the model is trained with, empty without one.
    """
    digest = hashlib.sha256()
    if encoder:
        digest.update(f"encoder {encoder}\0".encode())
    for path in _files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:LENGTH]


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        path = root / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.is_file() and "__pycache__" not in one.parts)
