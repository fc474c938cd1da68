"""Text to pretrain on: pairs that say the same in two scripts or two languages. Reads files, knows no model.

Sources are optional: a folder that is missing is skipped, so that the script also runs on our own sentences alone.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import yaml

from nlu.text.normalise import normalise
from nlu.text.scripts import script_of
from nlu.text.transliterate import transliterate

_ANNOTATION = re.compile(r"\[([^\]]+)\](\{[^}]*\}|\([a-z_]+\))")
_LANGUAGES = ("en", "hi", "pa", "ur")
_LONGEST = 240
TOGETHER = 4
WIKIPEDIA = 3
"""One in so many of its sentences is taken: they are long, far from what is said to us, and romanised by rule."""


class Pair(NamedTuple):
    """The same, said in two ways; `second` equals `first` where there is only one."""

    first: str
    second: str


def pairs(sentences: Path, others: Path | None) -> Iterator[Pair]:
    """All pairs: our own training sentences, and what lies in the folder of other people's; spelt as at a parse."""
    for pair in _written(sentences, others):
        yield Pair(*(normalise(side).text for side in pair))


def _written(sentences: Path, others: Path | None) -> Iterator[Pair]:
    yield from _own(sentences)
    if others is not None:
        yield from _dakshina(others / "dakshina")
        yield from _strings(others / "wikipedia_android_ui" / "strings.tsv")
        yield from _strings(others / "lineage_dialer_ui" / "strings.tsv")
        yield from _hinglish(others / "hinglish_top" / "train.tsv")


def rendered(text: str) -> Pair:
    """A text beside its rendering in Roman letters, or, if that is how it is written, in Devanagari."""
    return Pair(text, transliterate(text, "Deva" if script_of(text) == "Latn" else "Latn").lower())


def _own(folder: Path) -> Iterator[Pair]:
    for language in _LANGUAGES:
        for path in sorted((folder / language).glob("*.yml")):
            for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
                examples = block["examples"]
                lines = examples.splitlines() if isinstance(examples, str) else [one["text"] for one in examples]
                for line in lines:
                    text = _ANNOTATION.sub(r"\1", line.removeprefix("- ").strip())
                    yield rendered(text) if language != "en" else Pair(text, text)


def _dakshina(folder: Path) -> Iterator[Pair]:
    for path in sorted(folder.glob("sentences_*.tsv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                native, _, roman = line.rstrip("\n").partition("\t")
                if roman and native != "native":
                    yield Pair(native[:_LONGEST], roman[:_LONGEST])
    for path in sorted(folder.glob("lexicon_*_train.tsv.gz")):
        yield from _words(path)
    for path in sorted(folder.glob("wiki_*.txt.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in islice(file, 0, None, WIKIPEDIA):
                yield rendered(line.strip()[:_LONGEST])


def _words(path: Path) -> Iterator[Pair]:
    """Words that are far apart in the list, `TOGETHER` at a time: single ones would make many tiny batches."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.split("\t")[:2] for line in file][1:]
    many = len(rows) // TOGETHER
    for words in zip(*(rows[at * many : (at + 1) * many] for at in range(TOGETHER)), strict=True):
        yield Pair(" ".join(word[0] for word in words), " ".join(word[1] for word in words))


def _strings(path: Path) -> Iterator[Pair]:
    for row in _rows(path):
        texts = [row[language] for language in _LANGUAGES if row.get(language)]
        yield from (Pair(texts[0], text) for text in texts[1:])


def _hinglish(path: Path) -> Iterator[Pair]:
    for row in _rows(path):
        yield Pair(row["cs_query"], row["en_query"])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
