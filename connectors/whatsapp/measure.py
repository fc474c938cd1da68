"""Length of a text as WhatsApp counts it (UTF-16 units), and cuts that never split what a person sees as one letter."""

from __future__ import annotations

import regex

_LETTERS = regex.compile(r"\X")
ELLIPSIS = "…"


def units(text: str) -> int:
    """UTF-16 code units: what Meta's limits count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """`text` if it fits `limit` units, else its first whole letters (grapheme clusters) and an ellipsis."""
    if units(text) <= limit:
        return text
    return _prefix(text, limit - 1).rstrip() + ELLIPSIS


def split(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` units, broken at paragraphs, lines, spaces or letters, in this order."""
    pieces = []
    while units(text) > limit:
        head = _prefix(text, limit)
        for border in ("\n\n", "\n", " "):
            place = head.rfind(border)
            if place > len(head) // 3:
                head = head[:place]
                break
        pieces.append(head.rstrip())
        text = text[len(head) :].lstrip()
    return [*pieces, text] if text or not pieces else pieces


def _prefix(text: str, limit: int) -> str:
    """The longest start of whole grapheme clusters within `limit` units; one too long is cut by characters."""
    taken = end = 0
    for letter in _LETTERS.finditer(text):
        size = units(letter.group())
        if taken + size > limit:
            break
        taken, end = taken + size, letter.end()
    return text[:end] if end else text[: max(1, limit // 2)]
