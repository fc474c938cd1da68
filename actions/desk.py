"""A conversation in the hands of the office: handing it over, passing words on, taking it back.

The application in progress is put aside meanwhile and goes on where it was. What the department has not got, because it
was away, is kept with the conversation and passed on later, each message once.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.department_answers import DepartmentError, DepartmentRefused
from actions.drafts import park, resume
from actions.services import DELHI
from actions.turn import Turn
from dialogue.desk import MOST_UNSENT, UNANSWERED, Desk, Unsent
from dialogue.form import step_of
from dialogue.recent import PERSON, utterance, words_of
from runtime.masking import mask

AGAIN_S = 30.0
"""Seconds until what could not be passed on is tried again."""


def office_name(turn: Turn, department: str) -> str:
    """How the person is told who answers: an office, never an officer."""
    found = turn.catalogue.departments.get(department)
    return found.name[turn.lang] if found else turn.words("staff_office")


async def hand_over(turn: Turn) -> bool:
    """Gives the conversation to the office; whether it took it."""
    body, department = brief(turn)
    try:
        taken = await turn.services.department.hand_over(body, key=f"staff:{turn.message.id}")
    except DepartmentError:
        return False
    draft = turn.state.draft
    desk = Desk(
        id=taken.id,
        open=True,
        since=turn.now.timestamp(),
        department=department,
        draft=draft.id if draft else "",
        call=turn.state.desk.call if turn.state.desk else "",
    )
    park(turn, empty=True)
    if turn.in_form:
        turn.leave_form()
    turn.change(desk=desk, misses=0, pending="")
    wait(turn)
    turn.say("staff_called", office=office_name(turn, department))
    if taken.ahead:
        turn.say("staff_queue", ahead=taken.ahead)
    turn.say("staff_write")
    turn.offer_words("menu", "button_assistant")
    return True


def brief(turn: Turn) -> tuple[dict[str, Any], str]:
    """What the office is told, so that nobody need ask again, and the department it is for."""
    state, message = turn.state, turn.message
    service = turn.service(message.entity("service") or "")
    if state.draft is not None:
        service = turn.service(state.draft.service)
    service = service or turn.service(state.focus)
    wish = words_of(message.kind, message.text, message.choice, state.offered)
    said = (*state.recent, utterance(PERSON, wish, turn.lang, message.at))
    body: dict[str, Any] = {
        "reference": turn.key,
        "language": turn.lang,
        "channel": message.channel,
        "service": service.id if service else None,
        "said": [{"by": one.by, "text": one.text, "language": one.lang, "at": iso(one.at)} for one in said if one.text],
    }
    if state.draft is not None and service is not None:
        step = step_of(state, service, turn.today)
        body["draft"] = {"step": step.number, "steps": step.total}
    return body, service.department.id if service else ""


async def relay(turn: Turn) -> bool:
    """Passes the message on; False when the office has closed the conversation."""
    desk = turn.state.desk
    assert desk is not None
    new = Unsent(turn.message.id, mask(turn.message.text), turn.lang, turn.message.at)
    desk = replace(desk, unsent=(*desk.unsent, new)[-MOST_UNSENT:], waiting=True, since=turn.now.timestamp())
    behind = len(desk.unsent) > 1
    turn.change(desk=desk)
    if not await send(turn):
        return False
    turn.effect("relayed")
    return _tell(turn, behind)


def _tell(turn: Turn, behind: bool) -> bool:
    desk = turn.state.desk
    assert desk is not None
    if desk.unsent and not behind:
        turn.say("staff_away")
    elif not desk.told and not desk.unsent:
        turn.say("staff_passed_on", office=office_name(turn, desk.department))
        turn.offer_words("menu", "button_assistant")
        turn.change(desk=replace(desk, told=True))
    return True


async def send(turn: Turn) -> bool:
    """Passes on all that has not gone yet, in order; False when the office has closed the conversation."""
    desk = turn.state.desk
    assert desk is not None
    while desk.unsent:
        first = desk.unsent[0]
        said = {"text": first.text, "language": first.lang, "at": iso(first.at)}
        try:
            await turn.services.department.pass_on(desk.id, said, key=f"staff:{first.id}")
        except DepartmentRefused as refusal:
            if refusal.code in ("closed", "no_conversation"):
                ended(turn)
                return False
            # One message that is not of its form must not hold up the others.
        except DepartmentError:
            break
        desk = replace(desk, unsent=desk.unsent[1:])
        turn.change(desk=desk)
    wait(turn)
    return True


def wait(turn: Turn) -> None:
    """Sets the alarm for the end of everybody's patience, or for another try."""
    desk = turn.state.desk
    assert desk is not None
    left = max(1.0, desk.since + desk.patience - turn.now.timestamp())
    turn.effect("alarm", name=UNANSWERED, subject=desk.id, after=min(AGAIN_S, left) if desk.unsent else left)


def ended(turn: Turn) -> None:
    """The conversation is the assistant's again."""
    desk = turn.state.desk
    if desk is not None and desk.open:
        turn.effect("alarm", name=UNANSWERED, subject=desk.id, after=None)
        turn.change(desk=replace(desk, open=False, unsent=()))


async def close(turn: Turn, why: str) -> None:
    """Takes the conversation back and tells the office; at one that is away it stays open for the next hand-over."""
    desk = turn.state.desk
    if desk is None or not desk.open:
        return
    ended(turn)
    with contextlib.suppress(DepartmentError):
        await turn.services.department.close_conversation(desk.id, why, key=f"close:{desk.id}")


def go_on(turn: Turn) -> None:
    """Takes up the application that waited, or asks what is wanted."""
    draft_id = turn.state.desk.draft if turn.state.desk else ""
    draft = next((d for d in turn.state.parked if d.id == draft_id), None)
    if draft is not None:
        resume(turn, draft)
    else:
        turn.say("what_can_i_do")
        turn.offer_words("menu", "button_menu")


async def erase(turn: Turn) -> None:
    """What the office has of the conversation goes as well; where it is away, by its own term."""
    desk = turn.state.desk
    if desk is None:
        return
    ended(turn)
    try:
        await turn.services.department.erase_conversations(turn.key, key=f"erase:{turn.message.id}")
    except DepartmentError:
        turn.say("erased_staff_later")


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, DELHI).isoformat(timespec="seconds")
