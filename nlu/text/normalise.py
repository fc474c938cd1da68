"""One spelling for what looks or sounds the same, with the way back to the person's own text.

Decides Unicode form, letter variants, digits, invisible characters and stretched words; never changes what is meant,
never lowers case (see `roman`) and knows no language.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_VARIANTS = {
    # Arabic letters as typed on Arabic keyboards, against the Urdu letters of the same look.
    "ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ه": "ہ", "ة": "ہ", "ۃ": "ہ", "ۀ": "ہ", "ۂ": "ہ", "ە": "ہ", "أ": "ا",
    "إ": "ا", "ٱ": "ا", "ڪ": "ک", "ۓ": "ے", "ݨ": "ن", "ࣇ": "ل",
    # Nasal signs: one sign a script.
    "ँ": "ं", "ऀ": "ं", "ੰ": "ਂ", "ਁ": "ਂ",
    # Addak doubles a consonant that many people write single.
    "ੱ": "", "ੑ": "",
    # Punctuation people mean alike.
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    "‐": "-", "‑": "-", "−": "-",
    "،": ",", "؛": ";", "؟": "?", "۔": ".", "।": ".", "॥": ".", "٫": ".", "٬": ",", "٪": "%", "⁄": "/",
    "\t": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\n": "\n",
}  # fmt: skip
_PAIRS = {
    # Vowels built up from pieces on phone keyboards; NFC leaves them apart.
    "अा": "आ", "अो": "ओ", "अौ": "औ", "एे": "ऐ", "आे": "ओ", "आै": "औ", "ਅਾ": "ਆ", "ੲਿ": "ਇ", "ੲੀ": "ਈ", "ੲੇ": "ਏ", "ੳੁ": "ਉ",
    "ੳੂ": "ਊ", "ੳੋ": "ਓ", "ਅੈ": "ਐ", "ਅੌ": "ਔ", "یٔ": "ئ", "ۓ": "ئے", "اٗ": "ا",
}  # fmt: skip
_PAIR_SECONDS = frozenset(pair[1] for pair in _PAIRS if len(pair) == 2)
_PLAIN = re.compile(r"(?:(?!([A-Za-z])\1\1)[ -_a-~\n])*\Z")
"""Printable ASCII (but the backtick) without a letter three times in a row: nothing to do."""
_MAX_TABLE = 20_000


def _replacement(char: str) -> str:
    known = _VARIANTS.get(char)
    if known is not None:
        return known
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Cf" or char in "\ufe0e\ufe0f\u034f\u115f\u1160\u3164":
        return ""
    if category[0] == "C" or category in ("So", "Sk") or "\U0001f3fb" <= char <= "\U0001f3ff":
        return " "
    if category[0] == "Z":
        return " "
    if "\u0600" <= char <= "\u08ff" and (category == "Mn" or char == "\u0640"):
        # Vowel points and the stretching stroke are optional in Urdu.
        return ""
    if unicodedata.decomposition(char):
        whole = unicodedata.normalize("NFKC", char)
        if whole != char:
            return "".join(_TABLE[part] for part in whole)
    return char


class _Table(dict[str, str]):
    """Replacement of each character, filled as characters are met (and no further than a bound)."""

    def __missing__(self, char: str) -> str:
        value = _replacement(char)
        if len(self) < _MAX_TABLE:
            self[char] = value
        return value


_TABLE = _Table()


@dataclass(frozen=True)
class Normalised:
    """`offsets[i]` and `ends[i]` bound the part of the original that became character `i` of `text`."""

    text: str
    offsets: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open span in the original of the half-open span `start, end` of `text`."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.offsets[start], self.ends[end - 1]

    def at(self, original: int) -> int:
        """Index in `text` of the first character that comes from `original` or later."""
        return bisect_left(self.offsets, original)


_MOST_MARKS = 32
"""Unicode's stream-safe limit is 30 marks on one letter; ordering more would take time beyond linear."""


def _clusters(text: str) -> list[tuple[str, int, int]]:
    """The text cut before every character that begins anew, each piece in NFC: (piece, start, end)."""
    pieces: list[tuple[str, int, int]] = []
    start = 0
    size = len(text)
    for index in range(1, size + 1):
        if index == size or unicodedata.category(text[index])[0] != "M" or index - start > _MOST_MARKS:
            pieces.append((unicodedata.normalize("NFC", text[start:index]), start, index))
            start = index
    return pieces


def normalise(text: str, squeeze: bool = True) -> Normalised:
    """Normal form of any string, lone surrogates included, in time linear in its length.

    The last few texts are remembered, because every finder asks for the same one.

    `squeeze` shortens a letter written three times or more: to two in Latin (so that "sooo" and "soo" agree once
    folded), to one elsewhere. Finders of addresses and numbers leave it off.
    """
    return _normalise(text, squeeze)


@lru_cache(maxsize=16)
def _normalise(text: str, squeeze: bool) -> Normalised:
    if text.isascii() and (not squeeze or _PLAIN.match(text)) and text.isprintable() and "`" not in text:
        return Normalised(text, range(len(text)), range(1, len(text) + 1))
    table = _TABLE
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    composed = unicodedata.is_normalized("NFC", text)
    source = ((char, i, i + 1) for i, char in enumerate(text)) if composed else iter(_clusters(text))
    for piece, start, end in source:
        for char in piece:
            if out and char in _PAIR_SECONDS:
                joined = _PAIRS.get(out[-1] + char)
                if joined:
                    out[-1] = joined[0]
                    ends[-1] = end
                    char = joined[1:]
                    if not char:
                        continue
            for new in table[char]:
                if squeeze and len(out) > 1 and new == out[-1] == out[-2] and new.isalpha() and new.isascii():
                    ends[-1] = end
                    continue
                out.append(new)
                starts.append(start)
                ends.append(end)
    if squeeze:
        out, starts, ends = _squeeze(out, starts, ends)
    return Normalised("".join(out), tuple(starts), tuple(ends))


def _squeeze(out: list[str], starts: list[int], ends: list[int]) -> tuple[list[str], list[int], list[int]]:
    """Runs of three or more of one letter or mark beyond ASCII become one."""
    kept: list[int] = []
    tails: list[int] = []
    index = 0
    size = len(out)
    while index < size:
        char = out[index]
        stop = index + 1
        while stop < size and out[stop] == char:
            stop += 1
        if stop - index >= 3 and not char.isascii() and unicodedata.category(char)[0] in "LM":
            kept.append(index)
            tails.append(ends[stop - 1])
        else:
            kept.extend(range(index, stop))
            tails.extend(ends[index:stop])
        index = stop
    if len(kept) == size:
        return out, starts, ends
    return [out[i] for i in kept], [starts[i] for i in kept], tails
