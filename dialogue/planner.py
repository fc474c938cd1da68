"""What the form wants next, from the service and the draft alone.

The order of the catalogue decides; fields are asked up to four at a time, whole groups together where they fit; a rule
is looked at as soon as none of its fields is still to be asked, so that nobody fills a form that cannot be granted.
Optional fields and papers never cost a message: they are offered beside the summary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, wraps
from typing import TypeVar

from catalogue.expressions import documents_of, evaluate, fields_of
from catalogue.model import DocumentUse, FieldUse, Rule, Service
from dialogue.by_identity import ByIdentity
from dialogue.draft import Draft
from dialogue.step import Step

FACTS_A_MESSAGE = 4
"""More than four questions at once are answered badly."""
OPTIONS_IN_A_LINE = 8


Uses = TypeVar("Uses")
PLANS = 512
"""Plans that are kept, of the drafts of the conversations at hand."""
_decided: ByIdentity[tuple[bool | None]] = ByIdentity(4 * PLANS, personal=True)


def holds(condition: str | None, draft: Draft, today: date) -> bool | None:
    """Whether a condition of the catalogue holds for the draft; None while that cannot be told.

    Kept for the last answers that conditions read: most turns change none of them.
    """
    if condition is None:
        return True
    fields, papers = _read_by(condition)
    values = [draft.values.get(name, fields) for name in fields]
    # By their kinds too: 1 is not true, nor is what was not answered what was left empty.
    key = condition, today, *values, *map(type, values), *map(draft.papers.__contains__, papers)
    try:
        known = _decided.get(key)
    except TypeError:
        # A list among the answers.
        return evaluate(condition, draft.values, today, frozenset(draft.papers))
    if known is None:
        known = _decided.put(key, (evaluate(condition, draft.values, today, frozenset(draft.papers)),))
    return known[0]


@lru_cache(maxsize=1024)
def _read_by(condition: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields and papers that decide it."""
    return fields_of(condition), documents_of(condition)


def _remembered(
    plan: Callable[[Service, Draft, date], list[Uses]],
) -> Callable[[Service, Draft, date], list[Uses]]:
    """The plan for the last drafts is kept: one turn asks for it of the same answers again and again."""
    kept: ByIdentity[list[Uses]] = ByIdentity(PLANS, personal=True)

    @wraps(plan)
    def found(service: Service, draft: Draft, today: date) -> list[Uses]:
        key = id(service), id(draft.values), id(draft.papers), today
        uses = kept.get(key)
        if uses is None:
            uses = kept.put(key, plan(service, draft, today), service, draft.values, draft.papers)
        return list(uses)

    return found


@_remembered
def asked_fields(service: Service, draft: Draft, today: date) -> list[FieldUse]:
    """Fields that apply to this application: unconditional ones and those whose condition holds."""
    return [use for use in service.fields if use.when is None or holds(use.when, draft, today) is True]


def pending_fields(service: Service, draft: Draft, today: date) -> list[FieldUse]:
    open_uses = [
        use for use in asked_fields(service, draft, today) if use.required and use.field.id not in draft.values
    ]
    if any(use.field.type == "sub_division" for use in open_uses):
        # The sub-division decides the district.
        return [use for use in open_uses if use.field.type != "district"]
    return open_uses


def optional_fields(service: Service, draft: Draft, today: date) -> list[FieldUse]:
    """What may still be added beside the summary."""
    return [
        use
        for use in asked_fields(service, draft, today)
        if not use.required and use.field.id not in draft.values and use.field.id not in draft.skipped
    ]


@_remembered
def needed_documents(service: Service, draft: Draft, today: date) -> list[DocumentUse]:
    """Papers without which the department refuses: mandatory, or conditional with a condition that holds."""
    return [
        use
        for use in service.documents
        if (use.need == "mandatory" and holds(use.when, draft, today) is not False)
        or (use.need == "conditional" and use.when is not None and holds(use.when, draft, today) is True)
    ]


def optional_documents(service: Service, draft: Draft, today: date) -> list[DocumentUse]:
    needed = {use.document.id for use in needed_documents(service, draft, today)}
    return [
        use
        for use in service.documents
        if use.document.id not in needed
        and use.document.id not in draft.papers
        and use.document.id not in draft.skipped
        and holds(use.when, draft, today) is not False
    ]


def broken_rule(service: Service, draft: Draft, today: date) -> Rule | None:
    """The first rule that does not hold; one that only warns is reported once."""
    open_ids = {use.field.id for use in pending_fields(service, draft, today)}
    for rule in service.rules:
        if rule.severity != "block" and rule.id in draft.warned:
            continue
        if open_ids.intersection(rule.fields) or not set(rule.fields).intersection(draft.values):
            continue
        if evaluate(rule.expr, draft.values, today, frozenset(draft.papers)) is False:
            return rule
    return None


