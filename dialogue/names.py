"""What the catalogue's things are called: every spelling with the entity and the value that it stands for.

Reads the catalogue and nothing else; knows no Rasa, so that tests and tools can use it without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from catalogue import loader, messages
from catalogue.model import Catalogue, Place, Service
from nlu.text.matching import Matcher

FOLDED, LETTERS, MANY_LETTERS = 0.95, 6, 14
"""Score of a spelling that differs in folded letters only. Shorter names stand in too many sentences by chance; in long
ones a slip of the finger is no doubt."""


@dataclass(frozen=True)
class Spelling:
    """`text` means `value` (a catalogue id) as an `entity`; `language` as in `Service.synonyms`, empty if unknown."""

    text: str
    entity: str
    value: str
    language: str = ""


def spellings() -> list[Spelling]:
    """Names of all services, departments, places and fields, without repetition, in their order."""
    catalogue = loader.load()
    return list(dict.fromkeys(one for one in _all(catalogue) if one.text.strip()))


def responses() -> dict[str, list[dict[str, str]]]:
    """Responses in Rasa's form for the sentences whose key begins with `utter_`; the words are chosen when said."""
    known = messages.load()
    return {key: [{"text": known.text(key)["en"]}] for key in sorted(known.keys()) if key.startswith("utter_")}


@lru_cache(maxsize=1)
def _service_matcher() -> Matcher:
    found: dict[str, list[str]] = {}
    for service in loader.load().services.values():
        found[service.id] = [spelling.text for spelling in _of_service(service)]
    return Matcher(found)


def service_named(text: str) -> str:
    """The one service whose very name, or a folded spelling of it, stands in the text; empty when there is none."""
    matches = [match for match in _service_matcher().find(text) if match.end - match.start >= LETTERS]
    sure = [match for match in matches if match.score >= FOLDED or match.end - match.start >= MANY_LETTERS]
    return sure[0].key if len(sure) == 1 else ""


def version() -> str:
    return loader.load().version


def _all(catalogue: Catalogue) -> Iterator[Spelling]:
    for service in catalogue.services.values():
        yield from _of_service(service)
    for department in catalogue.departments.values():
        yield from (Spelling(text, "department", department.id, lang) for lang, text in department.name.items())
    for place in (*catalogue.districts.values(), *catalogue.sub_divisions.values(), *catalogue.localities.values()):
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
