"""Rasa's message processor for the turns of a worker: the same steps, cheaper where nobody can tell the difference.

Exchanged are the runner of the graph, the policy's answers (remembered), and how our own actions and the form are
called. Left out are copies of messages and events that Rasa makes for a debug log which is off here. What is not ours
(its default actions, a response, a policy or domain of another kind, a graph with its own runner) goes Rasa's own way.
`tests/conversations/test_shortcuts.py` holds parses and turns of both against each other.
"""

from __future__ import annotations

import copy
from typing import Any

from rasa.core.actions.action import Action, ActionExtractSlots, ActionListen, action_for_name_or_text
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.processor import ActionLimitReached, MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT

from nlu.runner import StraightRunner
from runtime.worker.executor import InProcessActions, OwnAction
from runtime.worker.form import TurnForm
from runtime.worker.prediction import Predictions


class TurnProcessor(MessageProcessor):
    """Over a processor that Rasa has loaded, with its model, domain and stores."""

    def __init__(self, loaded: MessageProcessor, actions: InProcessActions) -> None:
        self.__dict__.update(vars(loaded))
        policies: list[type] = []
        if isinstance(loaded.graph_runner, DaskGraphRunner):
            nodes = loaded.graph_runner._instantiated_nodes.values()
            policies = [node._component_class for node in nodes if issubclass(node._component_class, Policy)]
            self.graph_runner = StraightRunner.over(loaded.graph_runner)
        self._predictions = Predictions(self.domain, policies)
        self._own: dict[str, Action] = {name: OwnAction(action, actions) for name, action in actions.actions.items()}
        self._own |= {
            name: TurnForm(name, actions, self._get_action)
            for name in self.domain.form_names
            if name not in self.domain.user_actions
        }
        if ACTION_LISTEN_NAME not in self.domain.user_actions:
            self._own[ACTION_LISTEN_NAME] = ActionListen()
        self._named = {*self.domain.intents, *self.domain.entities}
        self._sessions_end = self.domain.session_config.are_sessions_enabled()
        self._extract = ActionExtractSlots(actions)
        self._extracting = _with_what_is_extracted(self.domain)

    def _get_action(self, action_name: str) -> Action:
        return self._own.get(action_name) or action_for_name_or_text(action_name, self.domain, self.action_endpoint)

    # Understanding

    async def parse_message(
        self, message: UserMessage, tracker: DialogueStateTracker | None = None, only_output_properties: bool = True
    ) -> dict[str, Any]:
        if self.http_interpreter is not None:
            elsewhere: dict[str, Any] = await super().parse_message(message, tracker, only_output_properties)
            return elsewhere
        if tracker is None:
            tracker = DialogueStateTracker.from_events(message.sender_id, [])
        parse: dict[str, Any] = self._parse_message_with_graph(message, tracker, only_output_properties)
        self._update_full_retrieval_intent(parse)
        named = {parse[INTENT]["name"], *(entity["entity"] for entity in parse[ENTITIES])}
        if not named <= self._named:
            # Worth a warning in Rasa's words, for which it first builds an empty domain to compare ours with.
            self._check_for_unseen_features(parse)
        return parse

    async def _update_tracker_session(
        self, tracker: DialogueStateTracker, output_channel: OutputChannel, metadata: dict[str, Any] | None = None
    ) -> None:
        """Whoever was last listened to has a session, and sessions without an end do not expire."""
        listening = bool(tracker.events) and type(tracker.events[-1]) is ActionExecuted
        if not (listening and tracker.latest_action_name == ACTION_LISTEN_NAME) or self._sessions_end:
            await super()._update_tracker_session(tracker, output_channel, metadata)

    # What comes next

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        predict = super()._predict_next_with_tracker
        return predict(tracker) if tracker.followup_action else self._predictions.get(tracker, predict)

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """Raises `ActionLimitReached`."""
        if self.is_action_limit_reached(tracker, self.should_predict_another_action(tracker.latest_action_name)):
            raise ActionLimitReached("The limit of actions to predict has been reached.")
        prediction = self._predict_next_with_tracker(tracker)
        return self._get_action(self.domain.action_names_or_texts[prediction.max_confidence_index]), prediction

    # What is done

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        events = await self._extract.run(output_channel, self.nlg, tracker, self._extracting)
        await self._send_bot_messages(events, tracker, output_channel)
        tracker.update_with_events(events, self.domain)
        return tracker

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: list[Event] | None,
        prediction: PolicyPrediction,
    ) -> None:
        done = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in done):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(done, self.domain)

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Nothing: values of slots are personal, and the debug log is off."""


def _with_what_is_extracted(domain: Domain) -> Domain:
    """The domain with only the slots that Rasa can fill from a message.

    A `custom` mapping without an action is never filled, yet Rasa looks at each of them in every turn.
    """
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions:
        return domain
    narrowed = copy.copy(domain)
    narrowed.slots = [
        slot for slot in domain.slots if any(one["type"] != "custom" or one.get("action") for one in slot.mappings)
    ]
    return narrowed
