"""Whether letters can be words. Keys struck at random are no wish outside our scope: they are not understood."""

from __future__ import annotations

import re

from nlu.text.normalise import normalise

LONGEST = 60
"""Longer messages are sentences of somebody."""
_KEYS = re.compile(r"asdf|sdfg|dfgh|fghj|ghjk|hjkl|qwer|wert|erty|rtyu|tyui|yuio|uiop|zxcv|xcvb|cvbn|vbnm")
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{5,}")
_SILENT = re.compile(r"[\u094D\u0A4D]")
"""Virama and its Gurmukhi sister: the sign that a consonant has no vowel."""
_INDIC = re.compile(r"[\u0904-\u0939\u0958-\u0961\u0A05-\u0A39\u0A59-\u0A5E]")
MANY_SILENT = 0.4
_REPEATED = re.compile(r"(.)\1{4,}")


def _senseless(word: str) -> bool:
    if _KEYS.search(word) or _REPEATED.search(word):
        return True
    letters = len(_INDIC.findall(word))
    if letters:
        return letters > 1 and len(_SILENT.findall(word)) >= MANY_SILENT * letters
    return bool(_NO_VOWEL.search(word)) or (len(word) > 3 and word.isascii() and not re.search(r"[aeiouy\d]", word))


def gibberish(text: str) -> bool:
    """Whether more than half of the words of a short message cannot be words."""
    if len(text) > LONGEST:
        return False
    words = re.findall(r"\S+", str(normalise(text, squeeze=False).text).lower())
    return bool(words) and sum(map(_senseless, words)) > len(words) / 2
