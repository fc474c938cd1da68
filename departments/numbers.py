"""Numbers of applications and certificates: how they are made, checked, and read from what a person typed.

Application: three letters of the department, the year, nine digits, e.g. `REV-2026-482159379`; certificate: the same
with a C after the letters, `REVC-2026-482159374`. The first eight digits are random, so that nobody can count through
the numbers of others; the ninth is a check digit (Damm's quasigroup of order 10, H. M. Damm 2004) over the letters as
two digits each (A = 10 … Z = 35), the year and the eight digits. It finds every single wrong digit and every swapped
neighbouring pair. Letters and year are inside it, so a number of another department or year is found too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

PATTERN = re.compile(r"^([A-Z]{3}C?)-(\d{4})-(\d{8})(\d)$")
_LOOSE = re.compile(r"^([A-Z]{3}C?)([0-9OILSB]{4})([0-9OILSB]{9})$")
_SLIPS = str.maketrans("OILSB", "01158")
"""Letters that are typed or read for digits."""
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(letters: str, year: str, digits: str) -> str:
    interim = 0
    for figure in "".join(str(ord(c) - 55) for c in letters) + year + digits:
        interim = _DAMM[interim][int(figure)]
    return str(interim)


def letters_of(department: str, certificate: bool = False) -> str:
    """First three letters of the department's id; they differ for all departments (a test holds it)."""
    return department.replace("_", "")[:3].upper() + ("C" if certificate else "")


def make(department: str, year: int, below: Callable[[int], int], certificate: bool = False) -> str:
    """A fresh number; `below(n)` draws an unguessable integer in 0…n-1. Uniqueness is for the database to hold."""
    letters, digits = letters_of(department, certificate), f"{below(10**8):08d}"
    return f"{letters}-{year}-{digits}{check_digit(letters, str(year), digits)}"


def valid(number: str) -> bool:
    found = PATTERN.match(number)
    return bool(found) and check_digit(*found.groups()[:3]) == found.group(4) if found else False


def read(typed: str) -> str | None:
    """The number in its one form from what a person typed: any case, spaces, dashes, digits of any script, O for 0 and
    the like. None when it has not the shape; the check digit is not looked at."""
    text = "".join(
        str(unicodedata.digit(c)) if unicodedata.digit(c, None) is not None else c
        for c in unicodedata.normalize("NFKC", typed).upper()
    )
    found = _LOOSE.match(re.sub(r"[^A-Z0-9]", "", text))
    if not found:
        return None
    letters, year, digits = found.groups()
    return f"{letters}-{year.translate(_SLIPS)}-{digits.translate(_SLIPS)}"
