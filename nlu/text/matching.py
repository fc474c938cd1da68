"""Which of the given things a text names: by spelling, folded spelling, cross-script key, or a slip of the finger.

Knows nothing of what the things are; services, places and choices come as spellings by key. Built once, then quick
for hundreds of spellings.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .distance import distance
from .normalise import normalise
from .pivot import pivot
from .roman import fold
from .tokens import Word, words, words_of

_EXACT, _FOLDED, _PIVOT, _FUZZY = 1.0, 0.95, 0.85, 0.8
_MIN_PIVOT = 3
"""Shorter keys collide by accident: "do", "de" and "दी" are all `d`."""
_MIN_JOINED_PIVOT = 6
"""Where the words are cut differently ("mool niwas" and "ملین سے" are both `mlns`), a key must be longer."""
_MIN_FUZZY = 5
_HEAD = 8
"""Letters by which it is told whether any spelling begins as some words do."""
_MIN_WORD = 4
"""Shorter words are like too many others to hint at a misspelt name."""
_REMEMBERED = 4096
"""Words of which each list of names remembers whether one begins so."""
LONGEST = 400
"""Words of a text that are read; a name stands near the beginning or not at all."""


@dataclass(frozen=True)
class Match:
    """`key` is the thing named; `score` is in (0, 1], 1 for its very spelling; the span is of the person's text."""

    key: str
    score: float
    start: int
    end: int


class _Piece(NamedTuple):
    """A word with the three spellings under which it is looked up, and what `_shortened` makes of it."""

    word: Word
    folded: str
    pivot: str
    shortened: frozenset[str]
    """Empty for a word too short to hint at a name."""


