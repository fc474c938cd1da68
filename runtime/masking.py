"""Personal numbers and addresses out of free text, for everything that is kept or counted.

Finds Aadhaar numbers (twelve digits of any script, not starting with 0 or 1, right by Verhoeff's check digit), Indian
mobile numbers, and e-mail addresses, whatever spaces or dashes stand between the digits. Decides by form alone; it
cannot know a name.
"""

from __future__ import annotations

import re
import unicodedata

# Spaces, dashes, dots, strokes, and characters without width that keyboards and copied text leave between digits.
_BETWEEN = "[\\s./_\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060\u2066-\u2069\ufeff\\-]{0,4}"
_RUN = re.compile(rf"(?:\+\s?)?\d(?:{_BETWEEN}\d){{9,}}")
"""Fewer than ten digits are no number of those kinds."""
_GROUP = re.compile(r"\d+")
_HEX = re.compile(r"[0-9A-Fa-f]{16,}")
_EMAIL = re.compile(r"[^\s@<>()\"',;:]+@[^\s@<>()\"',;:]+\.[^\s@<>()\"',;:.\d]{2,}")

_MULTIPLY = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTE = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def mask(text: str) -> str:
    """Aadhaar numbers become `XXXX XXXX 1234`, mobile numbers `XXXXXXXX10`, e-mail addresses `***@***`."""
    if "@" in text:
        text = _EMAIL.sub("***@***", text)
    if _RUN.search(text) is None:
        return text
    hexes = [found.span() for found in _HEX.finditer(text) if not found.group().isdigit()]

    def replace(run: re.Match[str]) -> str:
        # Ids and hashes hold digit runs too, and masking them would make a log useless.
        if any(start <= run.start() and run.end() <= end for start, end in hexes):
            return run.group()
        return _mask_run(run.group())

    return _RUN.sub(replace, text)


def verhoeff(digits: str) -> bool:
    """Whether the last of these ASCII digits is the check digit of the others."""
    check = 0
    for position, digit in enumerate(reversed(digits)):
        check = _MULTIPLY[check][_PERMUTE[position % 8][int(digit)]]
    return check == 0


def _mask_run(run: str) -> str:
    """One run of digit groups. Numbers begin and end where groups do, so that longer ones stay what they are."""
    groups = [found.span() for found in _GROUP.finditer(run)]
    first = 0
    pieces: list[str] = []
    done = 0
    while first < len(groups):
        for last in range(first, len(groups)):
            start, end = groups[first][0], groups[last][1]
            digits = "".join(str(unicodedata.decimal(c)) for c in run[start:end] if c.isdecimal())
            if len(digits) > 13:
                break
            masked = _masked(digits)
            if masked:
                pieces += [run[done:start], masked]
                done, first = end, last
                break
        first += 1
    return "".join(pieces) + run[done:]


def _masked(digits: str) -> str | None:
    if len(digits) == 12 and digits[0] > "1" and verhoeff(digits):
        return f"XXXX XXXX {digits[-4:]}"
    if len(digits) in (10, 11, 12, 13) and digits[-10] in "6789" and digits[:-10] in ("", "0", "91", "091"):
        return f"XXXXXXXX{digits[-2:]}"
    return None
