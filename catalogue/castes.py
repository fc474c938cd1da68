"""The notified castes of Delhi as sets of folded names; the lists themselves are `castes.yml`.

Names are compared, never guessed: what is not in a list is for the department to judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from catalogue.model import Option
from catalogue.reading import Section, read

FILE = "castes.yml"


def folded(name: str) -> str:
    """`name` without case, spaces, dots and hyphens."""
    return re.sub(r"[\s.\-‐-―_]+", "", name.casefold())


def lists(root: Section) -> Mapping[str, tuple[Option, ...]]:
    """Every list with its names in four languages; `spellings` are the further names that the notification gives."""
    found: dict[str, tuple[Option, ...]] = {}
    for key, section in root.sections():
        section.string("source")
        section.boolean("verified")
        section.optional_string("note")
        section.optional_string("cut_off")
        found[key] = section.options("names")
        section.finish()
    root.finish()
    return found


_LETTERS = {"hi": "\u0900-\u097f", "pa": "\u0a00-\u0a7f", "ur": "\u0600-\u06ff"}


def written(options: tuple[Option, ...], name: str, lang: str) -> str | None:
    """The same name as the list spells it for `lang`; None when the list has not got it so.

    Of one caste's names each stays itself: Jatav is जाटव, and no other name of its entry. Among the spellings each name
    stands in Latin letters first, its other scripts after it.
    """
    wanted = folded(name)
    for option in options:
        if wanted in {folded(title) for title in option.title.values()}:
            return option.title[lang]
        group: list[str] = []
        for spelling in (*option.spellings, "."):
            if spelling.isascii() and group:
                if wanted in {folded(one) for one in group}:
                    return next((one for one in group if _fits(one, lang)), None)
                group = []
            group.append(spelling)
    return None


def _fits(name: str, lang: str) -> bool:
    return name.isascii() if lang == "en" else re.search(f"[{_LETTERS[lang]}]", name) is not None


def names(options: tuple[Option, ...]) -> frozenset[str]:
    return frozenset(folded(name) for option in options for name in (*option.title.values(), *option.spellings))


@lru_cache(maxsize=1)
def notified() -> Mapping[str, frozenset[str]]:
    """The folded names of each list of the catalogue shipped with this package."""
    folder = Path(__file__).parent
    return {key: names(options) for key, options in lists(read(folder / FILE, folder)).items()}
