"""Facts of a service's form found in a free sentence ("I am Sunita from Shahdara, we earn 1.2 lakh a year").

Only what can mean one field alone is taken; it is shown back, never silently believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalogue.model import FieldUse, Service
from dialogue.answers.happening import happened
from dialogue.answers.outcome import Accepted, Context
from dialogue.answers.parsers import parse

ENTITY_TYPES = {
    "date": ("date",),
    "phone": ("phone",),
    "pincode": ("pincode",),
    "aadhaar": ("aadhaar",),
    "amount": ("money",),
    "place": ("district", "sub_division"),
}
"""Entities of the parse and the types of fields that they can answer."""
OPENING_WORDS = 6
"""A shorter first sentence only asks for the service ("mujhe shikayat karni hai")."""
NAME_WORDS = 4
SURE_OF_NAME = 0.8


def _text_of(entity: Mapping[str, Any], text: str) -> str:
    return text[entity["start"] : entity["end"]] or str(entity.get("value", ""))


def _named_field(uses: Sequence[FieldUse], entity: Mapping[str, Any], entities: Iterable[Mapping[str, Any]]) -> str:
    """Field that the nearest `field` entity before the value names, or the empty string."""
    before = [e for e in entities if e["entity"] == "field" and e["end"] <= entity["start"] + 1]
    if not before:
        return ""
    nearest = max(before, key=lambda e: int(e["end"]))
    ids = {use.field.id for use in uses}
    return str(nearest["value"]) if nearest["value"] in ids and entity["start"] - nearest["end"] < 25 else ""


def _believable(entity: Mapping[str, Any], said: str, entities: Sequence[Mapping[str, Any]]) -> bool:
    """A name in a free sentence is taken only when it stands alone, short, and the model is sure of it."""
    services = [e for e in entities if e["entity"] == "service" and e["end"] > e["start"]]
    apart = all(
        entity["end"] <= e["start"] or entity["start"] >= e["end"] or e["end"] - e["start"] > 3 * len(said)
        for e in services
    )
    return apart and len(said.split()) <= NAME_WORDS and float(entity.get("confidence_entity", 1.0)) >= SURE_OF_NAME


def facts(service: Service, text: str, entities: Sequence[Mapping[str, Any]], context: Context) -> dict[str, Any]:
    """Field values told in `text`, by field id. Person names without a label are the applicant's, the first only."""
    uses = service.fields
    by_id = {use.field.id: use.field for use in uses}
    told = happened(uses, text, context)
    values: dict[str, Any] = dict(told.values)
    for entity in entities:
        if told.place and entity["start"] < told.place[1] and entity["end"] > told.place[0]:
            continue
        kind = entity["entity"]
        said = _text_of(entity, text)
        named = _named_field(uses, entity, entities)
        if kind == "person_name":
            target = named or service.applicant
            if target in by_id and target not in values and _believable(entity, said, entities):
                outcome = parse(by_id[target], said, context)
                if isinstance(outcome, Accepted):
                    values[target] = outcome.value
            continue
        candidates = [use.field for use in uses if use.field.type in ENTITY_TYPES.get(kind, ())]
        if named:
            candidates = [item for item in candidates if item.id == named]
        elif kind in ("date", "amount") and len(candidates) > 1:
            candidates = [item for item in candidates if kind == "amount" and item.id == "annual_income"]
        for item in candidates:
            outcome = parse(item, said, context)
            if isinstance(outcome, Accepted) and item.id not in values:
                values[item.id] = outcome.value
    if service.opening in by_id and len(text.split()) >= OPENING_WORDS:
        outcome = parse(by_id[service.opening], text, context)
        if isinstance(outcome, Accepted):
            values[service.opening] = outcome.value
    return values
