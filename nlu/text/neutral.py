"""People's values made safe to show inside our own sentences."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKUP = re.compile(r"```|[*_~`]")
_KEEP = {"\u200c", "\u200d"}
"""Joiners change how Indic and Perso-Arabic letters look; they cannot turn the direction of a line."""


@lru_cache(maxsize=64)
def neutral(text: str) -> str:
    """The text without direction overrides, control characters, lone surrogates and WhatsApp's markup signs.

    Every run of white space, line breaks included, becomes one space, so that a value cannot pose as a new line of
    the assistant's.
    """
    out: list[str] = []
    for char in _MARKUP.sub("", text):
        if char.isspace():
            out.append(" ")
            continue
        category = unicodedata.category(char)
        if category[0] == "C" and char not in _KEEP:
            continue
        out.append(char)
    return " ".join("".join(out).split())
