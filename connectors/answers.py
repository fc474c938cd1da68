"""Redis's answers as text: the client decodes everything, which its types cannot know."""

from __future__ import annotations

from typing import Any, cast

Entries = list[tuple[str, dict[str, str] | None]]
"""Entries of a stream: id and fields (None: deleted meanwhile)."""


def text(answer: object) -> str:
    """A value, or an empty text where there is none."""
    return "" if answer is None else str(answer)


def texts(answer: object) -> dict[str, str]:
    """The fields of a hash."""
    return cast("dict[str, str]", answer)


def entries(answer: object) -> Entries:
    """XRANGE, XREVRANGE, and the second part of XAUTOCLAIM."""
    return cast(Entries, answer or [])


def items(answer: object) -> list[tuple[str, Entries]]:
    """XREADGROUP: stream and entries in pairs. The protocol's third version gives a mapping, the second a list."""
    found: Any = answer or []
    if isinstance(found, dict):
        return [(stream, [pair for page in pages for pair in page]) for stream, pages in found.items()]
    return [(stream, list(pairs)) for stream, pairs in found]
