"""Tables that linguists keep: tab-separated, `#` begins a comment, empty lines are ignored."""

from __future__ import annotations

from pathlib import Path


def rows(name: str) -> list[list[str]]:
    """Rows of `<name>.tsv` as lists of stripped cells."""
    text = (Path(__file__).parent / f"{name}.tsv").read_text(encoding="utf-8")
    return [
        [cell.strip() for cell in line.split("\t")]
        for line in text.splitlines()
        if line.strip() and not line.startswith("#")
    ]
