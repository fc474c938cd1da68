"""Which part of a message answers which of the questions that were asked.

People answer three questions in one breath: in the order asked, with commas or line breaks, or with labels ("father:
Ram Lal"). Tried in this order: one question takes the whole text; labelled parts; as many parts as questions; then
values that only one kind of question can mean (a date, a phone number, a place), and what is left over in order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogue.model import Field, FieldUse
from dialogue.answers.aim import aimed
from dialogue.answers.happening import place_beside
from dialogue.answers.labels import labelled
from dialogue.answers.outcome import Accepted, Context, Refused
from dialogue.answers.parentage import parentage
from dialogue.answers.parsers import FREE, parse
from dialogue.answers.since_birth import since_birth
from dialogue.answers.told import Told, blanked, tell
from nlu.text.asking import MARKS

_BREAKS = re.compile(r"\n+|\s*[;|؛]\s*|(?<!\d)\s*[,،]\s*|\s*[,،](?:\s+|(?!\d))|।\s*")
_LABEL = re.compile(r"^\s*(?:\d{1,2}\s*[.)]\s*)?([^:：=\d]{2,40}?)\s*[:：=]\s*(.+)$", re.S)
_AND = re.compile(r"(?<!\w)(?:hai\s+|है\s+|ਹੈ\s+|ہے\s+)?(?:and|aur|और|ਅਤੇ|ਤੇ|اور)(?!\w)", re.I)
SURE = 0.8
_OUT_OF_RANGE = frozenset({"too_small", "too_large", "before_birth"})
"""Refusals of what is an answer of the right kind all the same."""
_NUMBERED = re.compile(r"^\s*(\d{1,2})\s*[.)]\s+(.+)$", re.S)


@dataclass(frozen=True)
class Assignment:
    """`values` and `refusals` by field id; `sure` tells whether any value was recognised, not merely taken on trust."""

    values: Mapping[str, object] = field(default_factory=dict)
    refusals: Mapping[str, Refused] = field(default_factory=dict)
    sure: bool = False


def split(text: str) -> list[str]:
    """Parts of a message as people separate them: lines, commas, semicolons, bars, dandas."""
    return [part.strip() for part in _BREAKS.split(text) if part and part.strip()]


def _with_labels(uses: Sequence[FieldUse], parts: Sequence[str], context: Context) -> Assignment:
    by_id = {use.field.id: use.field for use in uses}
    values: dict[str, object] = {}
    refusals: dict[str, Refused] = {}
    for part in parts:
        label = _LABEL.match(part)
        named = labelled(label.group(1), uses, context.catalogue) if label else []
        if label is None or not named:
            continue
        outcome = parse(by_id[named[0].key], label.group(2), replace(context, values={**context.values, **values}))
        if isinstance(outcome, Accepted):
            values[named[0].key] = outcome.value
        else:
            refusals[named[0].key] = outcome
    return Assignment(values, refusals, bool(values))


def _in_order(uses: Sequence[FieldUse], parts: Sequence[str], context: Context) -> Assignment | None:
    values: dict[str, object] = {}
    refusals: dict[str, Refused] = {}
    sure = False
    for use, part in zip(uses, parts, strict=True):
        numbered = _NUMBERED.match(part)
        text = numbered.group(2) if numbered and use.field.type != "integer" else part
        outcome = parse(use.field, text, replace(context, values={**context.values, **values}))
        if isinstance(outcome, Refused):
            if outcome.code not in _OUT_OF_RANGE:
                return None
            refusals[use.field.id] = outcome
            continue
        values[use.field.id] = outcome.value
        sure = sure or outcome.sure
    return Assignment(values, refusals, sure) if sure or not refusals else None


def _by_kind(uses: Sequence[FieldUse], text: str, context: Context, whole: Sequence[str] | None = None) -> Assignment:
    """`whole`: what was said part by part, when `text` is only what others have left of it."""
    values: dict[str, object] = {}
    rest = text
    kinds = [use.field.type for use in uses]
    numeric = {"money", "integer", "decimal"}
    alone = sum(kind in numeric for kind in kinds) == 1
    rest = _since_birth_in(uses, rest, context, values)
    for use in sorted(uses, key=lambda u: _PRECEDENCE.get(u.field.type, 5)):
        kind = use.field.type
        if (
            use.field.id in values
            or kind in FREE
            or (kind in numeric and not alone)
            or kind == "choices"
            or (kind == "identifier" and use.field.pattern)
        ):
            continue
        if kinds.count(kind) > 1 and kind != "choice":
            continue
        if kind == "identifier":
            rest = _number_in(use, rest, context, values)
            continue
        if kind == "boolean":
            rest = _yes_or_no_in(use, rest, context, values)
            continue
        if kind == "choice":
            rest = _choice_in(use, rest, context, values)
            continue
        outcome = parse(use.field, rest, replace(context, values={**context.values, **values}))
        if isinstance(outcome, Accepted) and outcome.sure and outcome.end > outcome.start:
            values[use.field.id] = outcome.value
            if kind != "district" or not any(u.field.type == "sub_division" for u in uses):
                rest = rest[: outcome.start] + "\n" + rest[outcome.end :]
    beside = place_beside(
        [use for use in uses if use.field.id not in values], rest, text if whole is None else "\n".join(whole), context
    )
    if beside is not None:
        name, value, (start, end) = beside
        values[name] = value
        rest = rest[:start] + "\n" + rest[end:]
    sure = bool(values)
    left = [use for use in uses if use.field.id not in values and use.field.type in FREE]
    parts = [part for part in split(rest) if re.search(r"[^\W_]", part)]
    parts = _whole(parts, left, set(split(text) if whole is None else whole), names=whole is None and beside is None)
    if len(parts) > len(left) > 0:
        parts = [*parts[: len(left) - 1], ", ".join(parts[len(left) - 1 :])]
    for part in parts:
        taker = next((use for use in left if _may_be(use.field, part)), None)
        if taker is None:
            continue
        left.remove(taker)
        outcome = parse(taker.field, part, context)
        if isinstance(outcome, Accepted):
            values[taker.field.id] = outcome.value
    return Assignment(values, {}, sure)


def _may_be(item: Field, part: str) -> bool:
    """Digits alone are no occupation, but a telephone number cut short; a house or a class may be called by them."""
    return item.type != "text" or item.numbered or re.search(r"[^\W\d_]", part) is not None


def _whole(parts: Sequence[str], left: Sequence[FieldUse], said: set[str], *, names: bool) -> list[str]:
    """Without what others have left of a part: it answers nothing ("20 thousand | a month") but, with `names`, a name
    in its turn ("Ram Lal | 12 March 1990")."""
    kept: list[str] = []
    for part in parts:
        turn = left[min(len(kept), len(left) - 1)].field.type if left else ""
        if part in said or (names and turn == "name"):
            kept.append(part)
    return kept


def _since_birth_in(uses: Sequence[FieldUse], text: str, context: Context, values: dict[str, object]) -> str:
    """Takes a part that says "since birth", for each question that it answers; returns what is left."""
    for part in split(text):
        for use in uses:
            found = since_birth(use.field, part, context.values, context.today)
            if found is not None:
                values[use.field.id] = found[0]
                text = text.replace(part, "\n", 1)
    return text


def _number_in(use: FieldUse, text: str, context: Context, values: dict[str, object]) -> str:
    """Takes the printed number in what others have left, if there is one; returns what is left."""
    outcome = parse(use.field, text, context)
    if isinstance(outcome, Accepted) and outcome.end > outcome.start:
        values[use.field.id] = outcome.value
        return text[: outcome.start] + "\n" + text[outcome.end :]
    return text


def _choice_in(use: FieldUse, text: str, context: Context, values: dict[str, object]) -> str:
    """Takes the first part of the text that is surely one of the field's options; returns what is left."""
    for part in split(text):
        outcome = parse(use.field, part, context)
        if isinstance(outcome, Accepted) and outcome.sure and outcome.end > outcome.start:
            values[use.field.id] = outcome.value
            return text.replace(part, part[: outcome.start] + "\n" + part[outcome.end :], 1)
    return text


