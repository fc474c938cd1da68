"""Sentences with the answer that is right: from the twin files under `tests/nlu/`, or from anyone's table.

A table is TSV with the columns `text language script intent service`; further columns are ignored.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SCRIPTS = ("native", "roman", "mixed")
COLUMNS = ("text", "language", "script", "intent", "service")


class SentencesError(Exception):
    """A file of sentences cannot be used; the message names the file and what is wrong in it."""


@dataclass(frozen=True)
class Sentence:
    """`service` is empty where none is meant. `entities` are (kind, value) pairs, None where nobody marked any."""

    text: str
    language: str
    script: str
    intent: str
    service: str = ""
    entities: tuple[tuple[str, str], ...] | None = None


def read(path: Path) -> list[Sentence]:
    """A table, or a folder with one folder of twin files a language. Raises `SentencesError`."""
    found = list(_folder(path)) if path.is_dir() else _table(path)
    if not found:
        raise SentencesError(f"{path}: there are no sentences")
    return found


def _folder(path: Path) -> Iterator[Sentence]:
    for file in sorted(path.glob("*/*.yml")):
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if not isinstance(content, list):
            raise SentencesError(f"{file}: not a list of sentences")
        for at, entry in enumerate(content, 1):
            yield _entry(entry, file.parent.name, f"{file}, sentence {at}")


def _entry(entry: Any, language: str, where: str) -> Sentence:
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str) or not entry.get("intent"):
        raise SentencesError(f"{where}: text or intent is missing")
    if entry.get("script") not in SCRIPTS:
        raise SentencesError(f"{where}: script is none of {', '.join(SCRIPTS)}")
    marked = entry.get("entities")
    entities = None
    if marked is not None:
        entities = tuple((str(one["entity"]), str(one["value"])) for one in marked if one["entity"] != "service")
    return Sentence(
        entry["text"], language, entry["script"], str(entry["intent"]), str(entry.get("service") or ""), entities
    )


def _table(path: Path) -> list[Sentence]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise SentencesError(f"{path}: there is no column {', '.join(missing)}")
        return [_from_row(row) for row in rows]


def _from_row(row: dict[str, str | None]) -> Sentence:
    text, language, script, intent, service = (row[column] or "" for column in COLUMNS)
    return Sentence(text, language, script, intent, service)
