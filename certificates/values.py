"""Normal values of an application (ISO dates, integers, catalogue ids) as they are printed and as they are signed.

Reads the catalogue for field types, titles of choices and names of places; a value in the person's script comes from
`local`, as the person confirmed it. Numbers and codes inside right-to-left text are isolated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from catalogue.castes import written
from catalogue.expressions import lists_of
from catalogue.model import Catalogue, Department, Field, Service
from certificates import words
from certificates.errors import MissingValue
from certificates.pdf import scripts

_CODE = re.compile(r"[0-9A-Za-z+](?:[0-9A-Za-z /.,:'&()\-+]*[0-9A-Za-z])?")
_TYPES = {
    "name": "name",
    "money": "money",
    "date": "date",
    "datetime": "date",
    "choice": "choice",
    "choices": "choice",
    "district": "place",
    "sub_division": "place",
    "boolean": "boolean",
}


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Mapping[str, str]]:
    data: Mapping[str, Mapping[str, str]] = yaml.safe_load((Path(__file__).parent / "texts.yml").read_text("utf-8"))
    return data


def say(key: str, language: str, **values: str) -> str:
    """A sentence of `texts.yml`."""
    return _texts()[key][language].format(**values)


def issuer(department: Department) -> Mapping[str, str]:
    """A department's name as it signs, by language."""
    return _texts().get(f"issuer_{department.id}") or department.name


@dataclass(frozen=True)
class Bilingual:
    """A text in English and in the person's language; `local` is empty on an English certificate."""

    en: str
    local: str


@dataclass(frozen=True)
class Values:
    """What was asked and answered. `languages` on the page: English first."""

    service: Service
    catalogue: Catalogue
    given: Mapping[str, Any]
    local: Mapping[str, str]
    language: str

    def has(self, field: str) -> bool:
        return self.given.get(field) not in (None, "", [], ())

    def raw(self, field: str) -> Any:
        return self.given.get(field)

    def type_of(self, field: str) -> str:
        """The catalogue's type of a field; empty for a fact that only the office knows."""
        found = self._field(field)
        return found.type if found else ""

    def printed(self, fields: Iterable[str], format_: str = "") -> Bilingual:
        """The value of one field, or several joined; both texts empty when nothing was given."""
        names = [field for field in fields if self.has(field)]
        if format_ == "joined" and "address" in names:
            names = ["address"]
        single = "" if format_ == "joined" else format_
        english = ", ".join(self._text(field, single, "en") for field in names)
        if self.language == "en" or not names:
            return Bilingual(english, "")
        comma = "، " if self.language == "ur" else ", "
        local = comma.join(tidy(self._text(field, single, self.language), self.language) for field in names)
        return Bilingual(english, local)

    def sentence(self, template: str, language: str, derived: Mapping[str, tuple[tuple[str, ...], str]]) -> str:
        """A statement with its {fields} filled; it names the currency itself. Raises `MissingValue`."""

        def fill(match: re.Match[str]) -> str:
            name = match.group(1)
            fields, format_ = derived.get(name, ((name,), ""))
            if name not in derived or self.has(name):
                fields, format_ = (name,), ""
            if not format_ and len(fields) == 1 and self._format(fields[0]) == "money":
                format_ = "amount"
            found = self.printed(fields, format_)
            text = found.en if language == "en" else found.local
            if not text:
                raise MissingValue(name)
            return text

        return tidy(re.sub(r"\{(\w+)\}", fill, template), language)

    def _field(self, name: str) -> Field | None:
        for use in self.service.fields:
            if use.field.id == name:
                return use.field
        return self.catalogue.fields.get(name)

    def _format(self, name: str) -> str:
        field = self._field(name)
        return _TYPES.get(field.type if field else "", "text")

    def _text(self, name: str, format_: str, language: str) -> str:
        value = self.given[name]
        field = self._field(name)
        notified = self._notified(name, value, language)
        if notified is not None:
            return notified
        format_ = format_ or self._format(name)
        if language != "en" and name in self.local and format_ in ("text", "name"):
            return unicodedata.normalize("NFC", self.local[name])
        if format_ == "amount":
            return words.grouped(int(value))
        if format_ == "money":
            return say("rupees", language, amount=words.grouped(int(value)))
        if format_ == "words":
            return _upper_first(say("rupees_words", language, words=words.in_words(int(value), language)))
        if format_ == "date":
            return words.day(as_date(value), language)
        if format_ == "boolean":
            return say("yes" if value else "no", language)
        if format_ == "choice":
            return self._choice(field, value, language)
        if format_ == "place":
            place = self.catalogue.districts.get(value) or self.catalogue.sub_divisions.get(value)
            return place.name[language] if place else str(value)
        if isinstance(value, (list, tuple)):
            return ", ".join(str(item) for item in value)
        if _is_date(value):
            return words.day(as_date(value), language)
        text = unicodedata.normalize("NFC", str(value)).strip()
        return _in_digits(text) if language == "en" else text

    def _notified(self, name: str, value: Any, language: str) -> str | None:
        """The answer as a notified list spells it for the language, in whatever script it was given."""
        rules = [rule for rule in self.service.rules if name in rule.fields]
        lists = [self.catalogue.castes[key] for rule in rules for key in lists_of(rule.expr)]
        found = (written(options, str(value), language) for options in lists)
        return next((spelling for spelling in found if spelling), None)

    @staticmethod
    def _choice(field: Field | None, value: Any, language: str) -> str:
        titles = {option.value: option.title[language] for option in field.options} if field else {}
        values = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(titles.get(str(item), str(item)) for item in values)


def _in_digits(text: str) -> str:
    """With digits of any script as 0 to 9: an English line is read by people who know no others."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_date(value: Any) -> bool:
    return isinstance(value, date) or (isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)))


def as_date(value: Any) -> date:
    """A date from itself or its ISO form."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def tidy(text: str, language: str) -> str:
    """NFC, single spaces; in Urdu every number and code in an isolate, so that 42-B does not print as B-42."""
    clean = " ".join(unicodedata.normalize("NFC", scripts.strip(text)).split())
    return _CODE.sub(lambda match: scripts.isolate(match.group()), clean) if language == "ur" else clean
