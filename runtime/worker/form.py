"""Rasa's form action with the same steps and without their detours.

Rasa builds a tracker from all events before each of the form's two actions, makes these actions anew, and copies the
whole message for a debug log that is off. What is written out here follows `rasa.core.actions.forms` of 3.6 line by
line; everything else of a form is inherited.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa.core.actions.action import Action
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, Restarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from runtime.worker.tracker import TurnTracker


class TurnForm(FormAction):
    """A form whose actions come from `action`, by name."""

    def __init__(self, name: str, endpoint: EndpointConfig, action: Callable[[str], Action]) -> None:
        super().__init__(name, endpoint)
        self._action = action

    async def validate_slots(
        self,
        slot_candidates: dict[str, Any],
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        name = f"validate_{self.name()}"
        if name not in domain.action_names_or_texts:
            return []
        events = [SlotSet(slot, value) for slot, value in slot_candidates.items()]
        found: list[Event] = await self._action(name).run(
            output_channel, nlg, self._temporary_tracker(tracker, events, domain), domain
        )
        return found

    def _temporary_tracker(
        self, current_tracker: DialogueStateTracker, additional_events: list[Event], domain: Domain
    ) -> DialogueStateTracker:
        restarted = any(type(event) is Restarted for event in current_tracker.events)
        if restarted or not isinstance(current_tracker, TurnTracker):
            return super()._temporary_tracker(current_tracker, additional_events, domain)
        twin = current_tracker.copy()
        requested = SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(current_tracker))
        for event in (requested, ActionExecuted(self.name()), *additional_events):
            twin.update(event)
        return twin

    def _get_slot_extractions(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        required = self._add_dynamic_slots_requested_by_dynamic_forms(tracker, domain)
        found: list[SlotSet] = []
        for event in reversed(tracker.events):
            if event is tracker.latest_message or isinstance(event, Restarted):
                break
            if isinstance(event, SlotSet) and event.key in required:
                found.append(event)
        return {event.key: event.value for event in reversed(found)}

    async def _ask_for_slot(
        self,
        domain: Domain,
        nlg: NaturalLanguageGenerator,
        output_channel: OutputChannel,
        slot_name: str,
        tracker: DialogueStateTracker,
    ) -> list[Event]:
        name = self._name_of_utterance(domain, slot_name)
        if not name:
            return []
        events: list[Event] = await self._action(name).run(output_channel, nlg, tracker, domain)
        return events

    async def _validate_if_required(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        called_after_listening = tracker.latest_action_name == ACTION_LISTEN_NAME
        if not tracker.active_loop or (called_after_listening and not tracker.is_active_loop_interrupted):
            events: list[Event] = await self.validate(tracker, domain, output_channel, nlg)
            return events
        return await self.validate_slots({}, tracker, domain, output_channel, nlg)
