"""Folding of free romanised spelling: "zameen", "jamin" and "zamiin" are one word."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"ee|ii|ey|ie"), "i"),
    (re.compile(r"oo|uu"), "u"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"sh"), "s"),
    (re.compile(r"chh"), "ch"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_LETTERS = str.maketrans({"w": "v", "z": "j", "x": "ks"})


_LONGEST = 64


def fold(word: str) -> str:
    """Folded spelling of a word in Roman letters, lower case; words in other scripts only lose their case.

    Of a very long word the beginning counts.
    """
    return _fold(word[:_LONGEST])


@lru_cache(maxsize=65536)
def _fold(word: str) -> str:
    text = word.lower()
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        if len(plain) * 2 < len(text):
            return text
        text = plain
    text = text.translate(_LETTERS)
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text
