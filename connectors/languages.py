"""Which of the four languages to answer in, when there is no conversation yet to tell it."""

from __future__ import annotations

import re

from catalogue.model import LANGUAGES

RIGHT_TO_LEFT = frozenset({"ur"})
NAMES = {"en": "English", "hi": "हिन्दी", "pa": "ਪੰਜਾਬੀ", "ur": "اردو"}
"""Each language in its own script, as a person looks for it."""


def chosen(wanted: str | None, accept: str | None = None, default: str = "en") -> str:
    """The first language of ours in `wanted` (one code), then in an Accept-Language header, by its weights."""
    if wanted in LANGUAGES:
        return str(wanted)
    weighted: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept or "")[:500].split(",")):
        found = re.fullmatch(
            r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*", part
        )
        if found and found.group(1).lower() in LANGUAGES:
            weight = float(found.group(2) or 1)
            if weight > 0:
                weighted.append((-weight, place, found.group(1).lower()))
    return min(weighted)[2] if weighted else default


def direction(lang: str) -> str:
    return "rtl" if lang in RIGHT_TO_LEFT else "ltr"
