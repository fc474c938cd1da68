"""Letter rules between Devanagari and Latin, Gurmukhi, and Urdu for names; one word in, one word out."""

from __future__ import annotations

import re
import unicodedata

from .brahmic import GURMUKHI

_HALANT, _ANUSVARA, _NUKTA = "\u094d", "\u0902", "\u093c"
_LATIN_CONSONANTS = {
    "ksh": "क्ष", "chh": "छ", "shh": "ष", "kh": "ख", "gh": "घ", "ch": "च", "jh": "झ", "th": "थ", "dh": "ध", "ph": "फ",
    "bh": "भ", "sh": "श", "gy": "ग्य", "ck": "क", "k": "क", "q": "क", "g": "ग", "j": "ज", "z": "ज़", "t": "त",
    "d": "द", "n": "न", "p": "प", "f": "फ़", "b": "ब", "m": "म", "y": "य", "r": "र", "l": "ल", "v": "व", "w": "व",
    "s": "स", "h": "ह", "c": "क", "x": "क्स",
}  # fmt: skip
_LATIN_VOWELS = {
    # Roman: (at the beginning, sign inside, sign at the end)
    "aa": ("आ", "ा", "ा"), "ai": ("ऐ", "ै", "ै"), "au": ("औ", "ौ", "ौ"), "ay": ("अय", "य", "य"), "ee": ("ई", "ी", "ी"),
    "ei": ("ए", "े", "े"), "oo": ("ऊ", "ू", "ू"), "ou": ("औ", "ौ", "ौ"), "a": ("अ", "", "ा"), "e": ("ए", "े", "े"),
    "i": ("इ", "ि", "ी"), "o": ("ओ", "ो", "ो"), "u": ("उ", "ु", "ू"), "ie": ("ई", "ी", "ी"),
}  # fmt: skip
_LATIN_PIECE = re.compile(
    "|".join(sorted((*_LATIN_CONSONANTS, *(v for v in _LATIN_VOWELS if v != "ay")), key=len, reverse=True))
)
_FUSED_SECOND = frozenset("रयव")
_FUSED_AFTER_R = frozenset("मतथशषणजयचछर")
"""Sharma, Kirti, Arjun; but Sardar, Surbhi and Arvind have a short a in between."""
_FUSED_FIRST = frozenset("शषस")
_FUSED = frozenset(
    ["प्त", "क्त", "त्म", "द्म", "ब्द", "ल्ल", "म्म", "न्न", "त्त", "द्द", "द्ध", "क्क", "च्च", "ज्ज", "ट्ट", "म्ह", "न्ह", "ल्ह"]
)
_PUNJABI_PREFIX = re.compile(r"(?:har|gur|sur|ser|bir|var|nir)(?=[bdgjkmnpt])")


def latin_to_deva(word: str, joined: bool = False) -> str:
    """A lower-case Roman name in Devanagari; single-syllable names have a long a (ram, lal, das).

    `joined`: more of the name follows, so that no vowel is drawn out for standing last.
    """
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    pieces = _LATIN_PIECE.findall(word)
    vowels = [piece for piece in pieces if piece in _LATIN_VOWELS]
    out: list[str] = []
    bare = ""
    loose = _PUNJABI_PREFIX.match(word) is not None
    for index, piece in enumerate(pieces):
        last = index == len(pieces) - 1
        following = pieces[index + 1] if not last else ""
        if piece in _LATIN_VOWELS:
            begin, inside, end = _LATIN_VOWELS[piece]
            if not bare and index and pieces[index - 1] in ("i", "ee", "ie") and piece in ("a", "aa"):
                out.append("या")  # Kapadia, Sadia
            elif not bare:
                out.append(begin)
            elif piece == "a" and len(vowels) == 1 and not last and not joined and len(pieces) <= 4:
                out.append("ा")
            else:
                out.append(end if last and not joined else inside)
            bare = ""
            continue
        letter = _LATIN_CONSONANTS[piece]
        if piece == "c" and following[:1] in ("e", "i"):
            letter = "स"
        if piece in ("n", "m") and out and not last and following not in _LATIN_VOWELS and _nasal(piece, following):
            out.append(_ANUSVARA)
            continue
        if bare:
            pair = bare + _HALANT + letter[:1]
            if bare == "र":
                fused = letter in _FUSED_AFTER_R and not loose
            else:
                fused = letter in _FUSED_SECOND or bare in _FUSED_FIRST or pair in _FUSED or bare == letter
            if fused or (index == 1 and len(out) == 1):
                out.append(_HALANT)
        out.append(letter)
        bare = letter[-1]
        if bare == _NUKTA:
            bare = letter[-2]
    return "".join(out)


