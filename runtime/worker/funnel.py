"""How far applications come, read off two states of a conversation: what a turn has begun, handed in, ended."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.conversation import Conversation
from dialogue.draft import Draft

STEPS = ("started", "answered", "papers", "held", "filed", "sent_back", "certificate", "dropped")


def steps(before: Conversation, after: Conversation) -> Iterator[tuple[str, str]]:
    """(service, step) for every step that was taken; a step is taken once an application."""
    old = {draft.id: draft for draft in _drafts(before)}
    new = {draft.id: draft for draft in _drafts(after)}
    for draft_id, draft in new.items():
        if draft.repair is not None:
            continue
        earlier = old.get(draft_id)
        if earlier is None:
            yield draft.service, "started"
        if draft.values and not (earlier and earlier.values):
            yield draft.service, "answered"
        if draft.papers and not (earlier and earlier.papers):
            yield draft.service, "papers"
    known = {item.number: item for item in before.filed}
    handed = 0
    for item in after.filed:
        earlier_item = known.get(item.number)
        if earlier_item is None:
            handed += 1
            yield item.service, "held" if item.waiting else "filed"
        elif item.stage == "sent_back" != earlier_item.stage:
            yield item.service, "sent_back"
        if item.certificate and not (earlier_item and earlier_item.certificate):
            yield item.service, "certificate"
    gone = [draft for draft_id, draft in old.items() if draft_id not in new and draft.repair is None]
    if not handed:
        for draft in gone:
            yield draft.service, "dropped"


def _drafts(state: Conversation) -> tuple[Draft, ...]:
    return (*((state.draft,) if state.draft else ()), *state.parked)
