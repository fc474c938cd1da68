"""A department that is away: what was submitted is held with the conversation, and handed in later by itself.

Held is what the first try sent, word for word, so that a department that did get it the first time recognises it by
its idempotency key. When to try again is the worker's matter (`runtime.worker.holding`); it asks with an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.turn import Turn
from catalogue.model import Service
from dialogue.conversation import Filed
from dialogue.draft import Draft
from dialogue.person import Person, learn

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 900.0
WAITING = "waiting"
"""The stage of an application that no department has numbered yet; ours alone, no department knows it."""


@dataclass(frozen=True)
class Handing:
    """A draft on its way to the department. `body`: what `POST /applications` or `PATCH` takes; `tries` so far."""

    draft: Draft
    body: Mapping[str, Any]
    tries: int = 0

    def to_slot(self) -> dict[str, Any]:
        return {"draft": self.draft.to_slot(), "body": dict(self.body), "tries": self.tries}

    @classmethod
    def from_slot(cls, data: Mapping[str, Any]) -> Handing:
        draft = Draft.from_slot(data["draft"])
        assert draft is not None
        return cls(draft, data["body"], int(data["tries"]))


def pause(tries: int) -> float:
    """Seconds until the next try, after so many (1, 2, …)."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(tries - 1, 20))


def receipt(draft: Draft) -> str:
    """What the person is given to ask by, until the department has given a number."""
    return f"R-{draft.id[:8].upper()}"


def hold(turn: Turn, service: Service, handing: Handing) -> None:
    """Keeps it for later; says so when it is held for the first time."""
    first = handing.tries == 0
    handing = replace(handing, tries=handing.tries + 1)
    draft = handing.draft
    kept = handing.to_slot()
    if draft.repair is not None:
        number = draft.repair.number
        close(turn, draft)
        turn.change(filed=tuple(replace(f, waiting=kept) if f.number == number else f for f in turn.state.filed))
    else:
        number = receipt(draft)
        name = str(draft.values.get(service.applicant, ""))
        at = turn.now.timestamp()
        remember(turn, service, draft, Filed(number, service.id, draft.person, name, WAITING, at, waiting=kept))
    turn.effect("hold", draft=draft.id, after=pause(handing.tries))
    if first:
        said = "held_repair" if draft.repair is not None else "held"
        turn.say(said, service=service.name[turn.lang], number=number)
        turn.offer_words(f"status:{number}", "button_status")
        turn.offer_words("menu", "button_menu")


def find(turn: Turn, draft_id: str) -> tuple[Filed, Handing] | None:
    """What is held under a draft's id."""
    for item in turn.state.filed:
        if item.waiting and item.waiting["draft"]["id"] == draft_id:
            return item, Handing.from_slot(item.waiting)
    return None


def drop(turn: Turn, item: Filed, draft: Draft) -> None:
    """What the department refuses becomes a draft again, which the person can put right."""
    parked = (*(d for d in turn.state.parked if d.id != draft.id), draft)
    kept = tuple(
        replace(f, waiting=None) if f == item else f for f in turn.state.filed if f != item or f.stage != WAITING
    )
    turn.change(parked=parked, filed=kept)
    turn.offer_words(f"resume:{draft.id}", "button_continue")


def remember(turn: Turn, service: Service, draft: Draft, record: Filed) -> None:
    """Puts the record in place of the one that waited for it, or at the end; learns what the person told of theirs."""
    number = receipt(draft)
    if any(f.number == number for f in turn.state.filed):
        turn.change(filed=tuple(record if f.number == number else f for f in turn.state.filed))
    else:
        turn.change(filed=(*turn.state.filed, record))
    close(turn, draft)
    turn.change(focus=service.id, last_said="")
    person = turn.state.person(draft.person) or Person(draft.person or turn.services.new_id(), record.name)
    turn.state = turn.state.with_person(learn(person, service, draft))
    turn.release(person.blobs())


def close(turn: Turn, draft: Draft) -> None:
    """The draft is no longer the one in progress; another one, begun meanwhile, stays."""
    if turn.state.draft is not None and turn.state.draft.id == draft.id:
        turn.change(draft=None)