def _nasal(piece: str, following: str) -> bool:
    if piece == "m":
        return following in ("b", "bh", "p", "ph")
    return following[:1] in "kgcjtdpbsz" and following != ""


_DEVA_LATIN = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "chh", "ज": "j", "झ": "jh", "ञ": "n", "ट": "t",
    "ठ": "th", "ड": "d", "ढ": "dh", "ण": "n", "त": "t", "थ": "th", "द": "d", "ध": "dh", "न": "n", "प": "p", "फ": "ph",
    "ब": "b", "भ": "bh", "म": "m", "य": "y", "र": "r", "ल": "l", "ळ": "l", "व": "v", "श": "sh", "ष": "sh", "स": "s",
    "ह": "h",
}  # fmt: skip
_DEVA_NUKTA = {"क": "q", "ख": "kh", "ग": "gh", "ज": "z", "ड": "r", "ढ": "rh", "फ": "f", "य": "y"}
_DEVA_VOWELS = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ए": "e", "ऐ": "ai", "ओ": "o", "औ": "au", "ऑ": "o",
    "ऋ": "ri", "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "े": "e", "ै": "ai", "ो": "o", "ौ": "au", "ॉ": "o",
    "ृ": "ri", "ॅ": "e",
}  # fmt: skip
_SIGNS = frozenset("ािीुूेैोौॉृॅ")


def deva_to_latin(word: str) -> str:
    """A Devanagari name as Indian papers spell it: no marks for length, silent a left out."""
    units: list[list[str]] = []  # [consonant or "", vowel]; vowel "~" is the inherent a
    for char in word:
        if char in _DEVA_LATIN:
            units.append([char, "~"])
        elif char == _NUKTA and units:
            units[-1][0] += _NUKTA
        elif char == _HALANT and units:
            units[-1][1] = ""
        elif char in _SIGNS and units:
            units[-1][1] = _DEVA_VOWELS[char]
        elif char in _DEVA_VOWELS:
            units.append(["", _DEVA_VOWELS[char]])
        elif char in ("\u0902", "\u0901"):
            units.append(["N", ""])
    if len(units) > 1 and units[-1][1] == "~":
        # Final a is silent, but spoken after a cluster such as न्द्र.
        units[-1][1] = (
            "a" if units[-2][1] == "" and units[-2][0] != "N" and units[-1][0] in ("र", "य", "व", "ण", "न") else ""
        )
    for index in range(len(units) - 2, 0, -1):
        before, here, after = units[index - 1], units[index], units[index + 1]
        if here[1] == "~" and before[1] not in ("",) and after[0] and after[0] != "N" and after[1] not in ("", "~"):
            here[1] = ""
    out: list[str] = []
    for index, (consonant, vowel) in enumerate(units):
        if consonant == "N":
            following = units[index + 1][0] if index + 1 < len(units) else ""
            out.append("m" if following in ("प", "फ", "ब", "भ") else "n")
            continue
        base = consonant[:1]
        roman = (
            _DEVA_NUKTA.get(base, _DEVA_LATIN.get(base, ""))
            if consonant.endswith(_NUKTA)
            else _DEVA_LATIN.get(base, "")
        )
        out.append(roman + ("a" if vowel == "~" else vowel))
    return "".join(out)


