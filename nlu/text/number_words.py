"""What single words and digits mean as parts of a number, in four languages, native and Roman."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from .data import rows
from .letters import LETTER
from .normalise import normalise
from .roman import fold

Kind = Literal["digits", "unit", "scale", "plus", "times"]


@dataclass(frozen=True)
class Meaning:
    """`scale` multiplies what stands before it, `plus` (सवा, साढ़े) adds to what follows, `times` (डेढ़) stands before a
    scale by itself. `weak` words mean something else in everyday sentences.
    """

    kind: Kind
    value: Decimal
    weak: bool
    english: bool


@dataclass(frozen=True)
class Part:
    """A word or number inside a normal text (lower case, offsets of the normal text) and its meaning, if any."""

    text: str
    start: int
    end: int
    meaning: Meaning | None


_KINDS: dict[str, Kind] = {"x": "scale", "+": "plus", "*": "times"}
_ENGLISH, _ROMAN = 0, 4


def _lexicon() -> dict[str, Meaning]:
    """Normal form → meaning; romanised forms also under their folded spelling, marked by a tilde."""
    table: dict[str, Meaning] = {}
    for cells in rows("numbers"):
        kind: Kind = _KINDS.get(cells[0][0], "unit")
        value = Decimal(cells[0] if kind == "unit" else cells[0][1:])
        for column, cell in enumerate(cells[1:]):
            for form in cell.split():
                if form == "-":
                    continue
                word = normalise(form.rstrip("!")).text
                meaning = Meaning(kind, value, form.endswith("!"), column == _ENGLISH)
                table.setdefault(word, meaning)
                if column == _ROMAN:
                    table.setdefault("~" + fold(word), meaning)
    return table


_LEXICON = _lexicon()
_PART = re.compile(rf"(?P<digits>\d+(?:,\d+)*(?:\.\d+)?)|(?P<word>{LETTER}+)")
_MOST_DIGITS = 30


def meaning_of(word: str) -> Meaning | None:
    """What one lower-case word in normal form says as a number."""
    found = _LEXICON.get(word)
    if found is None and len(word) > 2 and word.isascii():
        return _LEXICON.get("~" + fold(word))
    return found


def parts_of(text: str) -> list[Part]:
    """Words and numbers of a normal text; those of the last few texts are remembered."""
    return list(_parts_of(text))


@lru_cache(maxsize=16)
def _parts_of(text: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for match in _PART.finditer(text):
        piece = match.group().lower()
        meaning = meaning_of(piece) if match.lastgroup == "word" else None
        if match.lastgroup == "digits" and len(piece) <= _MOST_DIGITS:
            meaning = Meaning("digits", Decimal(piece.replace(",", "")), False, False)
        found.append(Part(piece, match.start(), match.end(), meaning))
    return tuple(found)
