"""What a sequence tagger sees of each word, and how stretches of words become labels and back. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from nlu.text import names
from nlu.text.data import rows
from nlu.text.pivot import pivot

OUT = "O"
CONTEXT = (-2, -1, 1, 2)


class Word(NamedTuple):
    """A word with its comparable form, its pivot and its place in the text."""

    text: str
    form: str
    lemma: str
    start: int
    end: int


class Stretch(NamedTuple):
    """Words `first`..`last` (both in it) are one `kind`."""

    kind: str
    first: int
    last: int


@lru_cache(maxsize=1)
def people() -> list[list[str]]:
    """Rows of the table of names: Roman spellings first."""
    return rows("names")


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Pivots of common given names and surnames."""
    return frozenset(pivot(spelling) for row in people() for spelling in row[0].split())


def features(
    text: str, words: Sequence[Word], ordinary: Container[str] = (), known: Container[str] | None = None
) -> list[list[str]]:
    """Strings that describe each word and its neighbours.

    `ordinary`: pivots of words that other sentences use as no name; `known`: those of common names (None: the table's).
    """
    known = known_names() if known is None else known
    framed = names.strip_frame(text)
    inside = (framed.start, framed.end) if framed.end - framed.start < len(text.strip()) else (0, 0)
    last = len(words) - 1
    length = f"length={min(len(words), 6)}"
    described = []
    for at, word in enumerate(words):
        own = [*_of_itself(word.text, word.form, word.lemma), length]
        if word.lemma in known:
            own.append("name")
        if word.lemma not in ordinary:
            own.append("rare")
        if inside[0] <= word.start and word.end <= inside[1]:
            own.append("framed")
        for step in CONTEXT:
            there = at + step
            if 0 <= there <= last:
                beside = words[there]
                lemma, name, rare, form = _of_another(step, beside.form, beside.lemma)
                own.append(lemma)
                if beside.lemma in known:
                    own.append(name)
                if beside.lemma not in ordinary:
                    own.append(rare)
                if form:
                    own.append(form)
            elif abs(step) == 1:
                own.append(f"{step}edge")
        described.append(own)
    return described


@lru_cache(maxsize=8192)
def _of_itself(text: str, form: str, lemma: str) -> tuple[str, ...]:
    return (
        "bias",
        f"form={form}",
        f"lemma={lemma}",
        f"start={form[:3]}",
        f"end={form[-3:]}",
        f"shape={_shape(text)}",
    )


@lru_cache(maxsize=32768)
def _of_another(step: int, form: str, lemma: str) -> tuple[str, str, str, str]:
    """What a word `step` away is told by: its lemma, that it is a name, that it is rare, and its form (if next)."""
    return f"{step}lemma={lemma}", f"{step}name", f"{step}rare", f"{step}form={form}" if abs(step) == 1 else ""


def _shape(text: str) -> str:
    if text.isdigit():
        return "digits"
    if not text[0].isalpha():
        return "sign"
    if not text.isascii():
        return "native"
    return "capital" if text[0].isupper() and not text.isupper() else "upper" if text.isupper() else "lower"


def labels(words: Sequence[Word], spans: Iterable[tuple[str, int, int]]) -> list[str]:
    """For each word `B-kind` where a span begins, `I-kind` inside it, else `O`."""
    marked = [OUT] * len(words)
    for kind, start, end in spans:
        inside = [at for at, word in enumerate(words) if word.start < end and start < word.end]
        for at in inside:
            marked[at] = f"{'B' if at == inside[0] else 'I'}-{kind}"
    return marked


def stretches(marked: Sequence[str]) -> list[Stretch]:
    """The stretches that labels describe; a stray `I-` begins one."""
    found: list[Stretch] = []
    for at, label in enumerate(marked):
        if label == OUT:
            continue
        kind = label[2:]
        if label[0] == "I" and found and found[-1].last == at - 1 and found[-1].kind == kind:
            found[-1] = found[-1]._replace(last=at)
        else:
            found.append(Stretch(kind, at, at))
    return found
