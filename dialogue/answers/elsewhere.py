"""Answers to other questions of the form than the one asked: under their full names, or of an unmistakable kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalogue.model import FieldUse
from dialogue.answers.outcome import Accepted, Context
from dialogue.answers.parsers import parse
from dialogue.answers.told import tell
from dialogue.draft import Draft
from dialogue.interruption import QUESTION_MARKS
from dialogue.step import Step
from dialogue.understanding import Understanding

UNMISTAKABLE = frozenset({"phone", "email", "aadhaar", "pincode"})
"""Types whose answers are known wherever they are said."""


def elsewhere(
    step: Step, uses: Sequence[FieldUse], draft: Draft, message: Understanding, context: Context
) -> dict[str, Any]:
    """Values by field id, earlier or later ones; `uses` are the questions of the form that are open to change."""
    if message.text.rstrip().endswith(QUESTION_MARKS):
        return {}
    asked = step.field_ids
    others = [use for use in uses if use.field.id not in asked]
    # Loose text is taken for a question that was asked at least once.
    named = [use for use in others if use.field.id in draft.values or use.field.type not in ("text", "address")]
    told = dict(tell(named, message.text, message.entities, context, kin=False).values)
    kinds = [use.field.type for use in uses]
    # A PIN code inside an address, or a number inside a story, belongs to what was asked.
    inside = any(use.field.type == "address" or use.field.statement for use in step.fields)
    for use in others if not inside else ():
        if use.field.type in UNMISTAKABLE and kinds.count(use.field.type) == 1 and use.field.id not in told:
            outcome = parse(use.field, message.text, context)
            if isinstance(outcome, Accepted) and outcome.sure:
                told[use.field.id] = outcome.value
    return told
