"""Grievances and requests that go to an office of the person's choice: to whom, and who is next when it is late.

The office is the catalogue's for the service, with the department as it is really called where the person's words name
one of ours, and in their own words otherwise.
"""

from __future__ import annotations

from functools import lru_cache

from actions.turn import Turn
from catalogue.model import Service
from dialogue.draft import Draft
from nlu.text.matching import Matcher
from nlu.text.neutral import neutral

FIELD = "target_department"
SURE = 0.9
"""Score of a name that was said, not merely resembled."""
LETTERS = 6
"""Of a part of a name that may stand for the whole: "Nagar Nigam"."""


def addressed(service: Service | None) -> bool:
    """Whether what is filed goes to an office that the person names."""
    return service is not None and any(use.field.id == FIELD for use in service.fields)


def tell_way(turn: Turn, service: Service, draft: Draft, due: str) -> None:
    """After it was filed: the office that must answer, and what can be done when it does not."""
    if not addressed(service):
        return
    department = named(turn, str(draft.values.get(FIELD, "")))
    turn.say("office_of", office=" – ".join(filter(None, (service.office.text[turn.lang], department))))
    if due:
        turn.say("grievance_next", due=due, appeal=service.appeal.text[turn.lang])


def tell_next(turn: Turn, service: Service | None) -> None:
    """Who is next, now that the promised day has passed."""
    if service is not None and addressed(service):
        turn.say("grievance_overdue", appeal=service.appeal.text[turn.lang])


def named(turn: Turn, words: str) -> str:
    """The department that the words name; the words themselves where they name none of ours, or more than one."""
    ours = turn.catalogue.departments.values()
    known = _matcher(tuple((one.id, (*one.name.values(), *one.short.values(), one.id.upper())) for one in ours))
    found = {match.key for match in known.find(words) if match.score >= SURE}
    said = " ".join(words.split()).casefold()
    if not found and len(said) >= LETTERS:
        found = {one.id for one in ours if any(said in name.casefold() for name in one.name.values())}
    if len(found) == 1:
        return turn.catalogue.departments[found.pop()].name[turn.lang]
    return neutral(words)


@lru_cache(maxsize=2)
def _matcher(spellings: tuple[tuple[str, tuple[str, ...]], ...]) -> Matcher:
    return Matcher(dict(spellings))
