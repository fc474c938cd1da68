"""Relatives named in a sentence ("my papa", "والد"): which relation, and where."""

from __future__ import annotations

from functools import lru_cache

from .data import rows
from .found import Found
from .normalise import normalise
from .roman import fold
from .tokens import words

RELATIONS: dict[str, str] = {
    normalise(form).text.lower(): relation for relation, forms in rows("kin") for form in forms.split()
}
_FOLDED = {fold(form): relation for form, relation in RELATIONS.items() if form.isascii() and len(form) > 3}


def find_kin(text: str) -> list[Found[str]]:
    """Relations in order of the text, such as "father"; the span is that of the word alone."""
    return list(_kin(text))


@lru_cache(maxsize=16)
def _kin(text: str) -> tuple[Found[str], ...]:
    found = []
    for word in words(text):
        relation = RELATIONS.get(word.text)
        if relation is None and word.text.isascii() and len(word.text) > 3:
            relation = _FOLDED.get(fold(word.text))
        if relation is not None:
            found.append(Found(relation, word.start, word.end))
    return tuple(found)
