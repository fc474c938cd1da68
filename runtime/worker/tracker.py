"""A tracker of one turn whose copies cost next to nothing.

Rasa copies trackers a dozen times a turn, each time by copying all slots and replaying all events. Here a slot is never
changed, only exchanged for another, so that copies share what neither of them has changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, TypeVar

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from dialogue.by_identity import ByIdentity
from dialogue.tracker_store import State, thaw

Plain = TypeVar("Plain")
MODELS = 4
"""Loops at rest that are kept, of the model in force and of one before it."""


def twin(one: Plain) -> Plain:
    """What `copy.copy` makes of an object of Rasa's, without asking it how it wants to be copied."""
    other = object.__new__(type(one))
    other.__dict__.update(one.__dict__)
    return other


class TurnTracker(DialogueStateTracker):
    """Stands for Rasa's wherever one is expected; what it holds is the same."""

    def __init__(
        self,
        sender_id: str,
        slots: Iterable[Slot] | None,
        max_event_history: int | None = None,
        sender_source: str | None = None,
        is_rule_tracker: bool = False,
    ) -> None:
        if slots is None:
            super().__init__(sender_id, None, max_event_history, sender_source, is_rule_tracker)
            return
        super().__init__(sender_id, (), max_event_history, sender_source, is_rule_tracker)
        self.slots = {slot.name: slot for slot in slots}
        self._reset_slots()

    def copy(self) -> TurnTracker:
        other = twin(self)
        other.events = deque(self.events, self._max_event_history)
        other.slots = self.slots.copy()
        other.active_loop = twin(self.active_loop) if self.active_loop else None
        return other

    def init_copy(self) -> TurnTracker:
        return TurnTracker(
            self.sender_id, self.slots.values(), self._max_event_history, is_rule_tracker=self.is_rule_tracker
        )

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = twin(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        for name, slot in self.slots.items():
            if slot.has_been_set or slot.value != slot.initial_value:
                self.slots[name] = slot = twin(slot)
                slot.reset()


class Thawing:
    """`dialogue.tracker_store.thaw` for these trackers: a copy of one at rest, with the slots of the state."""

    def __init__(self) -> None:
        self._resting: ByIdentity[DialogueStateTracker] = ByIdentity(MODELS)

    def __call__(
        self, conversation: str, state: State, domain: Domain, kind: type[DialogueStateTracker]
    ) -> DialogueStateTracker:
        loop = state.loop if state.loop in domain.form_names else None
        key = id(domain), loop
        resting = self._resting.get(key)
        if resting is None:
            resting = self._resting.put(key, thaw("", State({}, loop), domain, kind), domain)
        tracker = resting.copy()
        tracker.sender_id = conversation
        listening = tracker.events.pop()
        for name, value in state.slots.items():
            if name in tracker.slots:
                tracker.events.append(SlotSet(name, value))
                tracker._set_slot(name, value)
        tracker.events.append(listening)
        return tracker
