"""Letters of the four scripts as sounds: the ground under `pivot` and `roman`.

A word becomes a string of phones: consonants `k K g G c C j J t T d D n p P b B m y r R l v S s z h` (capitals: the
aspirated one, `R` the flap of ड़, `S` sh), vowels `a i u` (any length, e counts as i and o as u). Perso-Arabic writes
short vowels not at all; there the vowels are only those that are written. Indic scripts share one table because
Unicode lays Gurmukhi out as Devanagari is; a transliteration library would do the same in ten times the time.
"""

from __future__ import annotations

import re

CONSONANTS = {
    "क": "k", "ख": "K", "ग": "g", "घ": "G", "ङ": "n", "च": "c", "छ": "C", "ज": "j", "झ": "J", "ञ": "n", "ट": "t",
    "ठ": "T", "ड": "d", "ढ": "D", "ण": "n", "त": "t", "थ": "T", "द": "d", "ध": "D", "न": "n", "ऩ": "n", "प": "p",
    "फ": "P", "ब": "b", "भ": "B", "म": "m", "य": "y", "र": "r", "ऱ": "r", "ल": "l", "ळ": "l", "व": "v", "श": "S",
    "ष": "S", "स": "s", "ह": "h",
}  # fmt: skip
_NUKTA = {"j": "z", "d": "R", "D": "R", "s": "S", "g": "g", "P": "P", "J": "z"}
_VOWELS = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ए": "i", "ऐ": "i", "ओ": "u", "औ": "u", "ऑ": "u",
    "ऍ": "i", "ऎ": "i", "ऒ": "u", "ऋ": "ri", "ॠ": "ri",
}  # fmt: skip
_SIGNS = {
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "े": "i", "ै": "i", "ो": "u", "ौ": "u", "ॉ": "u", "ॅ": "i", "ॆ": "i",
    "ॊ": "u", "ृ": "ri", "ॄ": "ri",
}  # fmt: skip
_TO_DEVA = {code + 0x100: code for code in range(0x901, 0x94E)} | {0xA70: 0x902, 0xA5C: 0x921, 0xA71: None, 0xA72: 0x907,
            0xA73: 0x909, 0xA75: None, 0xA51: None}  # fmt: skip


def indic(word: str) -> str:
    """Phones of a word in Devanagari or Gurmukhi, in the normal form of `normalise`. Final short a is silent."""
    out: list[str] = []
    bare = False
    for char in word:
        code = ord(char)
        if 0xA00 <= code <= 0xA7F:
            if code == 0xA5C:
                if bare:
                    out.append("a")
                out.append("R")
                bare = True
                continue
            char = chr(_TO_DEVA.get(code) or 0)
        consonant = CONSONANTS.get(char)
        if consonant:
            if bare:
                out.append("a")
            out.append(consonant)
            bare = True
        elif char in _SIGNS:
            out.append(_SIGNS[char])
            bare = False
        elif char == "\u094d":
            bare = False
        elif char == "\u093c":
            if out and bare:
                out[-1] = _NUKTA.get(out[-1], out[-1])
        elif char == "\u0902":
            if bare:
                out.append("a")
                bare = False
            out.append("n")
        elif char in _VOWELS:
            if bare:
                out.append("a")
                bare = False
            out.append(_VOWELS[char])
        elif char == "\u0903":
            continue
    return "".join(out)


_ARAB = {
    "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "s", "ج": "j", "چ": "c", "ح": "h", "خ": "K", "د": "d", "ڈ": "d",
    "ذ": "z", "ر": "r", "ڑ": "R", "ز": "z", "ژ": "z", "س": "s", "ش": "S", "ص": "s", "ض": "z", "ط": "t", "ظ": "z",
    "غ": "g", "ف": "P", "ق": "k", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "ہ": "h", "ڻ": "n",
    "ݩ": "n", "ڵ": "l", "ٽ": "t", "ڄ": "j", "ڏ": "d", "ڳ": "g", "ٻ": "b",
}  # fmt: skip
_ASPIRATED = {"k": "K", "g": "G", "c": "C", "j": "J", "t": "T", "d": "D", "p": "P", "b": "B", "R": "R"}
_WEAK = {"ا": "a", "آ": "a", "ع": "a", "ء": "", "ئ": "i", "ؤ": "u", "ے": "i"}


def arabic(word: str) -> str:
    """Phones of a word in Urdu or Shahmukhi spelling, in the normal form of `normalise`.

    و and ی are consonants at the beginning and before ا; anywhere else they write a vowel.
    """
    out: list[str] = []
    last = len(word) - 1
    for index, char in enumerate(word):
        if char == "ھ":
            if out and out[-1] in _ASPIRATED:
                out[-1] = _ASPIRATED[out[-1]]
            elif out and out[-1] in "lmnr":
                out.append("h")
            elif not out:
                out.append("h")
            continue
        if char == "ہ" and index == last and index:
            # خانہ, درجہ: a final ہ writes a vowel; after a vowel it is spoken faintly and left out in Roman.
            if out and out[-1] not in "aiu":
                out.append("a")
            continue
        sound = _ARAB.get(char)
        if sound:
            out.append(sound)
        elif char in "وی":
            vowel, consonant = ("u", "v") if char == "و" else ("i", "y")
            following = word[index + 1] if index < last else ""
            if index == 0 and following and following not in "ا":
                out.append(consonant)
            elif following in ("ا", "آ") and following:
                out.append(consonant if index == 0 or char == "و" else "i" + consonant)
            else:
                out.append(vowel)
        else:
            out.append(_WEAK.get(char, ""))
    return "".join(out)


_LATIN_RULES: tuple[tuple[str, str], ...] = (
    # English spellings that Hindi in Roman letters does not use; order matters.
    ("ssion", "San"), ("tion", "San"), ("cion", "San"), ("sion", "San"), ("tious", "Sas"), ("cious", "Sas"),
    ("cial", "Sal"), ("tial", "Sal"), ("cian", "San"), ("ture", "car"), ("sure", "Sar"),
    ("dge", "j"), ("sch", "sk"), ("sc(?=[eiy])", "s"), ("sh", "S"), ("chh", "C"), ("tch", "c"), ("ch", "c"),
    ("cc(?=[eiy])", "ks"), ("ck", "k"), ("c(?=[eiy])", "s"), ("cq?", "k"), ("x", "ks"),
    ("^wh", "v"), ("^wr", "r"), ("^kn(?=[aeiou])", "kn"), ("^ps", "s"), ("ight", "ait"), ("mb$", "m"),
    ("que$", "k"), ("qu", "kv"), ("q", "k"),
    ("kh", "K"), ("gh", "G"), ("jh", "J"), ("th", "T"), ("dh", "D"), ("ph", "P"), ("bh", "B"), ("rh", "R"),
    ("f", "P"), ("w", "v"),
)  # fmt: skip
_LATIN = re.compile("|".join(f"({pattern})" for pattern, _ in _LATIN_RULES))
_LATIN_VOWELS = str.maketrans("eo", "iu")
_NON_LATIN = re.compile(r"[^a-z0-9]")


def _latin_sound(match: re.Match[str]) -> str:
    index = match.lastindex
    return _LATIN_RULES[index - 1][1] if index else ""


def latin(word: str) -> str:
    """Phones of a word in Roman letters, lower case, without accents: Hindi spelling and English spelling at once."""
    return _LATIN.sub(_latin_sound, _NON_LATIN.sub("", word)).translate(_LATIN_VOWELS)
