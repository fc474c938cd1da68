"""Sums of money in rupees: "1.2 lakh", "50k", "₹1,20,000/-", "डेढ़ लाख", "ਢਾਈ ਲੱਖ", "سوا لاکھ", "20 hazar mahina"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .data import rows
from .found import Found
from .normalise import normalise
from .number_words import Part, parts_of
from .numbers import Number, read
from .roman import fold

Per = Literal["month", "year"]
LARGEST = 10**12


@dataclass(frozen=True)
class Amount:
    """Whole rupees (paise cut off), and the time they are earned or paid in, where it is said."""

    rupees: int
    per: Per | None = None

    @property
    def yearly(self) -> int:
        """Rupees a year; an amount without a time counts as a year's."""
        return self.rupees * 12 if self.per == "month" else self.rupees


_WORDS: dict[str, frozenset[str]] = {
    cells[0]: frozenset(normalise(word).text for word in cells[1].split()) for cells in rows("money")
}
_FOLDED = {kind: frozenset(fold(word) for word in words) for kind, words in _WORDS.items()}
_BEFORE = re.compile(r"(?:₹|\brs\.?|\binr|रु\.?|ਰੁ\.?)\s*\Z", re.IGNORECASE)
_AFTER = re.compile(r"\s*(?:/-|/=|₹|rs\b|inr\b)", re.IGNORECASE)
_SHORT_PER = re.compile(r"[\s/-]{0,4}p\.\s?([am])(?:\.|\b)", re.IGNORECASE)
"""p.a. and p.m. with their dots."""
_REACH = 3
"""How many linking words may stand between an amount and its "a month"."""


def _is(kind: str, word: str) -> bool:
    return word in _WORDS[kind] or (len(word) > 2 and word.isascii() and fold(word) in _FOLDED[kind])


def _per(parts: list[Part], number: Number) -> Per | None:
    """The time named nearest to the number: after it first, then before it, over linking words and "rupees"."""
    if parts[number.last].text == "lpa":
        return "year"
    for step, start in ((1, number.last + 1), (-1, number.first - 1)):
        index = start
        for _ in range(_REACH + 1):
            if not 0 <= index < len(parts):
                break
            word = parts[index].text
            if _is("month", word):
                return "month"
            if _is("year", word):
                return "year"
            if not (_is("link", word) or _is("rupee", word)) or (parts[index].meaning is not None and word.isdigit()):
                break
            index += step
    return None


def _income(value: int) -> bool:
    """Whether a bare number can be what somebody earns, rather than a year, a PIN code or a telephone number."""
    return 1000 <= value < 10**8 and not 1900 <= value <= 2100 and not 110_000 <= value < 111_000


def find_amounts(text: str, bare: bool = False) -> list[Found[Amount]]:
    """Amounts in the text. A number counts when a currency sign or word, a scale from thousand on (k, lakh, crore) or
    a "per month" stands with it, or when it is the whole text; with `bare`, every number counts.
    """
    normal = normalise(text, squeeze=False)
    parts = parts_of(normal.text)
    earned = any(_is("earning", part.text) for part in parts)
    found: list[Found[Amount]] = []
    for number in read(parts, normal.text):
        start, end = parts[number.first].start, parts[number.last].end
        whole = number.first == 0 and number.last == len(parts) - 1
        before = _BEFORE.search(normal.text[max(0, start - 6) : start])
        after = _AFTER.match(normal.text, end)
        following = parts[number.last + 1].text if number.last + 1 < len(parts) else ""
        preceding = parts[number.first - 1].text if number.first else ""
        rupees = bool(before or after) or _is("rupee", following) or _is("rupee", preceding)
        short = _SHORT_PER.match(normal.text, end)
        per: Per | None = ("month" if short[1] in "mM" else "year") if short else _per(parts, number)
        large = (number.scaled and number.value >= 1000) or (earned and _income(int(number.value)))
        if not (rupees or large or whole or bare or (per and number.value >= 100)) or number.value > LARGEST:
            continue
        if number.weak and not (whole or rupees):
            continue
        if before:
            start = start - len(before.group())
        if after:
            end = after.end()
        elif _is("rupee", following):
            end = parts[number.last + 1].end
        found.append(Found(Amount(int(number.value), per), *normal.span(start, end)))
    return found