class Matcher:
    """Finds the things whose spellings are given. Spaces do not matter: "ration card" is "rationcard".

    Of a text only the first `LONGEST` words are read. Built matchers do not change and may be shared by threads.
    """

    def __init__(self, spellings: Mapping[str, Sequence[str]]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._folded: dict[str, set[str]] = {}
        self._pivot: dict[str, set[str]] = {}
        self._near: dict[str, set[str]] = {}
        self._vocabulary: set[str] = set()
        self._exact_heads, self._folded_heads, self._pivot_heads = {""}, {""}, {""}
        self._beginnings: dict[str, bool] = {}
        self._last: tuple[str, list[tuple[int, Match]]] = "", []
        """One message is asked about several times."""
        self._most_words = self._most_letters = 1
        for key, phrases in spellings.items():
            for phrase in {key.replace("_", " "), *phrases}:
                self._add(key, phrase)

    def _add(self, key: str, phrase: str) -> None:
        parts = words_of(normalise(phrase))
        if not parts:
            return
        exact = "".join(part.text for part in parts)
        folds = [fold(part.text) for part in parts]
        folded = "".join(folds)
        sounds = [pivot(part.text).lower() for part in parts]
        self._most_words = max(self._most_words, len(parts))
        self._most_letters = max(self._most_letters, len(exact))
        self._exact.setdefault(exact, set()).add(key)
        self._folded.setdefault(folded, set()).add(key)
        joined = "".join(sounds)
        for form, heads in (
            (exact, self._exact_heads),
            (folded, self._folded_heads),
            (joined, self._pivot_heads),
        ):
            heads.update(form[:length] for length in range(1, _HEAD + 1))
        if len(joined) >= _MIN_PIVOT:
            self._pivot.setdefault(" ".join(sounds), set()).add(key)
        if len(joined) >= _MIN_JOINED_PIVOT:
            self._pivot.setdefault(joined, set()).add(key)
        if len(folded) >= _MIN_FUZZY:
            for shortened in _shortened(folded):
                self._near.setdefault(shortened, set()).add(folded)
        for plain in folds:
            if len(plain) >= _MIN_WORD:
                self._vocabulary |= _shortened(plain)

    def find(self, text: str, limit: int = 3, among: Container[str] | None = None) -> list[Match]:
        """At most `limit` things named in the text, best first; a thing once, at its best place.

        A longer name hides the shorter ones inside it ("income certificate" hides "certificate"); several things of
        one name all come back. `among`: the only things that count, others hide nothing.
        """
        last, candidates = self._last
        if last != text:
            candidates = self._all(text)
            self._last = text, candidates
        if among is not None:
            candidates = [one for one in candidates if one[1].key in among]
        return _best(candidates, limit)

    def _all(self, text: str) -> list[tuple[int, Match]]:
        """All things named in the text, with the number of letters by which each is."""
        pieces = _pieces(text)
        known = [not self._vocabulary.isdisjoint(piece.shortened) for piece in pieces]
        hints = _next(known)
        candidates: list[tuple[int, Match]] = []
        for first, piece in enumerate(pieces):
            end = min(first + self._most_words + 1, len(pieces))
            begun = self._begins_with(piece)
            if not begun and hints[first] >= end:
                continue
            exact = folded = sound = joined = ""
            like = 0
            for at in range(first, end):
                word, plain, key, _ = pieces[at]
                exact += word.text
                folded += plain
                sound = f"{sound} {key}" if at > first else key
                joined += key
                if len(exact) > self._most_letters + 3:
                    break
                begun = begun and (at == first or self._begins(exact, folded, joined))
                if not begun and hints[at] >= end:
                    break
                found = self._look_up(exact, folded, sound, joined) if begun else ()
                if known[at]:
                    like += len(plain)
                    if not found and 2 * like >= len(folded):
                        found = self._fuzzy(folded)
                for name, score in found:
                    candidates.append((len(exact), Match(name, score, piece.word.start, word.end)))
        return candidates

    def _begins_with(self, piece: _Piece) -> bool:
        """Whether a spelling begins with this word; remembered, since the same words come again and again."""
        text = piece.word.text
        begins = self._beginnings.get(text)
        if begins is None:
            if len(self._beginnings) >= _REMEMBERED:
                self._beginnings.clear()
            begins = self._beginnings[text] = self._begins(text, piece.folded, piece.pivot)
        return begins

    def _begins(self, exact: str, folded: str, joined: str) -> bool:
        """Whether a spelling begins as this stretch of words does; most begin none."""
        return (
            exact[:_HEAD] in self._exact_heads
            or folded[:_HEAD] in self._folded_heads
            or joined[:_HEAD] in self._pivot_heads
        )

    def _look_up(self, exact: str, folded: str, sound: str, joined: str) -> Sequence[tuple[str, float]]:
        """Mostly there is nothing: four look-ups a stretch of words are what a text costs."""
        if keys := self._exact.get(exact):
            score = _EXACT
        elif keys := self._folded.get(folded):
            score = _FOLDED
        elif keys := self._pivot.get(sound):
            score = _PIVOT
        elif keys := self._pivot.get(joined):
            score = _PIVOT - 0.03
        else:
            return ()
        return [(key, score) for key in sorted(keys)]

    def _fuzzy(self, folded: str) -> Sequence[tuple[str, float]]:
        if len(folded) < _MIN_FUZZY:
            return []
        forms = _shortened(folded)
        if self._near.keys().isdisjoint(forms):
            return []
        bound = 1 if len(folded) < 8 else 2
        near: dict[str, float] = {}
        spellings = {spelling for key in self._near.keys() & forms for spelling in self._near[key]}
        for spelling in spellings:
            steps = distance(folded, spelling, bound)
            if steps > bound or (spelling[0] != folded[0] and steps > 1):
                continue
            score = _FUZZY * (1 - steps / len(spelling))
            for key in self._folded[spelling]:
                near[key] = max(near.get(key, 0.0), score)
        return sorted(near.items())


def _next(known: Sequence[bool]) -> list[int]:
    """For each place the next one, itself included, that is known; beyond the end where there is none."""
    found = [len(known)] * len(known)
    following = len(known)
    for at in range(len(known) - 1, -1, -1):
        if known[at]:
            following = at
        found[at] = following
    return found


@lru_cache(maxsize=16)
def _pieces(text: str) -> tuple[_Piece, ...]:
    """Of the last few texts, because every list of names is looked for in the same one."""
    return tuple(_piece(word) for word in words(text)[:LONGEST])


def _piece(word: Word) -> _Piece:
    folded = fold(word.text)
    shortened = _shortened(folded) if len(folded) >= _MIN_WORD else frozenset[str]()
    return _Piece(word, folded, pivot(word.text).lower(), shortened)


@lru_cache(maxsize=16384)
def _shortened(form: str) -> frozenset[str]:
    """The form with no and with any one letter left out: two forms within one edit share such a shortening."""
    if len(form) > 40:
        return frozenset((form,))
    return frozenset((form, *(form[:index] + form[index + 1 :] for index in range(len(form)))))


def _best(candidates: list[tuple[int, Match]], limit: int) -> list[Match]:
    kept: list[Match] = []
    for _, match in sorted(
        candidates, key=lambda item: (-item[0] * item[1].score, -item[1].score, item[1].start, item[1].key)
    ):
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
