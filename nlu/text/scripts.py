"""Which writing system a text is in, by ISO 15924 code: Latn, Deva, Guru, Arab; Zyyy when it is none of these."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Literal

Script = Literal["Latn", "Deva", "Guru", "Arab", "Zyyy"]

_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x41, 0x5A, "Latn"),
    (0x61, 0x7A, "Latn"),
    (0xC0, 0x24F, "Latn"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x900, 0x963, "Deva"),
    (0x966, 0x97F, "Deva"),
    (0xA8E0, 0xA8FF, "Deva"),
    (0xA00, 0xA7F, "Guru"),
    (0x600, 0x6FF, "Arab"),
    (0x750, 0x77F, "Arab"),
    (0x8A0, 0x8FF, "Arab"),
    (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFC, "Arab"),
)


def _table() -> dict[str, Script]:
    table: dict[str, Script] = {}
    for first, last, script in _RANGES:
        for code in range(first, last + 1):
            if unicodedata.category(chr(code))[0] in "LM":
                table[chr(code)] = script
    return table


LETTER_SCRIPT = _table()
"""Script of each letter or mark; digits and punctuation belong to nobody."""


def _digit_script(char: str) -> Script | None:
    code = ord(char)
    if 0x966 <= code <= 0x96F:
        return "Deva"
    if 0xA66 <= code <= 0xA6F:
        return "Guru"
    if 0x660 <= code <= 0x669 or 0x6F0 <= code <= 0x6F9:
        return "Arab"
    return None


def _counts(text: str) -> Counter[Script]:
    counts: Counter[Script] = Counter()
    for char, times in Counter(text).items():
        script = LETTER_SCRIPT.get(char)
        if script:
            counts[script] += times
    if not counts:
        for char in text:
            script = _digit_script(char)
            if script:
                counts[script] += 1
    return counts


def share(text: str) -> dict[Script, float]:
    """Part of the letters in each script, adding up to 1; empty without letters.

    A text of digits alone is judged by its digits.
    """
    counts = _counts(text)
    total = sum(counts.values())
    return {script: count / total for script, count in counts.most_common()}


def script_of(text: str) -> Script:
    """The script of most letters."""
    counts = _counts(text)
    return counts.most_common(1)[0][0] if counts else "Zyyy"