_GURU_SPECIAL = {"ष": "ਸ਼", "श": "ਸ਼", "ऋ": "ਰਿ", "ृ": "੍ਰਿ", "ळ": "ਲ਼", "ङ": "ਙ", "ॉ": "ਾ", "ऑ": "ਆ", "ॅ": "ੈ", "।": "।"}
_SHORT_BEFORE = frozenset("ਿੁੂਅਇਉਊ")


def deva_to_guru(word: str) -> str:
    """A Devanagari name in Gurmukhi: addak for doubled letters, subjoined letters only where Punjabi writes them."""
    out: list[str] = []
    word = word.replace("्या", "िआ")  # श्याम is ਸ਼ਿਆਮ
    index = 0
    while index < len(word):
        char = word[index]
        if char == _HALANT:
            following = word[index + 1 : index + 2]
            before = word[index - 1] if index else ""
            if following and (
                following == before
                or before + following in ("कख", "गघ", "चछ", "जझ", "टठ", "डढ", "तथ", "दध", "पफ", "बभ")
            ):
                out[-1] = "ੰ" + out[-1] if before in "नम" else "ੱ" + out[-1]
                if following == before:
                    out.pop()
                    out.append("ੰ" if before in "नम" else "ੱ")
                else:
                    out[-1] = "ੱ"
            elif (following == "र" and index == 1) or following == "ह":
                out.append("੍")
        elif char in _GURU_SPECIAL:
            out.append(_GURU_SPECIAL[char])
        elif char == _NUKTA and out and out[-1] in "ਡਢ":
            out[-1] = "ੜ" if out[-1] == "ਡ" else "ੜ੍ਹ"
        elif char in ("\u0902", "\u0901"):
            previous = out[-1] if out else ""
            short = previous in _SHORT_BEFORE or "ਕ" <= previous <= "ਹ"
            out.append("ੰ" if short else "ਂ")
        elif 0x900 <= ord(char) <= 0x94D:
            out.append(chr(ord(char) + 0x100))
        else:
            out.append(char)
        index += 1
    text = unicodedata.normalize("NFC", "".join(out))
    return re.sub("ਿ$", "ੀ", re.sub("ੁ$", "ੂ", text))


_UNASPIRATED = dict(zip("खघछझठढथधफभ", "कगचजटडतदपब", strict=True))
"""A doubled aspirate is written with its plain letter first (मक्खन)."""


def guru_to_deva(word: str) -> str:
    """A Gurmukhi name in Devanagari; addak doubles the letter after it."""
    out: list[str] = []
    doubled = False
    for char in word:
        if char == "ੱ":
            doubled = True
        elif char in "ੰਂਁ":
            out.append(_ANUSVARA)
        elif char in GURMUKHI:
            deva = GURMUKHI[char]
            if doubled:
                out.append(_UNASPIRATED.get(deva, deva) + _HALANT)
                doubled = False
            out.append(deva)
        else:
            out.append(char)
    return "".join(out).replace("स\u093c", "श")


_DEVA_ARAB = {
    "क": "ک", "ख": "کھ", "ग": "گ", "घ": "گھ", "ङ": "ن", "च": "چ", "छ": "چھ", "ज": "ج", "झ": "جھ", "ञ": "ن", "ट": "ٹ",
    "ठ": "ٹھ", "ड": "ڈ", "ढ": "ڈھ", "ण": "ن", "त": "ت", "थ": "تھ", "द": "د", "ध": "دھ", "न": "ن", "प": "پ", "फ": "پھ",
    "ब": "ب", "भ": "بھ", "म": "م", "य": "ی", "र": "ر", "ल": "ل", "ळ": "ل", "व": "و", "श": "ش", "ष": "ش", "स": "س",
    "ह": "ہ", "ा": "ا", "ि": "", "ी": "ی", "ु": "", "ू": "و", "े": "ی", "ै": "ی", "ो": "و", "ौ": "و", "ॉ": "ا",
    "ृ": "ر", "ॅ": "ی", "अ": "ا", "आ": "آ", "इ": "ا", "ई": "ای", "उ": "ا", "ऊ": "او", "ए": "ای", "ऐ": "ای", "ओ": "او",
    "औ": "او", "ऑ": "آ", "ऋ": "ر",
}  # fmt: skip
_DEVA_ARAB_NUKTA = {"क": "ق", "ख": "خ", "ग": "غ", "ज": "ز", "ड": "ڑ", "ढ": "ڑھ", "फ": "ف"}


