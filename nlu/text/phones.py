"""Letters of the four scripts as sounds: the ground under `pivot` and `roman`.

A word becomes a string of phones: consonants `k K g G c C j J t T d D n p P b B m y r R l v S s z h` (capitals: the
aspirated one, `R` the flap of ड़, `S` sh), vowels `a e i u` (any length, o counts as u). Perso-Arabic writes
short vowels not at all; there the vowels are only those that are written. Indic scripts share one table: Gurmukhi is
read as Devanagari (`brahmic`).
"""

from __future__ import annotations

import re

from .brahmic import GURMUKHI

CONSONANTS = {
    "क": "k", "ख": "K", "ग": "g", "घ": "G", "ङ": "n", "च": "c", "छ": "C", "ज": "j", "झ": "J", "ञ": "n", "ट": "t",
    "ठ": "T", "ड": "d", "ढ": "D", "ण": "n", "त": "t", "थ": "T", "द": "d", "ध": "D", "न": "n", "ऩ": "n", "प": "p",
    "फ": "P", "ब": "b", "भ": "B", "म": "m", "य": "y", "र": "r", "ऱ": "r", "ल": "l", "ळ": "l", "व": "v", "श": "S",
    "ष": "S", "स": "s", "ह": "h",
}  # fmt: skip
_NUKTA = {"j": "z", "d": "R", "s": "S", "J": "z"}
_VOWELS = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ए": "e", "ऐ": "e", "ओ": "u", "औ": "u", "ऑ": "u",
    "ऍ": "e", "ऎ": "e", "ऒ": "u", "ऋ": "ri", "ॠ": "ri",
}  # fmt: skip
_SIGNS = {
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "े": "e", "ै": "e", "ो": "u", "ौ": "u", "ॉ": "u", "ॅ": "e", "ॆ": "e",
    "ॊ": "u", "ृ": "ri", "ॄ": "ri",
}  # fmt: skip


def indic(word: str) -> str:
    """Phones of a word in Devanagari or Gurmukhi, in the normal form of `normalise`. Final short a is silent."""
    out: list[str] = []
    bare = nasal = False
    for char in word:
        code = ord(char)
        if 0xA00 <= code <= 0xA7F:
            if code == 0xA5C:
                if bare:
                    out.append("a")
                out.append("R")
                bare = True
                continue
            char = GURMUKHI.get(char, "")
        consonant = CONSONANTS.get(char)
        if consonant:
            if bare:
                out.append("a")
            if consonant == "m" and out and out[-1] == "n" and not bare and nasal:
                out[-1] = "m"  # ਲੰਮੀ: the sign only doubles the letter
            elif consonant == "h" and not bare and out and out[-1] == "R":
                out[-1] = "D"
            else:
                out.append(consonant)
            bare = True
            nasal = False
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
            nasal = True
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
_ASPIRATED = {"k": "K", "g": "G", "c": "C", "j": "J", "t": "T", "d": "D", "p": "P", "b": "B", "R": "D"}
_WEAK = {"ا": "a", "آ": "a", "ع": "a", "ء": "", "ئ": "i", "ؤ": "u", "ے": "e"}


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
            elif (out and out[-1] in "lmnr") or not out:
                out.append("h")
            continue
        if char == "ہ" and index == last and index:
            # خانہ, درجہ: a final ہ writes a vowel; after a vowel it is spoken faintly and left out in Roman.
            if out and out[-1] not in "aeiu":
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


_LATIN_RULES = {
    # English spellings that Hindi in Roman letters does not use, then the digraphs. A pattern begins with its letters,
    # so that the regular expression engine can skip it at a glance; it stands for what it matches.
    "ssion": "San", "tion": "San", "cion": "San", "sion": "San", "tious": "Sas", "cious": "Sas", "cial": "Sal",
    "tial": "Sal", "cian": "San", "ture": "car", "sure": "Sar", "dge": "j", "gency": "jensi", "gist": "jist",
    "sch": "sk", "sci": "si", "sce": "se", "scy": "si", "shh": "S", "sh": "S", "cchh": "C", "chchh": "C", "chh": "C",
    "tch": "c", "tech": "tek", "cch": "c", "ch": "c", "cce": "kse", "cci": "ksi", "ck": "k", "ce": "se", "ci": "si",
    "cy": "si", "cq": "k", "c": "k", "x": "ks", "ight": "ait", "qu": "kv", "q": "k", "ee": "i", "ai": "e", "ei": "e",
    "kkh": "K", "kh": "K", "ggh": "G", "gh": "G", "jjh": "J", "jh": "J", "tth": "T", "th": "T", "ddh": "D", "dh": "D",
    "pph": "P", "ph": "P", "bbh": "B", "bh": "B", "rh": "D", "f": "P", "w": "v",
}  # fmt: skip
_LATIN_EDGES = (
    # Only at the end of a word, or between certain letters.
    r"mb\Z", r"que\Z", r"ow\Z", r"ay\Z", r"ey\Z", r"a(?<=[a-z]{2}[lrsmkvptn]a)ges?\Z", r"y(?<=[^aeiou]y)(?![aeiouy])",
)  # fmt: skip
_LATIN_STARTS = {"chr": "kr", "wh": "v", "wr": "r", "ps": "s", "uni": "yuni", "eu": "yu"}
_LATIN = re.compile("|".join((*_LATIN_EDGES, *sorted(_LATIN_RULES, key=len, reverse=True))))
_LATIN_START = re.compile("|".join(_LATIN_STARTS))
_LATIN_SOUNDS = _LATIN_RULES | {
    "mb": "m", "que": "k", "ow": "u", "ay": "e", "ey": "e", "age": "ej", "ages": "ejej", "y": "i",
}  # fmt: skip
_O_AS_U = str.maketrans("o", "u")
_NON_LATIN = re.compile(r"[^a-z0-9]")


def latin(word: str) -> str:
    """Phones of a word in Roman letters, lower case, without accents: Hindi spelling and English spelling at once."""
    if not word.isalnum():
        word = _NON_LATIN.sub("", word)
    start = _LATIN_START.match(word)
    if start:
        word = _LATIN_STARTS[start.group()] + word[start.end() :]
    if word.endswith("ai") and len(word) > 3:
        word += "i"  # padhai, safai, bhai end in two vowels; hai and mai in one
    return _LATIN.sub(lambda match: _LATIN_SOUNDS[match.group()], word).translate(_O_AS_U)
