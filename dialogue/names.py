"""What the catalogue's things are called: every spelling with the entity and the value that it stands for.

Reads the catalogue and nothing else; knows no Rasa, so that tests and tools can use it without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue import loader, messages
from catalogue.model import Catalogue, Place, Service


@dataclass(frozen=True)
class Spelling:
    """`text` means `value` (a catalogue id) as an `entity`; `language` as in `Service.synonyms`, empty if unknown."""

    text: str
    entity: str
    value: str
    language: str = ""


def spellings() -> list[Spelling]:
    """Names of all services, departments, districts, sub-divisions and fields, without repetition, in their order."""
    catalogue = loader.load()
    return list(dict.fromkeys(one for one in _all(catalogue) if one.text.strip()))


def responses() -> dict[str, list[dict[str, str]]]:
    """Responses in Rasa's form for the sentences whose key begins with `utter_`; the words are chosen when said."""
    known = messages.load()
    return {key: [{"text": known.text(key)["en"]}] for key in sorted(known.keys()) if key.startswith("utter_")}


def version() -> str:
    return loader.load().version


def _all(catalogue: Catalogue) -> Iterator[Spelling]:
    for service in catalogue.services.values():
        yield from _of_service(service)
    for department in catalogue.departments.values():
        yield from (Spelling(text, "department", department.id, lang) for lang, text in department.name.items())
    for place in (*catalogue.districts.values(), *catalogue.sub_divisions.values()):
        yield from _of_place(place)
    for field in catalogue.fields.values():
        yield from (Spelling(text, "field", field.id, lang) for lang, text in field.label.items())


def _of_service(service: Service) -> Iterator[Spelling]:
    yield from (Spelling(text, "service", service.id, lang) for lang, text in service.name.items())
    for lang, texts in service.synonyms.items():
        yield from (Spelling(text, "service", service.id, lang) for text in texts)


def _of_place(place: Place) -> Iterator[Spelling]:
    yield from (Spelling(text, "place", place.id, lang) for lang, text in place.name.items())
    yield from (Spelling(text, "place", place.id) for text in place.spellings)
