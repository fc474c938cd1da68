"""Answers to other questions of the form than the one asked: under their full names, or of an unmistakable kind.

What came under another question's name answers that one alone: its part of the message is kept from the question that
was asked, so that "nahi, janam tithi 6/5/1990 hai" is no day since when somebody has lived here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalogue.model import FieldUse
from dialogue.answers.assign import Assignment, assign
from dialogue.answers.outcome import Accepted, Context, Refused
from dialogue.answers.parsers import parse
from dialogue.answers.told import Mention, Told, blanked, mentions, of_relatives, told_of
from dialogue.draft import Draft
from dialogue.step import Step
from dialogue.understanding import Understanding
from nlu.text.asking import MARKS
from nlu.text.kin import find_kin

UNMISTAKABLE = frozenset({"phone", "email", "aadhaar", "pincode"})
"""Types whose answers are known wherever they are said."""
_BREAK = re.compile(r"[,;\n|،؛।۔]|(?<=\w{5})[.!]\s+|(?<!\w)(?:and|aur|और|ਅਤੇ|ਤੇ|اور)(?!\w)", re.I)
"""Where a part of a message ends for which one question answers; "Mohd. Salim" is one part."""


@dataclass(frozen=True)
class Elsewhere:
    """`named`: told under their names; `kinds`: known by their kind alone; both by field id. `spans`: parts of the
    message that speak of other questions."""

    named: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, Any] = field(default_factory=dict)
    refusals: Mapping[str, Refused] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        return {**self.kinds, **self.named}


def elsewhere(
    step: Step, uses: Sequence[FieldUse], draft: Draft, message: Understanding, context: Context
) -> Elsewhere:
    """What is told of earlier and later questions; `uses` are the questions of the form that are open to change."""
    text = message.text
    if text.rstrip().endswith(MARKS):
        return Elsewhere()
    asked = step.field_ids
    others = [use for use in uses if use.field.id not in asked]
    # Loose text is taken for a question that was asked at least once.
    named = [use for use in others if use.field.id in draft.values or use.field.type not in ("text", "address")]
    told = _told(step.fields, named, draft, message, context)
    kinds: dict[str, Any] = {}
    every = [use.field.type for use in uses]
    # A PIN code inside an address, or a number inside a story, belongs to what was asked.
    inside = any(use.field.type == "address" or use.field.statement for use in step.fields)
    for use in others if not inside else ():
        if use.field.type in UNMISTAKABLE and every.count(use.field.type) == 1 and use.field.id not in told.values:
            outcome = parse(use.field, text, context)
            if isinstance(outcome, Accepted) and outcome.sure:
                kinds[use.field.id] = outcome.value
    nobody = () if any(use.field.statement for use in step.fields) else of_relatives(text)
    spans = tuple(_part(text, start, end) for start, end in (*told.spans, *told.refused, *nobody))
    refusals = {name: why for name, why in told.refusals.items() if name not in kinds}
    return Elsewhere(told.values, kinds, refusals, spans)


def beside(uses: Sequence[FieldUse], other: Elsewhere, message: Understanding, context: Context) -> Assignment:
    """What the message answers of the questions asked, beside what it tells of others."""
    text = message.text
    if not other.spans:
        return assign(uses, text, context, message.entities)
    rest = blanked(text, other.spans)
    if not re.search(r"[^\W_]", rest):
        return Assignment()
    entities = [e for e in message.entities if rest[e["start"] : e["end"]].strip()]
    return assign(uses, rest, context, entities)


def _told(
    asked: Sequence[FieldUse], others: Sequence[FieldUse], draft: Draft, message: Understanding, context: Context
) -> Told:
    """Who says "father" while two fathers are in the form means the one that was told already."""
    own = mentions(asked, message.text, message.entities, context.catalogue)
    answered = [use for use in others if use.field.id in draft.values]
    found: list[Mention] = []
    for uses in (answered, [use for use in others if use.field.id not in draft.values]):
        for mention in mentions(uses, message.text, message.entities, context.catalogue):
            free = all(_apart(mention, one) for one in found) and all(
                _apart(mention, one) or (mention.end - mention.start, mention.score) > (one.end - one.start, one.score)
                for one in own
            )
            if free and not mention.by_kin and not _alike(mention, asked, message.text):
                found.append(mention)
    stops = [one.start for one in own]
    return told_of(sorted(found, key=lambda m: m.start), message.text, message.entities, context, stops)


def _apart(one: Mention, other: Mention) -> bool:
    return one.end <= other.start or one.start >= other.end


def _alike(mention: Mention, asked: Sequence[FieldUse], text: str) -> bool:
    """Whether the name may as well be short for a question that was asked: "name" for the bride's, "dob" for hers."""
    if any(mention.start <= kin.start < mention.end for kin in find_kin(text)):
        return False
    words = set(mention.field.id.split("_"))
    return any(use.field.type == mention.field.type and words & set(use.field.id.split("_")) for use in asked)


def _part(text: str, start: int, end: int) -> tuple[int, int]:
    """The parts of the message in which the stretch lies, whole."""
    before = max((one.end() for one in _BREAK.finditer(text, 0, start)), default=0)
    after = _BREAK.search(text, end)
    return before, after.start() if after else len(text)
