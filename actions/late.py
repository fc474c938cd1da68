"""Applications whose promised day has passed: told without being asked, when the person says hello."""

from __future__ import annotations

from datetime import date

from actions import grievances
from actions.turn import Turn
from dialogue.conversation import Filed
from dialogue.display import day, isolate

AT_WORK = frozenset({"submitted", "under_verification", "appointment_booked", "test_scheduled", "reopened"})
"""Stages in which the department owes the answer; what was sent back lies with the person."""
MOST = 2


def late(turn: Turn) -> list[Filed]:
    """The most overdue first."""
    found = [f for f in turn.state.filed if f.due and f.stage in AT_WORK and date.fromisoformat(f.due) < turn.today]
    return sorted(found, key=lambda item: item.due)[:MOST]


def tell_late(turn: Turn) -> None:
    """Which are late and since when, with a way to complain."""
    found = late(turn)
    for item in found:
        service = turn.service(item.service)
        turn.say(
            "late",
            service=service.name[turn.lang] if service else item.service,
            number=isolate(item.number, turn.lang),
            due=day(date.fromisoformat(item.due), turn.lang),
        )
        grievances.tell_next(turn, service)
        turn.offer(f"status:{item.number}", turn.words("button_status"), item.number)
    if found:
        turn.offer_words("apply:pgms_grievance", "button_complain")
