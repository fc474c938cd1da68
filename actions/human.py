"""A person is asked for: handed over while the office is open, a call otherwise; and the words that are passed on."""

from __future__ import annotations

from actions import calls, desk
from actions.base import SahayakAction
from actions.services import DELHI
from actions.starting import named
from actions.turn import Turn
from catalogue.hours import office
from dialogue.choices import ANSWER, CALL, NO_CALL
from dialogue.desk import wants_assistant
from dialogue.display import isolate, moment
from dialogue.interruption import NEARLY_CERTAIN


class TalkToHuman(SahayakAction):
    """Hands the conversation over; where that cannot be, tells where people are reached, and how to write instead."""

    action_name = "action_talk_to_human"

    async def act(self, turn: Turn) -> None:
        choice = turn.message.choice
        if (
            turn.message.kind == "text"
            and turn.message.confidence < NEARLY_CERTAIN
            and named(turn)
            and not turn.in_form
        ):
            # "We want a court marriage": who names a service wants it, not a person.
            turn.follow("action_start_application")
            return
        turn.change(misses=0)
        if choice == ANSWER:
            self._answer(turn)
        elif choice == NO_CALL:
            await calls.no_call(turn)
        elif choice.startswith(CALL):
            await calls.call(turn, choice.removeprefix(CALL).removeprefix(":"))
        elif turn.state.desk is not None and turn.state.desk.open:
            self._there_already(turn)
        elif not office().open_at(turn.now.astimezone(DELHI)):
            self._contact(turn)
            await calls.offer_call(turn)
            if not turn.in_form:
                turn.offer_words("apply:pgms_grievance", "button_complain")
        elif not await desk.hand_over(turn):
            self._contact(turn)
            if not turn.in_form:
                turn.offer_words("apply:pgms_grievance", "button_complain")
                turn.offer_words("menu", "button_menu")

    @staticmethod
    def _contact(turn: Turn) -> None:
        """Where people are reached, and until when or from when on somebody answers."""
        turn.say("human_contact")
        hours, now = office(), turn.now.astimezone(DELHI)
        if hours.open_at(now):
            turn.say("human_open", until=isolate(f"{hours.closes:%H:%M}", turn.lang))
        else:
            turn.say("human_closed", at=moment(hours.next_opening(now), turn.lang))

    @staticmethod
    def _there_already(turn: Turn) -> None:
        held = turn.state.desk
        assert held is not None
        name = desk.office_name(turn, held.department)
        turn.say("staff_has_it" if held.taken else "staff_called", office=name)
        turn.offer_words("menu", "button_assistant")

    @staticmethod
    def _answer(turn: Turn) -> None:
        """What the office said last, for who was called here by a template."""
        held = turn.state.desk
        if held is None or not held.answer:
            turn.say("choice_gone")
            turn.offer_words("menu", "button_menu")
            return
        turn.text(held.answer)
        if held.open:
            turn.offer_words("menu", "button_assistant")
        else:
            turn.offer_words("human", "button_human")
            turn.offer_words("menu", "button_menu")


class Relay(SahayakAction):
    """A message while the office has the conversation: passed on, or the way back to the assistant."""

    action_name = "action_relay"

    async def act(self, turn: Turn) -> None:
        message, held = turn.message, turn.state.desk
        assert held is not None
        name = desk.office_name(turn, held.department)
        if message.kind == "file":
            turn.effect("discard", blobs=[message.file[name] for name in ("blob", "forward") if message.file[name]])
            turn.say("staff_no_files")
            turn.offer_words("menu", "button_assistant")
        elif message.kind == "unsupported":
            turn.say("unsupported_message")
        elif message.kind == "choice" or wants_assistant(message.text):
            await desk.close(turn, "left")
            turn.say("staff_left", office=name)
            desk.go_on(turn)
        elif not await desk.relay(turn):
            turn.say("staff_given_back", office=name)
            desk.go_on(turn)
