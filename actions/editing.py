"""Changing a line of the summary: which line is meant, and the list to choose one from."""

from __future__ import annotations

import re

from actions.turn import Turn
from actions.wording import summary_items
from catalogue.model import Service
from dialogue.answers.labels import labelled
from dialogue.answers.told import trimmed
from dialogue.draft import Draft
from dialogue.step import Step
from dialogue.understanding import Understanding
from nlu.text.normalise import normalise

PAGE = 9
NAMED = 0.9
"""Score of a label that was written, not merely resembled."""
_LINE = re.compile(
    r"(?:(?:line|no\.?|number|point|लाइन|नंबर|ਲਾਈਨ|ਨੰਬਰ|لائن|نمبر)\s*)?(\d{1,2})(?:[:.)=\-]\s|"
    r"\s+(?:line\s+|number\s+)?(?:mein|main|me|ko|par|pe|vich|vch|nu|is|should\s+be|to|change|wrong|galat|ਵਿੱਚ|ਵਿਚ|ਨੂੰ|"
    r"में|को|पर|ग़लत|गलत|ਗਲਤ|ਗ਼ਲਤ|میں|کو|پر|غلط)(?!\w))\s*(.*)",
    re.I | re.S,
)


def line_meant(turn: Turn, service: Service, draft: Draft, text: str) -> str | None:
    """Field or document named by its number, or by its label with nothing else said."""
    items = list(summary_items(turn, service, draft))
    bare = str(normalise(text).text).strip(" .)#")
    number = re.fullmatch(r"(?:line|no\.?|number)?\s*(\d{1,2})", bare.casefold())
    if number:
        index = int(number.group(1)) - 1
        return items[index] if 0 <= index < len(items) else None
    uses = [use for use in service.fields if use.field.id in items]
    found = labelled(text, uses, turn.catalogue)
    if found and found[0].end - found[0].start >= 0.7 * len(text.strip()):
        return str(found[0].key)
    return None


def line_changed(turn: Turn, service: Service, draft: Draft, text: str) -> tuple[str, str]:
    """Field or document of the line that is named by its number, and what is said of it; both empty without one."""
    items = list(summary_items(turn, service, draft))
    said = _LINE.match(str(normalise(text, squeeze=False).text).strip())
    index = int(said.group(1)) - 1 if said else -1
    return (items[index], trimmed(said.group(2))) if said and 0 <= index < len(items) else ("", "")


def line_spoken_of(turn: Turn, service: Service, draft: Draft, message: Understanding) -> str | None:
    """Field whose very label stands in the message, or that the model sees named there."""
    uses = [use for use in service.fields if use.field.id in summary_items(turn, service, draft)]
    found = [match.key for match in labelled(message.text, uses, turn.catalogue) if match.score >= NAMED]
    seen = [str(e["value"]) for e in message.entities if e["entity"] == "field"]
    known = {use.field.id for use in uses}
    return next((name for name in (*found, *seen) if name in known), None)


def offer_lines(turn: Turn, service: Service, draft: Draft, cursor: str) -> None:
    """Shows a page of lines as taps, each `edit:<id>`."""
    items = list(summary_items(turn, service, draft).items())
    start = int(cursor) if cursor.isdigit() and int(cursor) < len(items) else 0
    turn.say("ask_which_line")
    page = PAGE if len(items) - start > PAGE + 1 else PAGE + 1
    for name, (label, value) in items[start : start + page]:
        turn.offer(f"edit:{name}", label, value)
    if len(items) > start + page:
        turn.offer(f"more:edit:{start + page}", turn.words("button_more"))
    turn.ask(service.id, "summary", "confirm")


def offer_fields(turn: Turn, service: Service, draft: Draft, step: Step) -> None:
    """The answers that a rule is about, as taps."""
    turn.say("ask_which_line")
    for use in step.fields:
        turn.offer(f"edit:{use.field.id}", use.field.label[turn.lang], turn.show(use.field, draft.values[use.field.id]))
    turn.ask(service.id, step.rule.id if step.rule else "summary", "confirm")
