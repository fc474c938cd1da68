"""Names of a notified list that are like what a person wrote: offered, never put in its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from catalogue.castes import folded
from catalogue.model import Catalogue, Option
from nlu.text.names import transliterate

LIKE = 0.62
MOST = 3


def _roman(text: str) -> str:
    return folded(text if text.isascii() else transliterate(text, "Latn"))


def _script(text: str) -> str:
    """First word of the name of the first letter: LATIN, DEVANAGARI, GURMUKHI, ARABIC."""
    return next((unicodedata.name(char).split()[0] for char in text if char.isalpha()), "")


def nearest(said: str, options: Sequence[Option], lang: str) -> tuple[str, ...]:
    """At most three names of the list that are written or sound like `said`, the likest first.

    Of several names of one caste only the likest is given, as the list spells it in the script of `lang`.
    """
    wanted = _roman(said)
    scored = []
    for option in options if wanted else ():
        title = option.title[lang]
        forms = (title, *(form for form in option.spellings if _script(form) == _script(title)))
        scored.append(max((SequenceMatcher(None, wanted, _roman(form)).ratio(), form) for form in forms))
    scored.sort(key=lambda item: (-item[0], item[1]))
    return tuple(form for score, form in scored[:MOST] if score >= LIKE)


def listed(name: str, catalogue: Catalogue) -> bool:
    """Whether one of the lists has exactly this name."""
    options = (option for names in catalogue.castes.values() for option in names)
    return any(name in option.title.values() or name in option.spellings for option in options)
