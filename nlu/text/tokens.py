"""Words and numbers of a text, each with its place in the person's own text and its cross-script key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .letters import LETTER
from .normalise import Normalised, normalise
from .pivot import pivot

_TOKEN = re.compile(rf"\d+(?:[.,:/-]\d+)*|{LETTER}+(?:'{LETTER}+)*|[^\s\w]", re.UNICODE)
_WORD = re.compile(rf"\d+|{LETTER}+", re.UNICODE)


@dataclass(frozen=True)
class Token:
    """`text` is the person's own spelling, `lemma` the pivot of a word, the ASCII digits of a number, or the sign."""

    text: str
    start: int
    end: int
    lemma: str


def tokens(text: str) -> list[Token]:
    """Words (with vowel signs and apostrophes), numbers, and single signs, in order; emoji and controls vanish."""
    normal = normalise(text)
    found: list[Token] = []
    for match in _TOKEN.finditer(normal.text):
        start, end = normal.span(*match.span())
        if found and start < found[-1].end:
            continue  # one sign of the person's that stands for several, such as ½
        piece = match.group()
        lemma = pivot(piece) or piece.lower() if piece[0].isalpha() else piece
        found.append(Token(text[start:end], start, end, lemma))
    return found


@dataclass(frozen=True)
class Word:
    """A word in normal form and lower case, or a run of digits; the span is the original's."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Words and runs of digits without signs: what grammars and lexicons compare.

    The last few texts are remembered, because every finder and every list of names asks for the same one.
    """
    return list(_words(text))


@lru_cache(maxsize=16)
def _words(text: str) -> tuple[Word, ...]:
    return tuple(words_of(normalise(text)))


def words_of(normal: Normalised) -> list[Word]:
    return [Word(match.group().lower(), *normal.span(*match.span())) for match in _WORD.finditer(normal.text)]
