"""Whether a short message is somebody's name although its first word is a greeting or a call (Namaste Lal, Madad Ali).

A name that is asked for must not be lost to small talk; "namaste ji" must not become a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from nlu.text.data import rows
from nlu.text.names import is_name, transliterate
from nlu.text.roman import fold

MOST_WORDS = 4
SURE = 0.85
"""Confidence of the model that a span is a name, when the span is the whole message."""


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Folded Roman forms of the common names."""
    return frozenset(fold(form) for cells in rows("names") for form in cells[0].split())


def looks_like_a_name(text: str, entities: Sequence[Mapping[str, Any]]) -> bool:
    """Two to four words that end in a common name, or that the model is sure are one name."""
    said = text.strip(" .,!")
    words = said.split()
    if not 2 <= len(words) <= MOST_WORDS or not is_name(said):
        return False
    names = [e for e in entities if e["entity"] == "person_name" and e["end"] - e["start"] >= len(said)]
    if any(float(e.get("confidence_entity") or 0.0) >= SURE for e in names):
        return True
    last = words[-1] if words[-1].isascii() else transliterate(words[-1], "Latn")
    return fold(last.lower()) in _known()
