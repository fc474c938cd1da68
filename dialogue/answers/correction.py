"""A correction in free words ("father's name is wrong, it is Ram Lal"): which answer, and what it should be."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.model import FieldUse
from dialogue.answers.labels import labelled
from dialogue.answers.outcome import Accepted, Context
from dialogue.answers.parsers import FREE, parse
from dialogue.answers.told import tell

_TAIL = re.compile(
    r"(?:\bit(?:'s| is)\b|\bshould be\b|\bmake it\b|\bchange (?:it )?to\b|\bto\b|\bnahi+n?\b|\bnot\b|"
    r":|->|→|=|,|،|।|\bhai\b|\bलिखो\b|है|ਹੈ|ہے)"
)
_WRITE = re.compile(
    r"\s*(?:\b(?:likho|likhna|likh do|likh dijiye|kar do|kar dijiye|karo|hona chahiye|hai|he|karna|please|pls)\b|"
    r"लिखो|लिखिए|लिख दो|लिख दीजिए|कर दो|कर दीजिए|होना चाहिए|है|ਲਿਖੋ|ਕਰ ਦਿਓ|ਕਰੋ|ਹੋਣਾ ਚਾਹੀਦਾ|ਹੈ|"
    r"لکھیں|لکھو|کر دیں|ہونا چاہیے|ہے)\s*$",
    re.I,
)
_WRONG = re.compile(
    r"\b(?:is )?(?:wrong|incorrect|galat|galt|mistake)\b|गलत|ग़लत|ਗਲਤ|ਗ਼ਲਤ|غلط|"
    r"\b(?:hai|he)\b|(?<!\w)(?:है|ਹੈ|ہے)(?!\w)",
    re.I,
)


@dataclass(frozen=True)
class Correction:
    """`value` is None when only the field was named; `also`: what else was corrected in the same breath."""

    field: str
    value: Any = None
    also: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def _new_value(text: str) -> str:
    """What stands after the last sign that a new value follows."""
    pieces = [piece for piece in _TAIL.split(text) if piece and piece.strip()]
    tail = pieces[-1] if pieces else ""
    for _ in range(3):
        tail = _WRITE.sub("", tail)
    return _WRONG.sub("", tail).strip(" .,-")


def _longer(length: int, entities: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a label of this length says more than the model's: "father's name" against the "name" in it."""
    return all(length > e["end"] - e["start"] for e in entities if e["entity"] == "field")


def correction(
    text: str, entities: Sequence[Mapping[str, Any]], answered: Sequence[FieldUse], context: Context
) -> Correction | None:
    """The answered field that is meant and its new value, or None when neither name nor value points to one field."""
    told = tell(answered, text, entities, context)
    if told.values:
        (first, value), *others = told.values.items()
        return Correction(first, value, dict(others))
    by_id = {use.field.id: use.field for use in answered}
    named = [str(e["value"]) for e in entities if e["entity"] == "field" and str(e["value"]) in by_id]
    labels = labelled(text, answered, context.catalogue)
    if named and labels and not _longer(labels[0].end - labels[0].start, entities):
        labels = []
    target = labels[0].key if labels else named[0] if named else ""
    if not target:
        return _by_value(text, answered, context)
    item = by_id[target]
    label_end = labels[0].end if labels else 0
    rest = text[label_end:] if labels else text
    if item.type == "name":
        people = [e for e in entities if e["entity"] == "person_name"]
        candidates = [text[e["start"] : e["end"]] for e in people[-1:]] + [_new_value(rest)]
    elif item.type in FREE:
        candidates = [_new_value(rest)]
    else:
        candidates = [_new_value(rest), rest]
    for candidate in candidates:
        if not candidate.strip() or (labelled(candidate, answered, context.catalogue) and item.type in FREE):
            continue
        outcome = parse(item, candidate, context)
        if isinstance(outcome, Accepted):
            return Correction(target, outcome.value)
    return Correction(target)


def _by_value(text: str, answered: Sequence[FieldUse], context: Context) -> Correction | None:
    hits: list[Correction] = []
    for use in answered:
        if use.field.type in FREE or use.field.type in ("boolean", "identifier", "integer", "decimal"):
            continue
        outcome = parse(use.field, text, context)
        if isinstance(outcome, Accepted) and outcome.sure:
            hits.append(Correction(use.field.id, outcome.value))
    return hits[0] if len(hits) == 1 else None
