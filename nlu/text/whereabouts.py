"""Where something happened, in a sentence that tells it ("12/02/2020 ko Rohini me shaadi hui"), and what it was.

Knows neither days nor a map: dates are line breaks by now, and the caller says which words are a place's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .found import Found
from .kin import RELATIONS
from .letters import LETTER
from .normalise import normalise
from .word_kinds import WordKinds

HAPPENINGS = ("birth", "marriage", "death")
_TOKEN = re.compile(
    rf"(?:{LETTER}\.){{2,}}|{LETTER}+(?:['-]{LETTER}+)*|\d+(?:[/-]\d+)*{LETTER}?|\n|[^\s\w]", re.UNICODE
)
_LONGEST, _MOST_TOKENS = 400, 14
_DOT_ENDS_AFTER = 4
"""Letters: a dot after fewer shortens a word ("St. Stephen's", "Dr. Ambedkar")."""
Known = Callable[[str], bool]


_WORDS = WordKinds("happenings", shortest=4, distinct=True, more={"frame": RELATIONS})
"""Folded only where a word is no other one's: "sadi" is "our", "shadi" is a wedding."""
_is = _WORDS.has


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str
    """word, sign, comma, break, frame, before, after, link or article."""
    start: int
    end: int


@dataclass(frozen=True)
class _Run:
    """Tokens side by side that a place's name may be made of. `marked`: "in" stands before or "mein" after it."""

    tokens: tuple[_Token, ...]
    marked: bool = False

    def has(self, kind: str) -> bool:
        return any(_is(kind, token.text) for token in self.tokens)


def happening(text: str) -> str:
    """The one of `HAPPENINGS` that the text speaks of; empty when it speaks of none, or of several."""
    tokens = _tokens(text)
    said = {kind for kind in HAPPENINGS if any(_is(kind, token.text) for token in tokens)}
    return said.pop() if len(said) == 1 else ""


def whereabouts(text: str, known: Known) -> Found[str] | None:
    """The one place of the sentence: marked as such, or else of a kind that only places are. None when in doubt."""
    runs = [run for run in _runs(text, known) if _may_be(run)]
    marked = [run for run in runs if run.marked]
    likely = [run for run in marked or runs if _like(run, text, known)]
    chosen = likely if len(marked) != 1 else marked
    return _found(chosen[0], text) if len(chosen) == 1 else None


def place_alone(text: str, known: Known) -> Found[str] | None:
    """The place in an answer that holds nothing else of weight ("our wedding was in Rohini")."""
    runs = _runs(text, known)
    return _found(runs[0], text) if len(runs) == 1 and runs[0].marked and _may_be(runs[0]) else None


def _tokens(text: str) -> list[_Token]:
    normal = normalise(text[:_LONGEST], squeeze=False)
    found: list[_Token] = []
    for match in _TOKEN.finditer(normal.text):
        word = match.group().lower()
        found.append(_Token(word, _kind(word, found[-1] if found else None), *normal.span(*match.span())))
    return found


def _kind(word: str, last: _Token | None) -> str:
    if word == ",":
        return "comma"
    if word in "\n;|!?" or (word == "." and last and len(last.text) >= _DOT_ENDS_AFTER):
        return "break"
    if last and last.text in RELATIONS and _is("respect", word):
        return "frame"
    # "Me" and "main" are "in" before they are "I": at the beginning of a sentence nothing stands before them.
    for kind in ("after", "before", "link", "article", "frame", *HAPPENINGS):
        if _is(kind, word):
            return "frame" if kind in HAPPENINGS else kind
    return "word" if word[0].isalnum() else "sign"


def _runs(text: str, known: Known) -> list[_Run]:
    """Stretches that frame words leave over, joined where one name goes on: "Arya Samaj Mandir, Shahdara"."""
    runs: list[_Run] = []
    between: list[str] = ["break"]
    """Kinds of what stands between the last run and this place."""
    current: list[_Token] = []

    def close() -> None:
        nonlocal current, between
        while current and current[-1].kind in ("sign", "article"):
            current.pop()
        if any(token.kind == "word" for token in current):
            run = _Run(tuple(current), between[-1] == "before")
            if runs and _joins(runs[-1], between, run, text, known):
                run = _Run((*runs.pop().tokens, *run.tokens), run.marked or "after" in between)
            runs.append(run)
            between = []
        current = []

    for token in _tokens(text):
        if token.kind == "word" or (token.kind == "sign" and current):
            current.append(token)
        elif token.kind == "article":
            continue
        else:
            close()
            if token.kind == "after" and runs and not between:
                runs[-1] = _Run(runs[-1].tokens, True)
            between.append(token.kind)
    close()
    return _commas_before(runs, text, known)


def _joins(before: _Run, between: Sequence[str], run: _Run, text: str, known: Known) -> bool:
    if list(between) == ["after"] or (list(between) == ["comma"] and before.marked):
        return _like(before, text, known) and _like(run, text, known)
    return list(between) in (["before"], ["link"]) and _like(before, text, known)


def _commas_before(runs: list[_Run], text: str, known: Known) -> list[_Run]:
    """Joins what a comma parts where only the whole is marked: "Arya Samaj Mandir, Shahdara mein"."""
    joined: list[_Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and run.marked and not last.marked and _like(last, text, known):
            gap = text[last.tokens[-1].end : run.tokens[0].start]
            if gap.strip() in (",", "،"):
                joined[-1] = _Run((*last.tokens, *run.tokens), True)
                continue
        joined.append(run)
    return joined


def _like(run: _Run, text: str, known: Known) -> bool:
    return run.has("noun") or run.has("city") or known(text[run.tokens[0].start : run.tokens[-1].end])


def _may_be(run: _Run) -> bool:
    """A hall, a hospital or "home" without a name is none, and no time of the day."""
    words = [token.text for token in run.tokens if token.kind == "word" and not token.text[0].isdigit()]
    return bool(words) and len(run.tokens) <= _MOST_TOKENS and not run.has("never") and not _all_nouns(words)


def _all_nouns(words: Sequence[str]) -> bool:
    return all(_is("noun", word) for word in words)


def _found(run: _Run, text: str) -> Found[str]:
    start, end = run.tokens[0].start, run.tokens[-1].end
    return Found(" ".join(text[start:end].split()), start, end)
