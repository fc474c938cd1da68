"""Numbers in digits of any script and in words of four languages, native and Roman, up to crores and arabs.

Knows सवा, डेढ़, ढाई, साढ़े and पौने. What a number counts (rupees, people, a day of the month) is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .data import rows
from .found import Found
from .letters import LETTER
from .normalise import Normalised, normalise
from .roman import fold

Kind = Literal["digits", "unit", "scale", "plus", "times"]


@dataclass(frozen=True)
class _Meaning:
    kind: Kind
    value: Decimal
    weak: bool
    english: bool


@dataclass(frozen=True)
class Part:
    """A word or number inside the normal text, with what it means as a number, if anything."""

    text: str
    start: int
    end: int
    meaning: _Meaning | None


_KINDS: dict[str, Kind] = {"x": "scale", "+": "plus", "*": "times"}


def _lexicon() -> dict[str, _Meaning]:
    table: dict[str, _Meaning] = {}
    for cells in rows("numbers"):
        mark = cells[0][0]
        kind: Kind = _KINDS.get(mark, "unit")
        value = Decimal(cells[0][1:] if kind != "unit" else cells[0])
        for column, cell in enumerate(cells[1:]):
            for form in cell.split():
                if form == "-":
                    continue
                word = normalise(form.rstrip("!")).text
                meaning = _Meaning(kind, value, form.endswith("!"), column == 0)
                table.setdefault(word, meaning)
                if column == 4:
                    table.setdefault("~" + fold(word), meaning)
    return table


_LEXICON = _lexicon()
_PART = re.compile(
    rf"(?P<digits>\d+(?:,\d+)*(?:\.\d+)?)|(?P<word>{LETTER}+(?:-(?=(?:one|two|three|four|five|six|seven|eight|nine)\b))?)"
)
_GAP = re.compile(r"[\s,]*(?:-\s*)?\Z")
_AND = {"and", "aur", "और", "ਅਤੇ", "ਤੇ", "اور", "te", "n"}
_ONE = Decimal(1)


def meaning_of(word: str) -> _Meaning | None:
    """What one lower-case word in normal form says as a number."""
    return _LEXICON.get(word) or (_LEXICON.get("~" + fold(word)) if word.isascii() and len(word) > 2 else None)


def parts_of(text: str) -> list[Part]:
    """Words and numbers of a normal text."""
    found: list[Part] = []
    for match in _PART.finditer(text):
        piece = match.group().lower()
        if match.lastgroup == "digits":
            value = Decimal(piece.replace(",", ""))
            found.append(Part(piece, match.start(), match.end(), _Meaning("digits", value, False, False)))
        else:
            found.append(Part(piece, match.start(), match.end(), meaning_of(piece.rstrip("-"))))
    return found


@dataclass(frozen=True)
class Number:
    """A number over the parts `first` to `last` (inclusive); `scaled` when a scale or fraction word is in it."""

    value: Decimal
    first: int
    last: int
    scaled: bool
    weak: bool


def read(parts: Sequence[Part], text: str) -> list[Number]:
    """All numbers among the parts of the normal text, left to right, none inside another."""
    found: list[Number] = []
    index = 0
    while index < len(parts):
        number = _read_at(parts, text, index)
        if number is None:
            index += 1
        else:
            found.append(number)
            index = number.last + 1
    return found


def _read_at(parts: Sequence[Part], text: str, first: int) -> Number | None:
    total = Decimal(0)
    current: Decimal | None = None
    fraction: Decimal | None = None
    last_scale: Decimal | None = None
    tens = scaled = False
    weak = True
    strong_words = 0
    index, last = first, first - 1
    while index < len(parts):
        part = parts[index]
        if index > first and not _GAP.match(text[parts[index - 1].end : part.start]):
            break
        meaning = part.meaning
        if meaning is None:
            joins = part.text in _AND and (last_scale is not None or (current is not None and current >= 100))
            after = parts[index + 1].meaning if index + 1 < len(parts) else None
            if (
                joins
                and after is not None
                and index > first
                and not after.weak
                and scaled
                and after.kind in ("unit", "digits")
            ):
                index += 1
                continue
            break
        value = meaning.value
        if meaning.kind == "scale":
            if (
                meaning.weak
                and (current is None or part.start != parts[index - 1].end)
                and part.text in ("k", "l", "cr")
            ):
                break
            if current is None and fraction is None and index == first and meaning.weak:
                break
            base = current if current is not None else _ONE
            if fraction is not None:
                base = (
                    current if current is not None else (_ONE if fraction != Decimal("0.5") else Decimal(0))
                ) + fraction
                fraction = None
            if value == 100:
                if current is not None and current >= 100:
                    break
                current = base * 100
            else:
                if last_scale is not None and value >= last_scale:
                    if current is not None:
                        break
                    total, base = Decimal(0), total
                total += base * value
                current, last_scale = None, value
            scaled, tens = True, False
        elif meaning.kind in ("plus", "times"):
            if current is not None or fraction is not None:
                break
            if meaning.weak and not _scale_next(parts, index):
                break
            if meaning.kind == "times":
                current = value
            else:
                if index + 1 >= len(parts) or parts[index + 1].meaning is None:
                    break
                fraction = value
            scaled = True
        elif current is None:
            if last_scale is not None and (value >= last_scale or (meaning.weak and not _scale_next(parts, index))):
                break
            if last_scale is not None and meaning.kind == "digits" and value < 1 and "." in part.text:
                break
            current = value
            tens = meaning.kind == "unit" and value in _TENS
        elif meaning.kind == "unit" and tens and 0 < value < 10 and meaning.english:
            current += value
            tens = False
        elif current >= 100 and current % 100 == 0 and value < 100 and meaning.kind in ("unit", "digits") and scaled:
            if meaning.weak:
                break
            current += value
            tens = meaning.kind == "unit" and value in _TENS
        else:
            break
        if not meaning.weak:
            strong_words += 1
        last = index
        index += 1
    if last < first:
        return None
    if fraction is not None:
        current = (current or Decimal(0)) + fraction
    weak = strong_words == 0
    return Number(total + (current or Decimal(0)), first, last, scaled, weak)


_TENS = {Decimal(n) for n in range(20, 100, 10)}


def _scale_next(parts: Sequence[Part], index: int) -> bool:
    after = parts[index + 1].meaning if index + 1 < len(parts) else None
    return after is not None and after.kind == "scale"


def _units() -> frozenset[str]:
    return frozenset(word for cells in rows("counted") for word in cells[0].split())


_COUNTED = _units()
"""Words after which or before which "do" is two: people, years, children, times."""


def find_numbers(text: str) -> list[Found[Decimal]]:
    """Every number said in the text; an everyday word such as "do" or "so" only when it can be nothing else."""
    normal = normalise(text, squeeze=False)
    return [Found(number.value, *span) for number, span in _kept(normal)]


def _kept(normal: Normalised) -> list[tuple[Number, tuple[int, int]]]:
    parts = parts_of(normal.text)
    kept = []
    for number in read(parts, normal.text):
        if number.weak and not (number.first == 0 and number.last == len(parts) - 1):
            after = parts[number.last + 1].text if number.last + 1 < len(parts) else ""
            if after not in _COUNTED and fold(after) not in _COUNTED:
                continue
        kept.append((number, normal.span(parts[number.first].start, parts[number.last].end)))
    return kept
