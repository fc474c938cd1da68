"""Amounts and dates as people write them, in the four languages, with the digits 0-9 that every clerk reads.

Words are data (`numerals.yml`); grouping is Indian: 12,34,567, and hundred, thousand, lakh, crore.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Numerals:
    units: tuple[str, ...]
    scales: tuple[str, ...]
    months: tuple[str, ...]


@lru_cache(maxsize=1)
def _numerals() -> dict[str, Numerals]:
    data = yaml.safe_load((Path(__file__).parent / "numerals.yml").read_text("utf-8"))
    return {
        language: Numerals(tuple(e["units"].split()), tuple(e["scales"].split()), tuple(e["months"].split()))
        for language, e in data.items()
    }


def grouped(amount: int) -> str:
    """1234567 → 12,34,567."""
    head, tail = divmod(amount, 1000)
    if not head:
        return str(tail)
    pairs = []
    while head:
        head, pair = divmod(head, 100)
        pairs.append(f"{pair:02}" if head else str(pair))
    return ",".join([*reversed(pairs), f"{tail:03}"])


def in_words(amount: int, language: str) -> str:
    """1234567 → twelve lakh thirty-four thousand five hundred sixty-seven."""
    names = _numerals()[language]
    if amount < 100:
        return names.units[amount]
    parts = []
    for value, scale in ((10**7, 3), (10**5, 2), (1000, 1), (100, 0)):
        count, amount = divmod(amount, value)
        if count:
            parts += [in_words(count, language), names.scales[scale]]
    if amount:
        parts.append(names.units[amount])
    return " ".join(parts)


def day(value: date, language: str) -> str:
    """4 May 1990, with the month's name: no one can take the day for the month."""
    return f"{value.day} {_numerals()[language].months[value.month - 1]} {value.year}"
