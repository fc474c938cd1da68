"""In which language a message is written, why we think so, and whether it asks for a language.

The script decides Hindi, Punjabi and Urdu. In Roman letters the words that carry grammar decide, so that a Hindi
sentence full of English nouns is Hindi; where they are silent, the language spoken before stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .data import rows
from .normalise import normalise
from .roman import fold
from .scripts import Script, share
from .tokens import words
from .word_kinds import WordKinds

Code = Literal["en", "hi", "pa", "ur"]
Reason = Literal["script", "function_words", "previous", "default"]
_BY_SCRIPT: dict[Script, Code] = {"Deva": "hi", "Guru": "pa", "Arab": "ur"}
_NATIVE_SHARE = 0.25
"""So much of another script outweighs Latin letters: names and forms are often written in Latin inside Hindi text."""
_MOST_WORDS = 60


@dataclass(frozen=True)
class Language:
    """`code` en, hi, pa or ur; `script` of most letters; `confidence` from 0 to 1; `reason` is what decided."""

    code: Code
    script: Script
    confidence: float
    reason: Reason


def _weights() -> dict[str, dict[Code, float]]:
    table: dict[str, dict[Code, float]] = {}
    codes: dict[str, Code] = {"en": "en", "hi": "hi", "pa": "pa", "ur": "ur"}
    for code, weight, forms in rows("function_words"):
        for form in forms.split():
            entry = table.setdefault(form, {})
            entry[codes[code]] = max(entry.get(codes[code], 0.0), float(weight))
    return table


_WEIGHTS = _weights()


def _folded_weights() -> dict[str, dict[Code, float]]:
    table: dict[str, dict[Code, float]] = {}
    for form, weights in _WEIGHTS.items():
        if len(form) > 3 and set(weights) != {"en"}:
            table.setdefault(fold(form), weights)
    return table


_FOLDED = _folded_weights()


def identify(text: str, previous: str | None = None) -> Language:
    """Language of a message; `previous` is the code of the language of the conversation so far."""
    shares = share(text[:2000])
    script: Script = next(iter(shares), "Zyyy")
    native = {name: part for name, part in shares.items() if name in _BY_SCRIPT}
    if native:
        top = max(native, key=lambda name: native[name])
        if native[top] >= _NATIVE_SHARE:
            return Language(_BY_SCRIPT[top], script, round(min(1.0, 0.6 + 0.4 * native[top]), 3), "script")
    before = _code(previous)
    if script != "Latn":
        return Language(before or "en", script, 0.5 if before else 0.2, "previous" if before else "default")
    scores = _scores(text)
    hindi, urdu = scores["hi"], scores["ur"]
    if (urdu >= 4 and (urdu > 4 or hindi <= 12 or before == "ur")) or (before == "ur" and hindi + urdu):
        scores["ur"] = urdu + hindi
        scores["hi"] = 0.0
    best = max(scores, key=lambda code: (scores[code], code == before))
    total = sum(scores.values())
    if before and before != best and (scores[best] < 3 or scores[best] - scores[before] < 1.5):
        return Language(before, script, 0.5, "previous")
    if scores[best] < 2:
        if before:
            return Language(before, script, 0.5, "previous")
        if not total:
            return Language("en", script, 0.3, "default")
    second = sorted(scores.values())[-2]
    margin = (scores[best] - second) / total
    confidence = (0.5 + 0.5 * margin) * min(1.0, 0.6 + scores[best] / 15)
    return Language(best, script, round(confidence, 3), "function_words")


def _code(name: str | None) -> Code | None:
    codes: dict[str, Code] = {"en": "en", "hi": "hi", "pa": "pa", "ur": "ur"}
    return codes.get(name or "")


_APOSTROPHE = re.compile(r"[a-z]+(?:'[a-z]+)?")


_HINDI_VERB = re.compile(
    r"[a-z]{2,}(?:iye|iyega|iyo|aega|aegi|ayega|ayegi|enge|engi|unga|ungi|oonga|oongi|wana|wani|wao|kar)\Z"
)
"""Endings of requests and futures that English words do not have."""


def _scores(text: str) -> dict[Code, float]:
    scores: dict[Code, float] = {"en": 0.0, "hi": 0.0, "pa": 0.0, "ur": 0.0}
    for word in _APOSTROPHE.findall(normalise(text[:2000]).text.lower())[:_MOST_WORDS]:
        weights = _WEIGHTS.get(word) or (_FOLDED.get(fold(word)) if len(word) > 3 else None)
        if not weights:
            if _HINDI_VERB.match(word):
                scores["hi"] += 2
            continue
        # A word of several languages tells little: it counts only by how much more it belongs to one of them.
        least = min(weights.values()) if len(weights) > 1 else 0.0
        for code, weight in weights.items():
            scores[code] += weight - least / 2
    return scores


_REQUEST = WordKinds("languages", shortest=3)
_is = _REQUEST.has


def requested(text: str) -> Code | None:
    """The language that the message asks for, or None.

    A message asks when it is nothing but the language's name and words around such a request, or when a word of
    speaking follows the name closely; "punjabi bagh" and "english medium school" do not. Of two named, the one that
    is not denied counts ("I don't know English, Hindi please").
    """
    found = [word.text for word in words(text[:600])]
    codes: tuple[Code, ...] = ("en", "hi", "pa", "ur")
    named = [(index, code) for index, word in enumerate(found) for code in codes if _is(code, word)]
    if not named or len(found) > 25:
        return None
    if len(named) > 1:
        named = [(index, code) for index, code in named if not _denied(found, index, named)] or []
    elif _denied(found, named[0][0], named):
        return None
    if len({code for _, code in named}) != 1:
        return None
    index, code = named[0]
    others = [word for word in found if not any(_is(other, word) for other in codes)]
    if all(_is("filler", word) or _is("speak", word) or _is("script", word) for word in others):
        return code
    near = found[index + 1 : index + 4]
    if any(_is("speak", word) for word in near) and all(_is("filler", word) or _is("speak", word) for word in near):
        return code
    return None


_ENGLISH_NEGATIVE = frozenset({"not", "don't", "dont", "cannot", "can't", "no", "don"})


def _denied(found: list[str], index: int, named: list[tuple[int, Code]]) -> bool:
    """Whether a negation stands between this language's name and the next one, or (English) shortly before it."""
    next_name = min((other for other, _ in named if other > index), default=len(found))
    last_name = max((other for other, _ in named if other < index), default=-1)
    after = found[index + 1 : min(next_name, index + 6)]
    before = found[max(last_name + 1, index - 3) : index]
    if any(word in _ENGLISH_NEGATIVE for word in before):
        return True
    return any(_is("negative", word) and word not in _ENGLISH_NEGATIVE for word in after)
