"""Text of people, made harmless before it is stored. Changes no letter that anybody can see."""

from __future__ import annotations

import re

_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u202a-\u202e\u2066-\u2069"  # overrides and isolates of direction: they make a text show as what it is not
    "\ufff9-\ufffb\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"  # annotations, lone surrogates, tags
)
_LINES = re.compile(r"\n{3,}")


def harmless(text: str, limit: int = 4096) -> str:
    """`text` without control characters, direction overrides and lone surrogates, cut at `limit` characters.

    Joiners (U+200C, U+200D) stay: Indic scripts and Urdu are written with them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LINES.sub("\n\n", _HARMFUL.sub("", text)).strip()[:limit]


def name_of_file(text: str) -> str:
    """A file's name as given by a person or a channel: the last part of a path, harmless, at most 100 characters."""
    last = re.split(r"[\\/]", harmless(text, 1000))[-1].strip(". \n\t")
    return re.sub(r"[\n\t\"<>|:*?]", "_", last)[-100:]