def deva_to_arab(word: str) -> str:
    """A Devanagari name in Urdu letters; short vowels inside go unwritten, a doubled letter is written once."""
    out: list[str] = []
    for index, char in enumerate(word):
        last = index == len(word) - 1
        if char == _NUKTA:
            base = word[index - 1] if index else ""
            if base in _DEVA_ARAB_NUKTA and out:
                out[-1] = _DEVA_ARAB_NUKTA[base]
        elif char == _HALANT:
            if out and word[index + 1 : index + 2] == word[index - 1 : index]:
                out.pop()
        elif char in ("\u0902", "\u0901"):
            out.append("ں" if last else "ن")
        elif last and char in "िे":
            out.append("ی" if char == "ि" else "ے")
        elif last and char in "ुू":
            out.append("و")
        elif char in "ईए" and index:
            out.append("ئی" if char == "ई" else "ئے" if last else "ئی")
        else:
            out.append(_DEVA_ARAB.get(char, char))
    return "".join(out)


_ARAB_DEVA = {
    "ب": "ब", "پ": "प", "ت": "त", "ٹ": "ट", "ث": "स", "ج": "ज", "چ": "च", "ح": "ह", "خ": "ख़", "د": "द", "ڈ": "ड",
    "ذ": "ज़", "ر": "र", "ڑ": "ड़", "ز": "ज़", "ژ": "ज़", "س": "स", "ش": "श", "ص": "स", "ض": "ज़", "ط": "त", "ظ": "ज़",
    "غ": "ग़", "ف": "फ़", "ق": "क़", "ک": "क", "گ": "ग", "ل": "ल", "م": "म", "ن": "न", "ہ": "ह",
}  # fmt: skip
_ARAB_ASPIRATED = {"क": "ख", "ग": "घ", "च": "छ", "ज": "झ", "ट": "ठ", "ड": "ढ", "त": "थ", "द": "ध", "प": "फ", "ब": "भ"}


def arab_to_deva(word: str) -> str:
    """An Urdu name in Devanagari; unwritten short vowels all become a, و is o and ی is i."""
    out: list[str] = []
    last = len(word) - 1
    for index, char in enumerate(word):
        after = word[index + 1] if index < last else ""
        if char == "ن" and index and after and after in "کگچجٹڈتدپبس":
            out.append(_ANUSVARA)
            continue
        vowel_next = after in ("ا", "آ") and after != ""
        if char == "ھ":
            if out and out[-1] in _ARAB_ASPIRATED:
                out[-1] = _ARAB_ASPIRATED[out[-1]]
        elif char == "ہ" and index == last and index:
            out.append("ा")
        elif char in _ARAB_DEVA:
            out.append(_ARAB_DEVA[char])
        elif char == "ں":
            out.append(_ANUSVARA)
        elif char == "آ":
            out.append("आ" if not index else "ा")
        elif char in "اع":
            if not index:
                if after not in ("ی", "و") or not after:
                    out.append("अ")
            elif char == "ا":
                out.append("ा")
        elif char == "و":
            if not index or vowel_next:
                out.append("व")
            else:
                out.append("ओ" if word[index - 1] in "اع" and index == 1 else "ो")
        elif char == "ی":
            if not index or vowel_next:
                out.append("य")
            else:
                out.append("ई" if word[index - 1] in "اع" and index == 1 else "ी")
        elif char == "ے":
            out.append("े")
        elif char == "ئ":
            out.append("ई" if after not in ("ی", "ے") else "")
    return "".join(out)