def _yes_or_no_in(use: FieldUse, text: str, context: Context, values: dict[str, object]) -> str:
    """Takes a part that is nothing but yes or no, where other parts stand beside it; returns what is left."""
    parts = split(text)
    for part in parts if len(parts) > 1 else ():
        outcome = parse(use.field, part, context)
        if isinstance(outcome, Accepted):
            values[use.field.id] = outcome.value
            return text.replace(part, "\n", 1)
    return text


_PRECEDENCE = {
    "email": 0,
    "aadhaar": 0,
    "phone": 1,
    "date": 2,
    "datetime": 2,
    "pincode": 2,
    "money": 3,
    "integer": 4,
    "decimal": 4,
    "identifier": 6,
    "sub_division": 6,
    "district": 7,
}


def assign(
    uses: Sequence[FieldUse], text: str, context: Context, entities: Sequence[Mapping[str, Any]] = ()
) -> Assignment:
    """Values found for the questions in `uses`; refusals are given only where it is clear which question was meant."""
    if not uses:
        return Assignment()
    if len(uses) == 1 and uses[0].field.statement:
        outcome = parse(uses[0].field, text, context)
        if isinstance(outcome, Accepted):
            return Assignment({uses[0].field.id: outcome.value}, {}, outcome.sure)
        return Assignment({}, {uses[0].field.id: outcome})
    parts = split(text)
    found = _with_labels(uses, parts, context)
    if found.values or found.refusals:
        return found
    told = parentage(uses, text, context)
    if not told.values:
        told = tell(uses, text, entities, context)
    if told.values or told.refused:
        return _with(told, uses, text, context)
    if len(uses) == 1:
        outcome = parse(uses[0].field, text, context)
        if isinstance(outcome, Refused):
            outcome = _only_name(uses[0], text, context, entities) or outcome
        if isinstance(outcome, Accepted):
            return Assignment({uses[0].field.id: outcome.value}, {}, outcome.sure)
        return Assignment({}, {uses[0].field.id: outcome})
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for pieces in (lines, parts):
        ordered = _in_order(uses, pieces, context) if len(pieces) == len(uses) else None
        if ordered is not None:
            return ordered
    found = _by_kind(uses, text, context)
    meant = {} if found.sure else aimed(uses, text, context)
    if found.values and not meant:
        left = [use for use in uses if use.field.id not in found.values]
        return replace(found, refusals=aimed(left, text, context))
    if len(parts) == 1 and not meant and _may_be(uses[0].field, text):
        outcome = parse(uses[0].field, text, context)
        if isinstance(outcome, Accepted):
            return Assignment({uses[0].field.id: outcome.value}, {}, outcome.sure)
    return Assignment({}, told.refusals or meant or _only_yes(uses, text, context))


