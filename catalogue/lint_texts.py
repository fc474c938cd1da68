"""What can be wrong with one sentence in four languages: language, script, placeholders, length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from catalogue.model import LANGUAGES, Text4
from catalogue.sentences import PLACEHOLDER, placeholders

NAMES = {"en": "English", "hi": "Hindi", "pa": "Punjabi", "ur": "Urdu"}
SCRIPTS = {
    "en": re.compile(r"[A-Za-z]"),
    "hi": re.compile(r"[\u0900-\u0963\u0966-\u097f]"),
    "pa": re.compile(r"[\u0a00-\u0a7f]"),
    "ur": re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
}
"""Letters of each language; the danda (U+0964, U+0965) is left out, since Hindi and Punjabi share it."""

ARABIC_ONLY = re.compile(r"[يكةى]")
"""Arabic letters that look like Urdu's own and are not: they break searching and matching."""

BUTTON, ROW, BODY = 20, 24, 1024
"""WhatsApp's limits in UTF-16 units: title of a button, title of a row of a list, text beside buttons."""

_KEPT = re.compile(r"[a-z0-9._%+-]+@[\w.-]+|https?://\S+|[A-Z0-9][A-Z0-9./+-]*\b|`[^`]*`|\bRs\b|\bcc\b")
"""What stays in Latin letters in every language: addresses, codes, numbers."""


def units(text: str) -> int:
    """Length as WhatsApp counts it."""
    return len(text.encode("utf-16-le")) // 2


def letters(text: str) -> int:
    """How many letters a translator had to translate."""
    plain = _KEPT.sub(" ", PLACEHOLDER.sub(" ", text))
    return sum(unicodedata.category(char).startswith("L") for char in plain)


def translated(text: Text4, strict: bool = True) -> Iterator[str]:
    """Sentences about missing or left-over languages. `strict`: no letters of another language's script at all."""
    for language in LANGUAGES:
        here = text.get(language, "")
        if not here.strip():
            yield f"the {NAMES[language]} is missing"
        elif letters(here) >= 3 and not SCRIPTS[language].search(PLACEHOLDER.sub(" ", here)):
            same = language != "en" and here == text.get("en")
            yield f"the {NAMES[language]} is " + ("left in English" if same else "in the wrong script") + f": {here!r}"
        elif strict:
            for other in LANGUAGES[1:]:
                if other != language and SCRIPTS[other].search(here):
                    yield f"the {NAMES[language]} has letters of {NAMES[other]}: {here!r}"
        if language == "ur" and ARABIC_ONLY.search(here):
            yield f"the Urdu has Arabic letters instead of Urdu ones (ی ک ہ): {here!r}"


def same_placeholders(text: Text4) -> Iterator[str]:
    wanted = placeholders(text.get("en", ""))
    for language in LANGUAGES[1:]:
        found = placeholders(text.get(language, ""))
        for name in sorted(wanted - found):
            yield f"the {NAMES[language]} lacks {{{name}}}, which the English has"
        for name in sorted(found - wanted):
            yield f"the {NAMES[language]} has {{{name}}}, which the English lacks"


def fits(text: Text4, limit: int, what: str) -> Iterator[str]:
    """WhatsApp's limit, with the placeholders counted as they stand."""
    for language in LANGUAGES:
        length = units(text.get(language, ""))
        if length > limit:
            yield f"the {NAMES[language]} has {length} characters; {what} holds {limit}: {text[language]!r}"
