"""People's names: whether a text can be one, and taking it out of the sentence in which it was said."""

from __future__ import annotations

import re
from functools import lru_cache

from .data import rows
from .found import Found
from .letters import LETTER
from .normalise import Normalised, normalise
from .scripts import LETTER_SCRIPT
from .transliterate import transliterate

__all__ = ["is_honorific", "is_name", "is_sentence", "stands_for_a_place", "strip_frame", "titlecase", "transliterate"]

_LONGEST, _MOST_WORDS = 100, 6
_NAME = re.compile(rf"{LETTER}(?:{LETTER}|[.'’\- ])*", re.UNICODE)
_WORDS = {cells[0]: frozenset(normalise(word).text for word in cells[1].split()) for cells in rows("name_frames")}
_HONOURS, _LEADING, _TRAILING = (
    _WORDS["honorific"] | _WORDS["late"],
    _WORDS["honorific"] | {""},
    _WORDS["respect"] | _WORDS["stop"],
)
_TOKEN = re.compile(rf"{LETTER}+(?:['-]{LETTER}+)*\.?|\d+|[^\s\w]")


def is_name(text: str) -> bool:
    """Letters of the four scripts with marks, dot, apostrophe, hyphen and space; 2 to 100 long, at most 6 words."""
    plain = normalise(text, squeeze=False).text.strip()
    if not 2 <= len(plain) <= _LONGEST or len(plain.split()) > _MOST_WORDS or not _NAME.fullmatch(plain):
        return False
    letters = [char for char in plain if char not in " .'-"]
    return len(letters) >= 2 and all(char in LETTER_SCRIPT for char in letters)


def is_sentence(text: str) -> bool:
    """Whether words stand in it that no name has ("my father is …"), although letters and length would do."""
    plain = normalise(text, squeeze=False).text.lower()
    return any(match.group().rstrip(".") in _WORDS["sentence"] for match in _TOKEN.finditer(plain))


def stands_for_a_place(text: str, end: int) -> bool:
    """Whether the word after what was taken for a name (see `strip_frame`) makes a place of it: "Lucknow se"."""
    after = _TOKEN.search(normalise(text[end:], squeeze=False).text.lower())
    return after is not None and after.group() in _WORDS["where"]


def titlecase(name: str) -> str:
    """Latin words with a capital first letter, unless the person mixed cases on purpose; single spaces."""
    words = name.split()
    if any(word != word.lower() and word != word.upper() for word in words):
        return " ".join(word[:1].upper() + word[1:] for word in words)
    return " ".join(re.sub(r"(^|[-'.])(\w)", lambda match: match[1] + match[2].upper(), word.lower()) for word in words)


def is_honorific(word: str, names_after: int) -> bool:
    """Whether the word only honours the name beside it ("Shri", "Late", مرحوم) and is no part of it.

    Some honours are given names too (Sardar Singh): they are honours when at least two names come after them.
    """
    plain = normalise(word).text.lower().rstrip(".")
    return plain in _HONOURS or (names_after > 1 and plain in _WORDS["title"])


@lru_cache(maxsize=16)
def strip_frame(text: str) -> Found[str]:
    """The name inside "my name is …", "मेरा नाम … है", "name: …", "I am … from …"; else the text without its edges.

    The value is the person's own spelling with single spaces; it need not be a name (see `is_name`).
    """
    normal = normalise(text, squeeze=False)
    tokens = [(match.group().lower().rstrip("."), match.start(), match.end()) for match in _TOKEN.finditer(normal.text)]
    start = _begin(tokens)
    while start < len(tokens) and tokens[start][0] in _LEADING:
        start += 1
    end = start
    framed = start > 0
    while end < len(tokens):
        word = tokens[end][0]
        if (framed and word in _WORDS["stop"]) or (
            not (word and (word[0].isalpha() or word[0] in LETTER_SCRIPT)) and word not in ("", "'", "-")
        ):
            break
        end += 1
    while end > start + 1 and tokens[end - 1][0] in _TRAILING:
        end -= 1
    if end == start or (tokens[start][0] in _WORDS["nobody"] and framed):
        return _trimmed(text)
    last = tokens[end - 1]
    # A dot ends an initial or a sentence; only the initial keeps it.
    stop = last[2] - (normal.text[last[2] - 1] == "." and last[2] - last[1] > 2)
    return _found(text, normal, tokens[start][1], stop)


def _begin(tokens: list[tuple[str, int, int]]) -> int:
    """Index of the first token after the frame; 0 without one."""
    words = [word for word, _, _ in tokens]
    for index, word in enumerate(words):
        if word in _WORDS["name"]:
            begin = _skip(words, index + 1, "after")
            wrong = _skip(words, begin, "wrong")
            if wrong > begin:
                # "the name is wrong, it is Ram Lal": the name is what follows the last of such words.
                begin = _skip(words, wrong, "link")
            return begin if begin < len(words) else 0
    if words[:2] in (["i", "am"], ["this", "is"], ["it", "is"]):
        return 2
    if words[:3] == ["i", "'", "m"]:
        return 3
    if len(words) > 1 and words[0] in _WORDS["self"] and (words[-1] in _WORDS["stop"] or words[0] in ("i'm", "im")):
        return 1
    return 0


def _skip(words: list[str], index: int, kind: str) -> int:
    while index < len(words) and words[index] in _WORDS[kind]:
        index += 1
    return index


def _trimmed(text: str) -> Found[str]:
    stripped = text.strip(" \t\r\n.,;:!?।۔\"'")
    start = text.find(stripped) if stripped else 0
    return Found(" ".join(stripped.split()), start, start + len(stripped))


def _found(text: str, normal: Normalised, start: int, end: int) -> Found[str]:
    first, last = normal.span(start, end)
    return Found(" ".join(text[first:last].split()), first, last)
