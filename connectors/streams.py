"""Answers of XREADGROUP in one shape, whichever protocol version the client speaks."""

from __future__ import annotations

Entries = list[tuple[str, dict[str, str] | None]]


def items(answer: object) -> list[tuple[str, Entries]]:
    """Stream and entries, in pairs. The third version of the protocol answers with a mapping, the second with a list."""
    if not answer:
        return []
    if isinstance(answer, dict):
        return [(stream, _flat(pages)) for stream, pages in answer.items()]
    return [(pair[0], list(pair[1])) for pair in answer] if isinstance(answer, list) else []


def _flat(pages: list[object]) -> Entries:
    found: Entries = []
    for page in pages:
        if isinstance(page, list):
            found.extend(page)
        elif isinstance(page, tuple):
            found.append(page)
    return found