def _alone(use: FieldUse) -> bool:
    """Whether the question fills a message: a statement, or answers to choose from that do not fit into a line."""
    return use.field.statement or use.field.type in ("choices", "slot") or len(use.field.options) > OPTIONS_IN_A_LINE


_chunked: ByIdentity[list[list[FieldUse]]] = ByIdentity(PLANS)


def _chunks(uses: Sequence[FieldUse]) -> list[list[FieldUse]]:
    """The questions by messages."""
    key = tuple(map(id, uses))
    return _chunked.get(key) or _chunked.put(key, _cut(uses), *uses)


def _cut(uses: Sequence[FieldUse]) -> list[list[FieldUse]]:
    groups: list[list[FieldUse]] = []
    for use in uses:
        together = groups and use.group and groups[-1][-1].group == use.group
        if together and not _alone(use) and not _alone(groups[-1][-1]):
            groups[-1].append(use)
        else:
            groups.append([use])
    pieces = [
        group[start : start + FACTS_A_MESSAGE] for group in groups for start in range(0, len(group), FACTS_A_MESSAGE)
    ]
    chunks: list[list[FieldUse]] = []
    for piece in pieces:
        fits = bool(chunks) and len(chunks[-1]) + len(piece) <= FACTS_A_MESSAGE
        if fits and not any(_alone(use) for use in (*piece, *chunks[-1])):
            chunks[-1] = [*chunks[-1], *piece]
        else:
            chunks.append(list(piece))
    return chunks


def _progress(service: Service, draft: Draft, today: date) -> tuple[int, int]:
    """Number of the present step and of all steps, counted as the messages that this application takes."""
    required = [use for use in asked_fields(service, draft, today) if use.required]
    if any(use.field.type == "sub_division" for use in required):
        required = [use for use in required if use.field.type != "district"]
    chunks = _chunks(required)
    papers = needed_documents(service, draft, today)
    total = len(chunks) + len(papers) + 1
    for number, chunk in enumerate(chunks, 1):
        if any(use.field.id not in draft.values for use in chunk):
            return number, total
    for number, use in enumerate(papers, len(chunks) + 1):
        if use.document.id not in draft.papers:
            return number, total
    return total, total


def _repair_step(service: Service, draft: Draft) -> Step:
    assert draft.repair is not None
    fields = tuple(
        use for use in service.fields if use.field.id in draft.repair.fields and use.field.id not in draft.values
    )
    if fields:
        return Step("fields", fields=fields[:FACTS_A_MESSAGE])
    papers = tuple(
        use
        for use in service.documents
        if use.document.id in draft.repair.documents and use.document.id not in draft.papers
    )
    if papers:
        return Step("document", documents=papers[:1])
    return Step("confirm")


_steps: ByIdentity[Step] = ByIdentity(PLANS, personal=True)


def next_step(service: Service, draft: Draft, today: date) -> Step:
    """The next step; never one that was answered or skipped already.

    Kept for the last drafts: what a turn has asked is what the next one begins with.
    """
    parts = (service, draft.values, draft.papers, draft.proposed, draft.proposed_papers, draft.repair)
    key = (*map(id, parts), draft.skipped, draft.warned, draft.editing, today)
    return _steps.get(key) or _steps.put(key, _next_step(service, draft, today), *parts)


def _next_step(service: Service, draft: Draft, today: date) -> Step:
    number, total = _progress(service, draft, today)
    for name in draft.editing:
        edited = tuple(use for use in service.fields if use.field.id == name)
        if edited:
            return Step("fields", fields=edited, number=number, total=total)
        papers = tuple(use for use in service.documents if use.document.id == name)
        if papers:
            return Step("document", documents=papers, number=number, total=total)
    if draft.repair is not None:
        return _repair_step(service, draft)
    if draft.proposed or draft.proposed_papers:
        uses = tuple(use for use in service.fields if use.field.id in draft.proposed)
        kept = tuple(use for use in service.documents if use.document.id in draft.proposed_papers)
        return Step("proposal", fields=uses, documents=kept, number=number, total=total)
    rule = broken_rule(service, draft, today)
    if rule is not None:
        uses = tuple(use for use in service.fields if use.field.id in rule.fields and use.field.id in draft.values)
        return Step("rule", fields=uses, rule=rule, number=number, total=total)
    pending = pending_fields(service, draft, today)
    if pending:
        return Step("fields", fields=tuple(_chunks(pending)[0]), number=number, total=total)
    for use in needed_documents(service, draft, today):
        if use.document.id not in draft.papers:
            return Step("document", documents=(use,), number=number, total=total)
    return Step(
        "confirm",
        fields=tuple(optional_fields(service, draft, today)),
        documents=tuple(optional_documents(service, draft, today)),
        number=number,
        total=total,
    )
