"""Gurmukhi letters as the Devanagari letters of the same sound, from the tables of `indic-transliteration`.

The library serves scripts that descend from Brahmi; it does not read Urdu (its scheme of that name writes it only) nor
Shahmukhi, for which `phones` has a table of our own. Whole words would take it ten times the time of a look-up, so its
tables are read once and applied letter by letter, which also keeps every offset.
"""

from __future__ import annotations

from collections.abc import Iterator

from indic_transliteration import sanscript

_KINDS = ("vowels", "vowel_marks", "yogavaahas", "virama", "consonants", "extra_consonants")
_PUNJABI = {
    # Signs of Punjabi alone: tippi, the carriers of vowels, the dot below, the flap.
    "ੰ": "ं", "ੲ": "इ", "ੳ": "उ", "਼": "़", "ੜ": "ड़",
}  # fmt: skip


def _letters() -> Iterator[tuple[str, str]]:
    gurmukhi, devanagari = (sanscript.SCHEMES[name] for name in (sanscript.GURMUKHI, sanscript.DEVANAGARI))
    for kind in _KINDS:
        there = devanagari[kind]
        yield from ((letter, there[key]) for key, letter in gurmukhi[kind].items() if key in there)


GURMUKHI: dict[str, str] = {letter: deva for letter, deva in _letters() if len(letter) == 1} | _PUNJABI
"""One Gurmukhi letter or sign → Devanagari."""
