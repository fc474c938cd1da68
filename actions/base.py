"""The frame of every action: state out of the slots, language of the reply, changed slots back as events.

An action says what it does in `act`; it never touches slots or the dispatcher itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services, from_environment
from actions.turn import DONE, FORM, Turn
from dialogue.conversation import Conversation
from dialogue.tongue import language_for
from dialogue.understanding import Understanding

LONGEST_SAID = 1500
"""Letters of the last message outside a form that are kept for "say that again"."""


class SahayakAction(Action, ABC):
    """An action over a `Turn`. `services` are those of the environment when none are handed in."""

    action_name = ""
    settles_language = True
    """Whether this action, the first of its turn, decides the language of the reply."""

    answers_form = False
    """Whether messages reach this action as answers, whose script says nothing about the language."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        return self.action_name

    @property
    def services(self) -> Services:
        return self._services if self._services is not None else from_environment()

    @abstractmethod
    async def act(self, turn: Turn) -> None:
        """Says, offers, asks and changes on the turn."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        before = Conversation.from_slots(tracker.slots)
        message = Understanding.from_message(tracker.latest_message)
        in_form = tracker.active_loop_name == FORM and tracker.get_slot("requested_slot") is not None
        turn = Turn(self.services, before, message, in_form, str(tracker.sender_id))
        turn.confirmed = tracker.get_slot("answer") == DONE
        turn.returning = _other_action_ran(tracker.events)
        if self.settles_language:
            self._settle_language(turn)
        await self.act(turn)
        if turn.paragraphs:
            turn.change(
                offered=tuple((choice.id, choice.title) for choice in turn.choices),
                offered_numbered=turn.numbered,
                last_said="" if in_form else "\n\n".join(turn.paragraphs)[:LONGEST_SAID],
            )
        response = turn.response()
        if response is not None:
            dispatcher.utter_message(json_message=dict(response))
        return [*_changed(before, turn.state, tracker.slots), *turn.events]

    def _settle_language(self, turn: Turn) -> None:
        message, state = turn.message, turn.state
        answering = turn.in_form and self.answers_form
        lang = language_for(message, state.language, state.language_chosen, answering)
        if lang and lang != state.language:
            turn.change(language=lang)


def _other_action_ran(events: list[dict[str, Any]]) -> bool:
    """Whether, since the last message, an action other than the form has run: the form is being returned to."""
    for event in reversed(events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in (FORM, "action_listen"):
            return True
    return False


def _changed(before: Conversation, after: Conversation, slots: dict[str, Any]) -> list[dict[str, Any]]:
    if after == before:
        return []
    old, new = before.to_slots(), after.to_slots()
    return [
        {"event": "slot", "timestamp": None, "name": name, "value": value}
        for name, value in new.items()
        if value != old[name] or (slots.get(name) is None and value not in (None, [], 0))
    ]
