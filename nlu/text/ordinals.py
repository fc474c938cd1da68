"""Which of several things on offer is meant by its place: "the second one", "पहला वाला", "number 3"."""

from __future__ import annotations

from functools import lru_cache

from .data import rows
from .normalise import normalise
from .tokens import words

LAST = -1
_FILLER = "filler"


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], frozenset[str]]:
    places: dict[str, int] = {}
    filler: set[str] = set()
    for kind, forms in rows("ordinals"):
        for form in forms.split():
            for word in words(normalise(form).text):
                if kind == _FILLER:
                    filler.add(word.text)
                elif not word.text.isdigit() and len(word.text) > 2:
                    places[word.text] = int(kind)
    return places, frozenset(filler | {"st", "nd", "rd", "th"})


def place_meant(text: str) -> int | None:
    """The place, counted from 1, or `LAST`; None unless the text is nothing but one such word or number and what may
    stand around it."""
    places, filler = _table()
    found: list[int] = []
    for word in words(text):
        if word.text.isdigit() and len(word.text) <= 2:
            found.append(int(word.text))
        elif word.text in places:
            found.append(places[word.text])
        elif word.text not in filler:
            return None
    return found[0] if len(found) == 1 and found[0] else None
