"""A certificate for its person on another number: asks what only they know, lets the department decide, tells both.

What was asked for is kept in `pending` while the steps go on; the department alone compares. Its no says nothing of the
reason, and so do we.
"""

from __future__ import annotations

from collections.abc import Callable

from actions.department_answers import Claimed, DepartmentError, DepartmentRefused
from actions.drafts import discard
from actions.turn import Turn
from dialogue.answers.outcome import Accepted, Context
from dialogue.answers.parsers import parse
from dialogue.claiming import CLAIM, PARTS, parts
from dialogue.conversation import Filed
from dialogue.display import isolate
from nlu.text.identifiers import find_aadhaar, find_application_numbers, find_phones
from nlu.text.normalise import normalise
from runtime.records import TemplateRef

ASKED = ("claim_number", "claim_born", "claim_name", "claim_secret")
FEWEST = 9
"""Digits in the shortest number that an office gives."""
LAST = 4


def is_about_claim(turn: Turn) -> bool:
    return turn.message.kind == "choice" and turn.message.choice.startswith(CLAIM)


async def claim(turn: Turn) -> Filed | None:
    """The next step of what was tapped or written; the application once it is granted."""
    told = parts(turn.message.choice)[:PARTS]
    turn.hold()
    if told:
        read = (_number, _born, _name, _secret)[len(told) - 1]
        value = read(turn, told[-1])
        if value is None:
            turn.say(f"{ASKED[len(told) - 1]}_wrong")
            told = told[:-1]
        else:
            told[-1] = value
    if len(told) < PARTS:
        _ask(turn, told)
        return None
    turn.change(pending="", misses=0)
    return await _decided(turn, told)


def _ask(turn: Turn, told: list[str]) -> None:
    if not told:
        turn.say("claim_begin")
    turn.say(ASKED[len(told)])
    turn.offer_words(CLAIM, "button_claim_again")
    turn.offer_words("menu", "button_menu")
    turn.numbered = False
    turn.change(pending=":".join((CLAIM, *told)), misses=0)


async def _decided(turn: Turn, told: list[str]) -> Filed | None:
    number, born, name, secret = told
    facts = {"number": number, "born": born, "name": name, "secret": secret}
    try:
        found = await turn.services.department.claim(facts, turn.key, f"claim:{turn.message.id}")
    except DepartmentRefused as refusal:
        turn.say("claim_too_often" if refusal.code == "too_many" else "claim_refused")
        _ways_on(turn)
    except DepartmentError:
        turn.say("claim_away")
        turn.offer_words("menu", "button_menu")
    else:
        if found is not None:
            return _granted(turn, found, name)
        turn.say("claim_refused")
        turn.offer_words(CLAIM, "button_claim_again")
        _ways_on(turn)
    return None


def _ways_on(turn: Turn) -> None:
    turn.offer_words("human", "button_human")
    turn.offer_words("menu", "button_menu")


def _granted(turn: Turn, found: Claimed, name: str) -> Filed:
    item = Filed(
        number=found.number,
        service=found.service,
        person=turn.services.new_id(),
        name=name,
        stage=found.stage,
        at=turn.now.timestamp(),
        certificate=found.certificate,
        due=found.due.isoformat() if found.due else "",
    )
    others = (one for one in turn.state.filed if one.number != item.number)
    turn.change(filed=(*others, item), focus=item.service)
    turn.uncounted()
    turn.say(
        "claim_granted",
        service=_service(turn, item),
        number=isolate(item.number, turn.lang),
        stage=turn.words(f"stage.{item.stage}"),
    )
    return item


def taken(turn: Turn, item: Filed) -> None:
    """The old number is told, and leaves the application alone from now on: also what of it was to be put right."""
    state = turn.state
    drafts = [one for one in (state.draft, *state.parked) if one is not None and one.repair is not None]
    for draft in drafts:
        if draft.repair is not None and draft.repair.number == item.number:
            if turn.in_form and state.draft == draft:
                turn.leave_form()
            discard(turn, draft)
    turn.change(filed=tuple(one for one in turn.state.filed if one.number != item.number))
    service = _service(turn, item)
    turn.say("claim_taken", service=service, number=isolate(item.number, turn.lang))
    turn.template = TemplateRef("notice_claimed", turn.lang, (service, item.number))
    turn.offer_words("human", "button_human")
    turn.offer_words("apply:pgms_grievance", "button_complain")


def _service(turn: Turn, item: Filed) -> str:
    service = turn.service(item.service)
    return service.name[turn.lang] if service else item.service


# Facts in the form in which the department compares them


def _number(turn: Turn, said: str) -> str | None:
    plain = next((one.value for one in find_application_numbers(said)), str(normalise(said, squeeze=False).text))
    found = "".join(char for char in plain.upper() if char.isascii() and char.isalnum())[-40:]
    return found if sum(char.isdigit() for char in found) >= FEWEST else None


def _born(turn: Turn, said: str) -> str | None:
    return _parsed(turn, "dob", said)


def _name(turn: Turn, said: str) -> str | None:
    return _parsed(turn, "applicant_name", said)


def _parsed(turn: Turn, field: str, said: str) -> str | None:
    outcome = parse(turn.catalogue.fields[field], said, Context(turn.catalogue, turn.today, turn.lang))
    return str(outcome.value) if isinstance(outcome, Accepted) else None


def _secret(turn: Turn, said: str) -> str | None:
    """A mobile number, or the last four digits of Aadhaar; of who writes all twelve the last four are taken."""
    finders: tuple[Callable[[], str], ...] = (
        lambda: next((found.value[-LAST:] for found in find_aadhaar(said)), ""),
        lambda: next((found.value for found in find_phones(said)), ""),
    )
    for find in finders:
        if value := find():
            return value
    digits = "".join(char for char in str(normalise(said, squeeze=False).text) if char.isascii() and char.isdigit())
    return digits if len(digits) == LAST else None
