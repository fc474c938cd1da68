"""What was said lately, so that whoever takes a conversation over need not ask again: a short masked ring in the state.

Kept: the last `MOST` utterances of either side, `LONGEST` letters each, so that a turn costs the same however long the
conversation is. Aadhaar and phone numbers and e-mail addresses never enter it (`runtime.masking`). It goes with the
state when a conversation is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runtime.masking import mask

MOST = 12
LONGEST = 300
PERSON, ASSISTANT = "person", "assistant"
PAPER = "📎"
"""Stands for a file, whose name may tell too much."""


@dataclass(frozen=True)
class Utterance:
    """`by`: person or assistant; `at`: seconds since 1970."""

    by: str
    text: str
    lang: str
    at: float

    def to_slot(self) -> list[Any]:
        return [self.by, self.text, self.lang, self.at]


def utterance(by: str, text: str, lang: str, at: float) -> Utterance:
    """Masked and cut."""
    plain = mask(" ".join(text.split()) if by == PERSON else text.strip())
    return Utterance(by, plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…", lang, round(at, 3))


def appended(ring: Sequence[Utterance], *new: Utterance) -> tuple[Utterance, ...]:
    """The ring with what was said in one turn; what says nothing is left out."""
    return (*ring, *(one for one in new if one.text))[-MOST:]


def words_of(kind: str, text: str, choice: str, offered: Sequence[Sequence[str]]) -> str:
    """What the person said, in words: of a tap, the title that was on it."""
    if kind == "choice":
        return next((str(title) for choice_id, title in offered if choice_id == choice), choice)
    return PAPER if kind == "file" else text


def from_slot(data: Sequence[Sequence[Any]] | None) -> tuple[Utterance, ...]:
    return tuple(Utterance(str(by), str(text), str(lang), float(at)) for by, text, lang, at in data or ())
