"""Which action comes next, remembered: rules without history answer the same course of a turn in the same way.

The policy sees intents, actions, rejections and the open form; no slot and no entity steers it (`dialogue/domain.yml`),
and no event of an earlier turn is kept. What it once answered to such a course is therefore its answer for good. Where
a domain or an event could make a difference, nothing is remembered and the graph is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.domain import USED_ENTITIES_KEY, Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from dialogue.policy import SpeechActPolicy
from runtime.worker.tracker import twin

Course = tuple[Hashable, ...]
MOST = 4096
"""Courses that are remembered; there are a few hundred."""
UNSEEN = (SlotSet, BotUttered, FollowupAction)
"""What no policy looks at in such a domain."""
SEEN: dict[type[Event], Callable[[Event], Hashable]] = {
    SessionStarted: lambda event: None,
    ActionExecuted: lambda event: (event.action_name, event.action_text, event.hide_rule_turn),
    ActionExecutionRejected: lambda event: event.action_name,
    ActiveLoop: lambda event: event.name,
    LoopInterrupted: lambda event: event.is_interrupted,
    DefinePrevUserUtteredFeaturization: lambda event: event.use_text_for_featurization,
}
"""What a policy may see of an event."""


class Predictions:
    """Of one model. `suits` tells whether its policies and its domain are of the kind that can be remembered."""

    def __init__(self, domain: Domain, policies: Sequence[type]) -> None:
        self._domain = domain
        self._known: dict[Course, PolicyPrediction] = {}
        self.suits = [*policies] == [SpeechActPolicy] and not any(slot.has_features() for slot in domain.slots)

    def get(
        self, tracker: DialogueStateTracker, predict: Callable[[DialogueStateTracker], PolicyPrediction]
    ) -> PolicyPrediction:
        """What `predict` answers, or has answered."""
        course = self._course(tracker.events) if self.suits else None
        if course is None:
            return predict(tracker)
        known = self._known.get(course)
        if known is None:
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[course] = _own(predict(tracker))
        return _own(known)

    def _course(self, events: Iterable[Event]) -> Course | None:
        found: list[Hashable] = []
        for event in events:
            kind = type(event)
            if kind in UNSEEN:
                continue
            if kind is UserUttered:
                intent = event.intent_name
                if self._domain.intent_properties.get(intent, {}).get(USED_ENTITIES_KEY, True):
                    return None
                found.append((kind, intent, event.full_retrieval_intent_name, event.use_text_for_featurization))
            elif kind in SEEN:
                found.append((kind, SEEN[kind](event)))
            else:
                return None
        return tuple(found)


def _own(prediction: PolicyPrediction) -> PolicyPrediction:
    """The same with events of its own: a tracker writes time and model into the events it takes."""
    mine = twin(prediction)
    mine.events = [twin(event) for event in prediction.events]
    mine.optional_events = [twin(event) for event in prediction.optional_events]
    return mine
