"""Numbers in digits of any script and in words of four languages, native and Roman, up to crores and arabs.

Knows सवा, डेढ़, ढाई, साढ़े and पौने. What a number counts (rupees, people, a day of the month) is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .data import rows
from .found import Found
from .normalise import normalise
from .number_words import Meaning, Part, parts_of
from .roman import fold

_GAP = re.compile(r"\s{0,3},?\s{0,3}(?:-\s?)?")
_AND = frozenset({"and", "aur", "और", "ਅਤੇ", "ਤੇ", "اور", "te", "n"})
_GLUED_SCALES = frozenset({"k", "l", "cr"})
"""Letters that are a scale only right behind a number: 50k, 2.5l, 3cr."""
_TENS = frozenset(Decimal(ten) for ten in range(20, 100, 10))
_HALF = Decimal("0.5")


@dataclass(frozen=True)
class Number:
    """A number over the parts `first` to `last` (inclusive); `scaled` when a scale or fraction word is in it.

    `weak`: each of its words is also an everyday word.
    """

    value: Decimal
    first: int
    last: int
    scaled: bool
    weak: bool


class _Reader:
    """Adds up one number, part after part; each method says whether the part still belongs to it."""

    def __init__(self, parts: Sequence[Part], text: str, first: int) -> None:
        self.parts, self.text, self.first, self.last = parts, text, first, first - 1
        self.total = Decimal(0)
        self.current: Decimal | None = None
        self.fraction: Decimal | None = None
        self.scale: Decimal | None = None
        self.tens = self.scaled = False
        self.weak = True

    def read(self) -> Number | None:
        index = self.first
        while index < len(self.parts):
            if index > self.first and not self._close(index - 1, index):
                break
            meaning = self.parts[index].meaning
            if meaning is None:
                if not self._joins(index):
                    break
            elif self._take(index, meaning):
                self.weak = self.weak and meaning.weak
                self.last = index
            else:
                break
            index += 1
        if self.last < self.first:
            return None
        value = self.total + (self.current or 0) + (self.fraction or 0)
        return Number(value, self.first, self.last, self.scaled, self.weak)

    def _close(self, left: int, right: int) -> bool:
        return _GAP.fullmatch(self.text, self.parts[left].end, self.parts[right].start) is not None

    def _next(self, index: int) -> Meaning | None:
        return self.parts[index + 1].meaning if index + 1 < len(self.parts) else None

    def _joins(self, index: int) -> bool:
        """ "two hundred and fifty": an "and" inside a number already scaled, before another plain part."""
        after = self._next(index)
        if self.parts[index].text not in _AND or not self.scaled or after is None:
            return False
        return not after.weak and after.kind in ("unit", "digits")

    def _take(self, index: int, meaning: Meaning) -> bool:
        if meaning.kind == "scale":
            return self._take_scale(index, meaning)
        if meaning.kind in ("plus", "times"):
            return self._take_fraction(index, meaning)
        return self._take_unit(index, meaning)

    def _take_scale(self, index: int, meaning: Meaning) -> bool:
        part = self.parts[index]
        if part.text in _GLUED_SCALES and (self.current is None or part.start != self.parts[index - 1].end):
            return False
        if meaning.weak and self.current is None and self.fraction is None:
            return False
        value, base = meaning.value, self.current if self.current is not None else Decimal(1)
        if self.fraction is not None:
            # सवा लाख is one and a quarter; साढ़े तीन लाख three and a half.
            base += self.fraction
        if value == 100:
            if self.current is not None and self.current >= 100:
                return False
            self.current = base * 100
        elif self.scale is not None and value >= self.scale:
            # "lakh crore": the larger scale multiplies all that went before.
            if self.current is not None:
                return False
            self.total, self.scale = self.total * value, value
        else:
            self.total += base * value
            self.current, self.scale = None, value
        self.fraction, self.scaled, self.tens = None, True, False
        return True

    def _take_fraction(self, index: int, meaning: Meaning) -> bool:
        after = self._next(index)
        if self.current is not None or self.fraction is not None:
            return False
        if meaning.kind == "times":
            if meaning.weak and (after is None or after.kind != "scale"):
                return False
            self.current = meaning.value
        elif after is None or (after.kind == "scale" and meaning.value == _HALF):
            return False
        else:
            self.fraction = meaning.value
        self.scaled = True
        return True

    def _take_unit(self, index: int, meaning: Meaning) -> bool:
        value, after = meaning.value, self._next(index)
        if self.current is None:
            if self.scale is not None and (
                value >= self.scale or value < 1 or (meaning.weak and (after is None or after.kind != "scale"))
            ):
                return False
            self.current = value
        elif (meaning.kind == "unit" and self.tens and 0 < value < 10 and meaning.english) or (
            self.scaled and self.current >= 100 and self.current % 100 == 0 and value < 100 and not meaning.weak
        ):
            self.current += value
        else:
            return False
        self.tens = meaning.kind == "unit" and value in _TENS
        return True


def read(parts: Sequence[Part], text: str) -> list[Number]:
    """All numbers among the parts of the normal text, left to right, none inside another."""
    found: list[Number] = []
    index = 0
    while index < len(parts):
        number = _Reader(parts, text, index).read() if parts[index].meaning else None
        if number:
            found.append(number)
        index = number.last + 1 if number else index + 1
    return found


_COUNTED = frozenset(word for cells in rows("counted") for word in cells[0].split())


def find_numbers(text: str) -> list[Found[Decimal]]:
    """Every number said in the text; an everyday word such as "do" or "so" only when it stands alone or before
    something that is counted.
    """
    normal = normalise(text, squeeze=False)
    parts = parts_of(normal.text)
    found: list[Found[Decimal]] = []
    for number in read(parts, normal.text):
        alone = number.first == 0 and number.last == len(parts) - 1
        after = parts[number.last + 1].text if number.last + 1 < len(parts) else ""
        if number.weak and not alone and after not in _COUNTED and fold(after) not in _COUNTED:
            continue
        found.append(Found(number.value, *normal.span(parts[number.first].start, parts[number.last].end)))
    return found
