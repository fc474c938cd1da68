"""The cross-script pivot: one key for a word in any of the four scripts (जाति, jati, jaati, ਜਾਤੀ, جاتی).

The key is what all scripts write: the consonants, merged where Roman spelling does not tell them apart, and the kind
of a written vowel at the beginning and, for short words, at the end. It is lossy and therefore a channel beside the
spelling, never alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .data import rows
from .normalise import normalise
from .phones import arabic, indic, latin
from .scripts import LETTER_SCRIPT

_MERGE = str.maketrans({"C": "c", "J": "j", "z": "j", "S": "s", "T": "t", "G": "g", "R": "r"})
_DOUBLED = re.compile(r"(.)\1+")
_AFTER_FIRST = re.compile(r"(?<=.)[yv]")
_INNER_VOWELS = re.compile(r"(?<=.)[aiu]+")
_SHORT = 2
"""Words with at most so many consonants keep the kind of their last vowel."""


def _loanwords() -> dict[str, str]:
    return {form: row[1] for row in rows("loanwords") for form in row[0].split()}


_SOUNDS = _loanwords()


def _phones(word: str) -> tuple[str, str]:
    """Script and phones of a word in normal form, lower case."""
    script = "Zyyy"
    for char in word:
        found = LETTER_SCRIPT.get(char)
        if found:
            script = found
            break
    if script == "Latn":
        if not word.isascii():
            word = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        return script, latin(_SOUNDS.get(word, word))
    if script in ("Deva", "Guru"):
        return script, indic(word)
    if script == "Arab":
        return script, arabic(word)
    return script, word


@lru_cache(maxsize=65536)
def pivot(word: str) -> str:
    """Key of one word; a word without letters is its own key."""
    script, phones = _phones(normalise(word).text.lower())
    return word if script == "Zyyy" else skeleton(phones, script)


def skeleton(phones: str, script: str) -> str:
    """Key of a string of phones (see `phones`)."""
    if not phones:
        return ""
    text = phones.translate(_MERGE)
    if script != "Arab":
        text = _DOUBLED.sub(r"\1", text)
    final = text[-1] if text[-1] in "iu" else ""
    if len(text) > 1 and text[-1] == "h":
        text = text[:-1]
    if text[0] in "aiu":
        text = "a" + text.lstrip("aiu")
    text = _AFTER_FIRST.sub("", text)
    text = _INNER_VOWELS.sub("", text)
    if len(text) <= _SHORT:
        text += final.upper()
    return text
