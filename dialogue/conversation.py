"""The state of a conversation as the actions see it: a typed view of the slots, and the slots that changed.

Every slot is `influence_conversation: false`; the rules look only at intents and at the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.model import LANGUAGES
from dialogue.desk import Desk
from dialogue.draft import Draft
from dialogue.person import Person
from dialogue.recent import Utterance
from dialogue.recent import from_slot as recent_from_slot
from dialogue.slot_form import SlotForm

TOPIC = "ask:"


@dataclass(frozen=True)
class Filed:
    """An application that was submitted from this conversation.

    `told` is the moment (ISO) of the latest news told, so that older news that comes later is not told any more.
    `waiting` holds what a department that was away has not got yet (`actions.holding`); until an application has been
    filed once, `number` is a receipt of ours.
    """

    number: str
    service: str
    person: str
    name: str
    stage: str
    at: float
    certificate: str = ""
    due: str = ""
    told: str = ""
    waiting: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Conversation:
    """`pending` names a question outside the form: one to be answered yes or no, or, as `ask:<topic>`, one of the
    person's about a service that is not known yet. `focus` is the service last spoken of."""

    language: str = ""
    language_chosen: bool = False
    consent: Mapping[str, Any] | None = None
    people: tuple[Person, ...] = ()
    draft: Draft | None = None
    parked: tuple[Draft, ...] = ()
    focus: str = ""
    pending: str = ""
    filed: tuple[Filed, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    offered_numbered: bool = True
    last_said: str = ""
    misses: int = 0
    """Messages in a row that were not understood."""
    noted: tuple[str, ...] = ()
    """Ids of department events already told, newest last."""
    held: bool = False
    """Something was shown that is to be answered before the form's question is repeated."""
    desk: Desk | None = None
    """The last hand-over to a person of the office."""
    recent: tuple[Utterance, ...] = ()
    """What was said lately; the worker adds to it (`dialogue.recent`)."""

    @property
    def lang(self) -> str:
        return self.language if self.language in LANGUAGES else "en"

    @property
    def topic(self) -> str:
        """What the person asked of a service that is still to be named: documents, fee, time …; or empty."""
        return self.pending.removeprefix(TOPIC) if self.pending.startswith(TOPIC) else ""

    @property
    def asked_yes_or_no(self) -> bool:
        return bool(self.pending) and not self.topic

    def person(self, person_id: str) -> Person | None:
        return next((p for p in self.people if p.id == person_id), None)

    def with_person(self, person: Person) -> Conversation:
        others = tuple(p for p in self.people if p.id != person.id)
        return self.changed(people=(*others, person))

    def changed(self, **values: Any) -> Conversation:
        """`dataclasses.replace`, which takes ten times as long for what several actions do several times a turn."""
        if not values.keys() <= vars(self).keys():
            raise TypeError(f"a conversation has no {', '.join(values.keys() - vars(self).keys())}")
        other = object.__new__(Conversation)
        other.__dict__.update(self.__dict__, **values)
        return other

    def blobs(self) -> frozenset[str]:
        """Vault ids of every file that is held: for drafts, for applications that wait, for people."""
        waiting = (Draft.from_slot(item.waiting["draft"]) for item in self.filed if item.waiting)
        drafts = (draft for draft in (self.draft, *self.parked, *waiting) if draft is not None)
        return frozenset().union(*(draft.blobs() for draft in drafts), *(person.blobs() for person in self.people))

    def to_slots(self) -> dict[str, Any]:
        return {
            "language": self.language or None,
            "language_chosen": self.language_chosen,
            "consent": dict(self.consent) if self.consent else None,
            "people": _PEOPLE.write(self.people),
            "draft": _DRAFT.write(self.draft) if self.draft else None,
            "parked": _PARKED.write(self.parked),
            "focus": self.focus or None,
            "pending": self.pending or None,
            "filed": _FILED.write(self.filed),
            "offered": [list(item) for item in self.offered],
            "offered_numbered": self.offered_numbered,
            "last_said": self.last_said or None,
            "misses": self.misses,
            "noted": list(self.noted),
            "held": self.held,
            "desk": self.desk.to_slot() if self.desk else None,
            "recent": _RECENT.write(self.recent),
        }

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Conversation:
        get = slots.get
        numbered = get("offered_numbered")
        return cls(
            language=get("language") or "",
            language_chosen=bool(get("language_chosen")),
            consent=get("consent"),
            people=_PEOPLE.read(get("people")) if get("people") else (),
            draft=_DRAFT.read(get("draft")) if get("draft") else None,
            parked=_PARKED.read(get("parked")) if get("parked") else (),
            focus=get("focus") or "",
            pending=get("pending") or "",
            filed=_FILED.read(get("filed")) if get("filed") else (),
            offered=tuple([(str(item[0]), str(item[1])) for item in get("offered") or ()]),
            offered_numbered=numbered is None or bool(numbered),
            last_said=get("last_said") or "",
            misses=int(get("misses") or 0),
            noted=tuple(get("noted") or ()),
            held=bool(get("held")),
            desk=Desk.from_slot(get("desk")),
            recent=_RECENT.read(get("recent")) if get("recent") else (),
        )


def _drafts(items: Iterable[Mapping[str, Any]]) -> tuple[Draft, ...]:
    found = (Draft.from_slot(item) for item in items)
    return tuple(draft for draft in found if draft is not None)


_PEOPLE: SlotForm[tuple[Person, ...]] = SlotForm(
    lambda people: [person.to_slot() for person in people],
    lambda items: tuple(Person.from_slot(item) for item in items),
)
_DRAFT: SlotForm[Draft | None] = SlotForm(lambda draft: draft and draft.to_slot(), Draft.from_slot)
_PARKED = SlotForm(lambda drafts: [draft.to_slot() for draft in drafts], _drafts)
_FILED: SlotForm[tuple[Filed, ...]] = SlotForm(
    lambda filed: [vars(item) for item in filed], lambda items: tuple(Filed(**item) for item in items)
)
_RECENT: SlotForm[tuple[Utterance, ...]] = SlotForm(lambda recent: [one.to_slot() for one in recent], recent_from_slot)
