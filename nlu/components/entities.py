"""Entities as our extractors pass them, and as Rasa wants them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rasa.shared.nlu.constants import (
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
)

from nlu.text.amounts import Amount

CONFIDENCE = "confidence_entity"
"""As Rasa's own extractors call it."""


@dataclass(frozen=True)
class Entity:
    """`value` in normal form; `start`, `end` bound it in the person's own text."""

    kind: str
    value: str
    start: int
    end: int
    confidence: float


def plain(value: date | Amount | str) -> str:
    """A finder's value as text: dates in ISO form, amounts as whole rupees in ASCII digits."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value.rupees) if isinstance(value, Amount) else value


def merged(there: Sequence[dict[str, Any]] | None, new: Iterable[Entity], extractor: str) -> list[dict[str, Any]]:
    """The entities there and those of the new that overlap none of them (earlier extractors know better)."""
    kept = list(there or ())
    for one in new:
        if not any(_overlap(one, other) for other in kept):
            kept.append(_as_rasa(one, extractor))
    return sorted(kept, key=lambda one: (one[ENTITY_ATTRIBUTE_START], one[ENTITY_ATTRIBUTE_END]))


def added(there: Sequence[dict[str, Any]] | None, new: Iterable[Entity], extractor: str) -> list[dict[str, Any]]:
    """The entities there and all of the new, also where they overlap."""
    kept = [*(there or ()), *(_as_rasa(one, extractor) for one in new)]
    return sorted(kept, key=lambda one: (one[ENTITY_ATTRIBUTE_START], one[ENTITY_ATTRIBUTE_END]))


def _overlap(one: Entity, other: dict[str, Any]) -> bool:
    return bool(one.start < other[ENTITY_ATTRIBUTE_END] and other[ENTITY_ATTRIBUTE_START] < one.end)


def _as_rasa(one: Entity, extractor: str) -> dict[str, Any]:
    return {
        ENTITY_ATTRIBUTE_TYPE: one.kind,
        ENTITY_ATTRIBUTE_VALUE: one.value,
        ENTITY_ATTRIBUTE_START: one.start,
        ENTITY_ATTRIBUTE_END: one.end,
        CONFIDENCE: round(one.confidence, 6),
        EXTRACTOR: extractor,
    }