def _only_yes(uses: Sequence[FieldUse], text: str, context: Context) -> Mapping[str, Refused]:
    """A mere yes, where nothing that was asked can be answered by one: told of the first question that wants words."""
    if any(use.field.type == "boolean" for use in uses):
        return {}
    outcomes = {use.field.id: parse(use.field, text, context) for use in uses if use.field.type in FREE}
    refusals = {name: why for name, why in outcomes.items() if isinstance(why, Refused) and why.code == "only_yes"}
    return dict([*refusals.items()][:1])


def _with(told: Told, uses: Sequence[FieldUse], text: str, context: Context) -> Assignment:
    """What came with its name, and beside it what only one kind of question can mean and whole parts in order."""
    rest = _AND.sub("\n", blanked(text, (*told.spans, *told.refused)))
    left = [use for use in uses if use.field.id not in told.values]
    beside = _by_kind(left, rest, replace(context, values={**context.values, **told.values}), split(text))
    values = {**beside.values, **told.values}
    open_uses = [use for use in uses if use.field.id not in values]
    refusals = {**aimed(open_uses, rest, context), **told.refusals}
    sure = beside.sure or bool(told.values)
    return Assignment(values, {name: why for name, why in refusals.items() if name not in values}, sure)


def _only_name(
    use: FieldUse, text: str, context: Context, entities: Sequence[Mapping[str, Any]]
) -> Accepted | Refused | None:
    """The one name in a sentence, as the model sees it, for the one question that wants a name."""
    people = [e for e in entities if e["entity"] == "person_name" and float(e.get("confidence_entity") or 0) >= SURE]
    if use.field.type != "name" or len(people) != 1 or text.rstrip().endswith(MARKS):
        return None
    return parse(use.field, text[people[0]["start"] : people[0]["end"]], context)
