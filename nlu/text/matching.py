"""Which of the given things a text names: by spelling, folded spelling, cross-script key, or a slip of the finger.

Knows nothing of what the things are; services, places and choices come as spellings by key. Built once, then quick
for hundreds of spellings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .distance import distance
from .normalise import normalise
from .pivot import pivot
from .roman import fold
from .tokens import Word, words, words_of

_EXACT, _FOLDED, _PIVOT, _FUZZY = 1.0, 0.95, 0.85, 0.8
_MIN_PIVOT = 3
"""Shorter keys collide by accident: "do", "de" and "दी" are all `d`."""
_MIN_FUZZY = 5


@dataclass(frozen=True)
class Match:
    """`key` is the thing named; `score` is in (0, 1], 1 for its very spelling; the span is of the person's text."""

    key: str
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class _Forms:
    exact: str
    folded: str
    pivot: str


def _forms(window: Sequence[Word]) -> _Forms:
    exact = "".join(word.text for word in window)
    folded = "".join(fold(word.text) for word in window)
    return _Forms(exact, folded, "".join(pivot(word.text).lower() for word in window))


class Matcher:
    """Finds the things whose spellings are given. Spaces do not matter: "ration card" is "rationcard"."""

    def __init__(self, spellings: Mapping[str, Sequence[str]]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._folded: dict[str, set[str]] = {}
        self._pivot: dict[str, set[str]] = {}
        self._near: dict[str, set[str]] = {}
        self._longest = 1
        for key, phrases in spellings.items():
            for phrase in {key.replace("_", " "), *phrases}:
                self._add(key, phrase)

    def _add(self, key: str, phrase: str) -> None:
        parts = words_of(normalise(phrase))
        if not parts:
            return
        self._longest = max(self._longest, len(parts))
        forms = _forms(parts)
        self._exact.setdefault(forms.exact, set()).add(key)
        self._folded.setdefault(forms.folded, set()).add(key)
        if len(forms.pivot) >= _MIN_PIVOT:
            self._pivot.setdefault(forms.pivot, set()).add(key)
        if len(forms.folded) >= _MIN_FUZZY:
            for shortened in _shortened(forms.folded):
                self._near.setdefault(shortened, set()).add(forms.folded)

    def find(self, text: str, limit: int = 3) -> list[Match]:
        """At most `limit` things named in the text, best first; a thing once, at its best place.

        A longer name hides the shorter ones inside it ("income certificate" hides "certificate"); several things of
        one name all come back.
        """
        found = words(text)
        candidates: list[tuple[int, Match]] = []
        for first in range(len(found)):
            for size in range(1, min(self._longest + 1, len(found) - first) + 1):
                window = found[first : first + size]
                for key, score in self._score(_forms(window)):
                    match = Match(key, score, window[0].start, window[-1].end)
                    candidates.append((sum(len(word.text) for word in window), match))
        return _best(candidates, limit)

    def _score(self, forms: _Forms) -> Iterable[tuple[str, float]]:
        for table, form, score in (
            (self._exact, forms.exact, _EXACT),
            (self._folded, forms.folded, _FOLDED),
            (self._pivot, forms.pivot, _PIVOT),
        ):
            keys = table.get(form)
            if keys:
                return [(key, score) for key in keys]
        if len(forms.folded) < _MIN_FUZZY:
            return ()
        bound = 1 if len(forms.folded) < 8 else 2
        near: dict[str, float] = {}
        for shortened in _shortened(forms.folded):
            for spelling in self._near.get(shortened, ()):
                steps = distance(forms.folded, spelling, bound)
                if steps > bound or (spelling[0] != forms.folded[0] and steps > 1):
                    continue
                score = _FUZZY * (1 - steps / len(spelling))
                for key in self._folded[spelling]:
                    near[key] = max(near.get(key, 0.0), score)
        return near.items()


def _shortened(form: str) -> set[str]:
    """The form with no and with any one letter left out: two forms within one edit share such a shortening."""
    if len(form) > 40:
        return {form}
    return {form} | {form[:index] + form[index + 1 :] for index in range(len(form))}


def _best(candidates: list[tuple[int, Match]], limit: int) -> list[Match]:
    candidates.sort(key=lambda item: (-item[0] * item[1].score, -item[1].score, item[1].start, item[1].key))
    kept: list[Match] = []
    for _, match in candidates:
        if any(match.key == other.key for other in kept):
            continue
        if any(
            match.start < other.end and match.end > other.start and (match.start, match.end) != (other.start, other.end)
            for other in kept
        ):
            continue
        kept.append(match)
        if len(kept) == limit:
            break
    return sorted(kept, key=lambda match: -match.score)


def best(text: str, spellings: Mapping[str, Sequence[str]], limit: int = 3) -> list[Match]:
    """`Matcher(spellings).find(text, limit)` for a handful of spellings."""
    return Matcher(spellings).find(text, limit)
