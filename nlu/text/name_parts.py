"""Roman names put together from parts (Ram-dev, Chandra-kant, Sukh-winder), which rules by letter would misread."""

from __future__ import annotations

from functools import lru_cache

from .data import rows
from .transliterate_rules import latin_to_deva

_STARTS: dict[str, str] = {}
_ENDS: dict[str, str] = {}
for _latin, _deva, _where in rows("name_parts"):
    (_STARTS if _where == "start" else _ENDS)[_latin] = _deva
_LONGEST = 8
_SIGNS = frozenset("ािीुूेैोौ")


def to_deva(word: str) -> str:
    """A lower-case Roman name in Devanagari, known parts first, the rest by letter."""
    return _whole(word[:64])


@lru_cache(maxsize=4096)
def _whole(word: str) -> str:
    if word in _ENDS and _ENDS[word][0] not in _SIGNS:
        return _ENDS[word]
    for size in range(min(_LONGEST, len(word) - 2), 2, -1):
        ending = _ENDS.get(word[-size:])
        if ending and len(word) - size >= 2:
            rest = word[:-size]
            joined = ending[0] in _SIGNS
            if joined and rest[-1] in "aeiou":
                continue
            before = _STARTS.get(rest) or latin_to_deva(rest, joined=True)
            return before + ending
    for size in range(min(_LONGEST, len(word) - 3), 2, -1):
        beginning = _STARTS.get(word[:size])
        if beginning and word[size] not in "aeiouhy":
            return beginning + latin_to_deva(word[size:])
    return latin_to_deva(word)
