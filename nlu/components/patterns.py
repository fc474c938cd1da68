"""Values that a form of their own gives away: dates, amounts, numbers with checksums. Nothing is learnt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components import entities
from nlu.components.component import Component
from nlu.components.entities import Entity
from nlu.text import amounts, dates, identifiers
from nlu.text.found import Found
from nlu.text.normalise import normalise

INDIA = timezone(timedelta(hours=5, minutes=30))
Finder = Callable[[str, date], Iterable[Any]]
_OUR_CERTIFICATE = re.compile(r"[A-Z]{3}C-\d{4}-\d+")
"""A number of our departments whose letters end in C: a certificate (`departments.numbers`)."""
_WORD_AND_RUN = re.compile(r"[A-Za-z]+\s+(\d{10,16})")
_SLASHED = re.compile(r"(?<![A-Za-z0-9/])[A-Za-z]{2,4}/(?:[A-Za-z]{2,5}/)?\d{4}/\d{3,12}(?![0-9/])")
"""Numbers as older papers print them, DL/INC/2026/004512."""


def find_certificates(text: str) -> list[Found[str]]:
    """Numbers of certificates, in capitals and ASCII digits."""
    normal = normalise(text, squeeze=False)
    slashed = [Found(one.group().upper(), *normal.span(*one.span())) for one in _SLASHED.finditer(normal.text)]
    ours = [one for one in identifiers.find_application_numbers(text) if _OUR_CERTIFICATE.fullmatch(one.value)]
    return [*slashed, *ours]


def find_applications(text: str) -> list[Found[str]]:
    """Numbers of applications; a word before a bare run of digits ("number is 90500000123456") is no part of it."""
    found = []
    for one in identifiers.find_application_numbers(text):
        bare = _WORD_AND_RUN.fullmatch(text[one.start : one.end])
        if bare:
            digits = normalise(bare[1], squeeze=False).text
            found.append(Found(digits, one.start + bare.start(1), one.end))
        else:
            found.append(one)
    return found


FINDERS: dict[str, Finder] = {
    "aadhaar": lambda text, today: identifiers.find_aadhaar(text),
    "phone": lambda text, today: identifiers.find_phones(text),
    "certificate_number": lambda text, today: find_certificates(text),
    "application_number": lambda text, today: find_applications(text),
    "date": lambda text, today: dates.find_dates(text, today),
    "pincode": lambda text, today: identifiers.find_pincodes(text),
    "amount": lambda text, today: amounts.find_amounts(text),
}
"""In the order in which they may claim a stretch of text: the more a form demands, the earlier."""


def find(text: str, today: date, names: Sequence[str]) -> list[Entity]:
    """Entities in normal form; of two that overlap, the one whose form demands more."""
    found: list[Entity] = []
    for name in names:
        for one in FINDERS[name](text, today):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(Entity(name, entities.plain(one.value), one.start, one.end, 1.0))
    return sorted(found, key=lambda one: one.start)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PatternExtractor(Component):
    """`entities`: which of `FINDERS`, in order of precedence. Relative dates count from today in India."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"entities": list(FINDERS), "max_characters": 2000}

    def today(self) -> date:
        return datetime.now(INDIA).date()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = find(message.get(TEXT)[: self.config["max_characters"]], self.today(), self.config["entities"])
            message.set(
                ENTITIES, entities.merged(message.get(ENTITIES), found, type(self).__name__), add_to_output=True
            )
        return messages
