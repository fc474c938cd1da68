"""Numbers and addresses that identify: phone, PIN code, Aadhaar, e-mail, application number.

A run of digits can be several of these; checksum, length and the words around decide, and `find_all` never gives one
span twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .found import Found
from .normalise import Normalised, normalise

Kind = Literal["phone", "pincode", "aadhaar", "email", "application_number"]

_MULTIPLY = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PERMUTE = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def verhoeff(digits: str) -> bool:
    """Whether ASCII digits carry a right check digit by Verhoeff's dihedral scheme, as Aadhaar numbers do."""
    check = 0
    for index, digit in enumerate(reversed(digits)):
        check = int(_MULTIPLY[check][int(_PERMUTE[index % 8][int(digit)])])
    return check == 0 and bool(digits)


_GAP = r"[ \-.]?"
_PHONE = re.compile(rf"(?<![\d+])(?:\+?91[ \-]?|0)?([6-9](?:\d{{9}}(?!\d)|(?:{_GAP}\d){{9}}(?!{_GAP}\d)))")
_PIN = re.compile(r"(?<!\d)(?<!\d[.,/ -])([1-8]\d{2} ?\d{3})(?![\d/]|[.,-]\d| ?\d)")
_AADHAAR = re.compile(r"(?<!\d)(?<!\d[ \-])([2-9]\d{3}[ \-]{0,3}\d{4}[ \-]{0,3}\d{4})(?![ \-]?\d)")
_EMAIL = re.compile(
    r"(?<![\w.%+-])[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<!\d)(?<![\d+][ \-])(?<![A-Za-z]{2}-)(\d{10,16})(?!\d)")
_OWN = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2,6})[ -]?((?:19|20)\d{2})[ -]?(\d{4,12})(?!\d)")
"""Letters, a year, a number; "is 9050 000012" has no year."""
_PRINTED = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2,4} )?[A-Za-z]{0,6}[/-]?\d[\dA-Za-z]*(?:[/-][\dA-Za-z]+|[ .]\d[\dA-Za-z]*)*"
    r"(?![A-Za-z0-9])"
)
_FEWEST_PRINTED = 4
"""Digits; fewer count something."""
_WORDS = frozenset(
    ["is", "no", "to", "my", "on", "of", "in", "it", "be", "me", "by", "for", "the", "was", "are", "and", "num", "hai"]
    + ["ka", "ki", "ke", "se", "ko", "aur", "on", "year", "saal", "from", "since", "till"]
)
"""Short words that stand before a number and are no part of it."""
_DIGITS = re.compile(r"\D")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Identifier:
    """A value in normal form (ASCII digits without gaps; e-mail in lower case) and what it is."""

    kind: Kind
    value: str


def _digits(text: str) -> str:
    return _DIGITS.sub("", text)


def _found(normal: Normalised, pattern: re.Pattern[str]) -> list[Found[str]]:
    if not _DIGIT.search(normal.text):
        return []
    return [Found(_digits(match[1]), *normal.span(*match.span())) for match in pattern.finditer(normal.text)]


def find_phones(text: str) -> list[Found[str]]:
    """Indian mobile numbers as ten digits, first 6 to 9 (TRAI numbering), with or without +91 or 0, freely spaced."""
    return _found(normalise(text, squeeze=False), _PHONE)


def find_pincodes(text: str) -> list[Found[str]]:
    """Postal index numbers: six digits, first 1 to 8 (India Post's zones; 9 is the army's)."""
    return _found(normalise(text, squeeze=False), _PIN)


def find_aadhaar(text: str) -> list[Found[str]]:
    """Aadhaar numbers: twelve digits, first 2 to 9, right check digit (UIDAI)."""
    return [found for found in _found(normalise(text, squeeze=False), _AADHAAR) if verhoeff(found.value)]


def find_emails(text: str) -> list[Found[str]]:
    """E-mail addresses in lower case."""
    normal = normalise(text, squeeze=False)
    return [Found(match.group().lower(), *normal.span(*match.span())) for match in _EMAIL.finditer(normal.text)]


def find_printed(text: str) -> list[Found[str]]:
    """Numbers of no known form, as they are printed on papers, in capitals: letters before digits, in groups."""
    normal = normalise(text, squeeze=False)
    return [
        Found(match.group().upper(), *normal.span(*match.span()))
        for match in _PRINTED.finditer(normal.text)
        if len(_digits(match.group())) >= _FEWEST_PRINTED
    ]


def find_application_numbers(text: str) -> list[Found[str]]:
    """Numbers of applications: our own form (letters, year, number; given back as `INC-2026-000123`), or a run of
    10 to 16 digits that is neither an Aadhaar number by its checksum nor, with ten digits, a mobile number.
    """
    normal = normalise(text, squeeze=False)
    if not _DIGIT.search(normal.text):
        return []
    found = [
        Found(f"{match[1].upper()}-{match[2]}-{match[3]}", *normal.span(*match.span()))
        for match in _OWN.finditer(normal.text)
        if match[1].lower() not in _WORDS
    ]
    taken = bytearray(len(text))
    for item in found:
        taken[item.start : item.end] = b"\x01" * (item.end - item.start)
    for match in _NUMBER.finditer(normal.text):
        value = match[1]
        if len(value) == 12 and value[0] in "23456789" and verhoeff(value):
            continue
        if (len(value) == 10 and value[0] in "6789") or (len(value) == 12 and value[:2] == "91" and value[2] in "6789"):
            continue
        start, end = normal.span(*match.span())
        if 1 not in taken[start:end]:
            found.append(Found(value, start, end))
    return sorted(found, key=lambda item: item.start)


def find_all(text: str) -> list[Found[Identifier]]:
    """Every identifier, each stretch of text once: e-mail before Aadhaar before application before phone before PIN."""
    finders: tuple[tuple[Kind, list[Found[str]]], ...] = (
        ("email", find_emails(text)),
        ("aadhaar", find_aadhaar(text)),
        ("phone", find_phones(text)),
        ("application_number", find_application_numbers(text)),
        ("pincode", find_pincodes(text)),
    )
    kept: list[Found[Identifier]] = []
    taken = bytearray(len(text))
    for kind, items in finders:
        for item in items:
            if 1 not in taken[item.start : item.end]:
                taken[item.start : item.end] = b"\x01" * (item.end - item.start)
                kept.append(Found(Identifier(kind, item.value), item.start, item.end))
    return sorted(kept, key=lambda item: item.start)
