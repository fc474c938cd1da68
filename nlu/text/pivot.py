"""The cross-script pivot: one key for a word in any of the four scripts (जाति, jati, jaati, ਜਾਤੀ, جاتی).

The key is what all scripts write: the consonants, merged where Roman spelling does not tell them apart, and the kind
of a written vowel at the beginning and, for short words, at the end. It is lossy and therefore a channel beside the
spelling, never alone.

Measured on the development lexicons of Dakshina v1.0 (2,500 words a language): native and attested Roman forms share
the key in 93.9 % (Hindi), 93.3 % (Punjabi), 89.4 % (Urdu) of attestations; two random words share one in 0.025 %,
0.047 % and 0.042 % of pairs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .data import rows
from .normalise import normalise
from .phones import arabic, indic, latin
from .scripts import LETTER_SCRIPT, Script

_MERGE = str.maketrans({"C": "c", "J": "j", "z": "j", "S": "s", "T": "t", "G": "g", "R": "d"})
_DOUBLED = re.compile(r"(.)\1+")
_BEFORE_LABIAL = re.compile(r"n(?=[pPbB])")
_AFTER_FIRST = re.compile(r"(?<=.)[yv]")
_LEADING_VOWEL = re.compile(r"^[aeiu]+")
_BEFORE_S = re.compile(r"^as(?=[ktpP])")
"""Station is اسٹیشن and इस्टेशन as well."""
_INNER_VOWELS = re.compile(r"(?<=.)[aeiu]+")
_LONGEST = 48
_SHORT = 2
"""Words with at most so many consonants keep the kind of their last vowel."""


def _loanwords() -> dict[str, str]:
    return {form: row[1] for row in rows("loanwords") for form in row[0].split()}


_SOUNDS = _loanwords()


def _phones(word: str) -> tuple[Script, str]:
    """Script and phones of a word in normal form, lower case."""
    if word.isascii():
        return ("Latn", latin(_SOUNDS.get(word, word))) if not word.isdigit() else ("Zyyy", word)
    for char in word:
        script = LETTER_SCRIPT.get(char)
        if script == "Arab":
            return script, arabic(word)
        if script == "Latn":
            plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
            return script, latin(_SOUNDS.get(plain, plain))
        if script:
            return script, indic(word)
    return "Zyyy", word


@lru_cache(maxsize=65536)
def _pivot(word: str) -> str:
    plain = word if word.isascii() else normalise(word).text
    script, phones = _phones(plain.lower())
    return plain if script == "Zyyy" else skeleton(phones, script)


def pivot(word: str) -> str:
    """Key of one word; a word without letters of the four scripts is its own key.

    Of a very long word the beginning counts.
    """
    return _pivot(word[:_LONGEST])


def skeleton(phones: str, script: Script) -> str:
    """Key of a string of phones (see `phones`)."""
    if not phones:
        return ""
    text = phones.translate(_MERGE)
    if script != "Arab":
        text = _DOUBLED.sub(r"\1", text)
    final = text[-1] if text[-1] in "iu" else ""
    if len(text) > 1 and text[-1] == "h":
        text = text[:-1]
    text = _LEADING_VOWEL.sub("a", text)
    text = _BEFORE_S.sub("s", text)
    text = _INNER_VOWELS.sub("", _AFTER_FIRST.sub("", text))
    text = _BEFORE_LABIAL.sub("m", text)
    if len(text) <= _SHORT:
        text += final.upper()
    return text
