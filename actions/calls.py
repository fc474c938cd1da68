"""Being called by the office: offered when nobody is there, recorded with the person's consent, taken back again.

The number is the one the person writes from, where the channel has one, or one they write down for this call alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.department_answers import DepartmentError
from actions.desk import brief, iso, office_name
from actions.services import DELHI
from actions.turn import Turn
from catalogue.hours import office
from dialogue.choices import CALL, NO_CALL
from dialogue.desk import Desk
from dialogue.display import isolate, moment


async def offer_call(turn: Turn) -> None:
    """Offers to be called: on the number the person writes from, or on one they write down now."""
    at = moment(next_opening(turn), turn.lang)
    phone = await turn.services.phone_of(turn.key)
    if phone:
        turn.say("call_offer_known", at=at, phone=isolate(shown(phone), turn.lang))
        turn.offer_words(CALL, "button_call_me")
    else:
        turn.say("call_offer", at=at)
        turn.ask("", "call", "phone")
    turn.offer_words(NO_CALL, "button_no_call")
    turn.hold()


async def call(turn: Turn, given: str) -> None:
    """Records the wish to be called on the number given, or on the person's own."""
    phone = given or await turn.services.phone_of(turn.key)
    if not phone or not phone.lstrip("+").isdigit():
        turn.say("call_number_wrong" if given else "call_number")
        turn.offer_words(NO_CALL, "button_no_call")
        turn.ask("", "call", "phone")
        turn.hold()
        return
    opening = next_opening(turn)
    body, department = brief(turn)
    body["call"] = {
        "phone": phone,
        "not_before": opening.isoformat(),
        "consent": {
            "version": turn.words("consent_version"),
            "language": turn.lang,
            "at": iso(turn.message.at),
            "channel": turn.message.channel,
        },
    }
    try:
        taken = await turn.services.department.hand_over(body, key=f"call:{turn.message.id}")
    except DepartmentError:
        turn.say("call_not_taken")
        turn.say("human_contact")
        turn.hold()
        return
    turn.change(desk=replace(turn.state.desk or Desk(), call=taken.id))
    name, at = office_name(turn, department), moment(opening, turn.lang)
    turn.say("call_recorded", office=name, phone=isolate(shown(phone), turn.lang), at=at)
    turn.offer_words(NO_CALL, "button_no_call")
    if not turn.in_form:
        turn.offer_words("menu", "button_menu")


async def no_call(turn: Turn) -> None:
    """No call, or no call any more."""
    desk = turn.state.desk
    if desk is None or not desk.call:
        turn.say("left_as_it_is")
        return
    try:
        await turn.services.department.close_conversation(desk.call, "left", key=f"close:{desk.call}")
    except DepartmentError:
        turn.say("staff_away_now")
        return
    turn.change(desk=replace(desk, call=""))
    turn.say("call_dropped")


def next_opening(turn: Turn) -> datetime:
    return office().next_opening(turn.now.astimezone(DELHI))


def shown(phone: str) -> str:
    """A number as the person reads it back: an Indian one in two groups."""
    national = phone[-10:] if len(phone) in (12, 13) and phone.lstrip("+").startswith("91") else phone
    return f"{national[:5]} {national[5:]}" if len(national) == 10 else phone
