"""How a message in words was understood: for the counts, and – masked – for the linguists' archive.

Only what is said outside the form is archived: an answer in the form is mostly a name, a date or an address, of use to
nobody but the department. What is archived carries no conversation, no time but the day, and none of the values that
the model found or the conversation already knows of the person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalogue.model import LANGUAGES
from dialogue.conversation import Conversation
from runtime.masking import mask

PERSONAL = frozenset(
    {
        "person_name",
        "phone",
        "aadhaar",
        "pincode",
        "date",
        "place",
        "application_number",
        "certificate_number",
        "amount",
    }
)
SHORTEST = 3
"""Letters of a known value below which taking it out would only tear words apart."""


@dataclass(frozen=True)
class Heard:
    """`service` is the one understood; `confidence` that of the intent."""

    intent: str
    confidence: float
    service: str
    lang: str
    script: str
    in_form: bool

    @property
    def result(self) -> str:
        """understood, fallback, or form (in the form, the validators decide)."""
        return "form" if self.in_form else "fallback" if self.intent == "nlu_fallback" else "understood"


def heard(parse: Mapping[str, Any], in_form: bool) -> Heard:
    """From Rasa's parse of a message."""
    language = parse.get("language") or {}
    intent = parse.get("intent") or {}
    services = [e for e in parse.get("entities") or () if e.get("entity") == "service"]
    best: Mapping[str, Any] = max(services, key=lambda e: float(e.get("confidence_entity") or 0.0), default={})
    lang = str(language.get("code") or "")
    return Heard(
        intent=str(intent.get("name") or "nlu_fallback"),
        confidence=round(float(intent.get("confidence") or 0.0), 3),
        service=str(best.get("value") or ""),
        lang=lang if lang in LANGUAGES else "other",
        script=str(language.get("script") or "")[:4] or "none",
        in_form=in_form,
    )


def sentence(text: str, parse: Mapping[str, Any], known: Conversation, found: Heard, day: str) -> str:
    """The archive's line as JSON; empty when the message does not belong there."""
    if found.in_form or not text.strip():
        return ""
    hidden = _without(_without_entities(text, parse.get("entities") or ()), _values(known))
    return json.dumps({"text": mask(hidden), "day": day, **asdict(found)}, ensure_ascii=False)


def _without_entities(text: str, entities: Iterable[Mapping[str, Any]]) -> str:
    personal = [e for e in entities if e.get("entity") in PERSONAL and e.get("start") is not None]
    for entity in sorted(personal, key=lambda e: int(e["start"]), reverse=True):
        text = f"{text[: int(entity['start'])]}[{entity['entity']}]{text[int(entity['end']) :]}"
    return text


def _values(known: Conversation) -> set[str]:
    """What the conversation knows of people: names as a whole and in their parts, and every other text."""
    texts = [person.name for person in known.people] + [item.name for item in known.filed]
    for draft in (known.draft, *known.parked):
        if draft is not None:
            texts += [value for value in draft.values.values() if isinstance(value, str)]
    return {part for text in texts for part in (text, *text.split()) if len(part) >= SHORTEST}


def _without(text: str, values: Iterable[str]) -> str:
    for value in sorted(values, key=len, reverse=True):
        start = text.casefold().find(value.casefold())
        while start >= 0:
            text = f"{text[:start]}[…]{text[start + len(value) :]}"
            start = text.casefold().find(value.casefold(), start + 3)
    return text
