"""How people misspell: one slip of the finger or the ear in a word, in any of the four scripts.

Made by chance from a source of randomness that is handed in, for training only. Knows no sentences.
"""

from __future__ import annotations

import random
import re

_ROMAN = (
    ("aa", "a"), ("ee", "i"), ("oo", "u"), ("sh", "s"), ("chh", "ch"), ("ph", "f"), ("v", "w"), ("z", "j"), ("th", "t"),
    ("kh", "k"), ("ai", "e"), ("y", "i"), ("ck", "k"), ("ss", "s"), ("tt", "t"), ("nn", "n"), ("ll", "l"), ("i", "ee"),
    ("a", "aa"), ("u", "oo"),
)  # fmt: skip
_NATIVE = (
    ("ि", "ी"), ("ी", "ि"), ("ु", "ू"), ("ू", "ु"), ("ं", ""), ("़", ""), ("श", "स"), ("ष", "श"), ("व", "ब"), ("े", "ै"),
    ("ਿ", "ੀ"), ("ੀ", "ਿ"), ("ੁ", "ੂ"), ("ੂ", "ੁ"), ("ੰ", ""), ("ੱ", ""), ("਼", ""), ("ਸ਼", "ਸ"), ("ਣ", "ਨ"), ("ੇ", "ੈ"),
    ("ص", "س"), ("ظ", "ز"), ("ض", "ز"), ("ط", "ت"), ("ھ", "ہ"), ("ع", "ا"), ("ئ", "ی"), ("ں", "ن"), ("ق", "ک"),
)  # fmt: skip
_SHORTEST = 4
_INNER_VOWEL = re.compile(r"(?<=[^\W\d_aeiou])[aeiou](?=[^\W\d_aeiou])")


def slip(word: str, chance: random.Random) -> str:
    """The word with one slip; short words and numbers stay, because they would become others."""
    if len(word) < _SHORTEST or any(char.isdigit() for char in word):
        return word
    plain = word.isascii()
    ways = [(old, new) for old, new in (_ROMAN if plain else _NATIVE) if old in word.lower()]
    if plain and (not ways or chance.random() < 0.4):
        return _finger(word, chance)
    if not ways:
        return word
    old, new = chance.choice(ways)
    at = chance.choice([found.start() for found in re.finditer(re.escape(old), word.lower())])
    return word[:at] + new + word[at + len(old) :]


def _finger(word: str, chance: random.Random) -> str:
    """A vowel left out, two letters exchanged, or one letter twice; the first letter stays."""
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        inner = [found.start() for found in _INNER_VOWEL.finditer(word)]
        gone = chance.choice(inner) if inner else len(word)
        return word[:gone] + word[gone + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at] + word[at:]
