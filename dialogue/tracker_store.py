"""A tracker store that holds one turn: state comes in before it, and goes out after it.

Between the two it never touches the network, so that the worker can commit state, replies and acknowledgement in one
transaction. The state of a conversation is its slots and the open form; events of past turns are not needed by rules
without history and are not kept, so that a turn costs the same at its three-hundredth as at its fifth.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

VERSION = 1
AT_HAND = 256
"""Conversations whose state need not be read again when nobody else has written it meanwhile."""


@dataclass(frozen=True)
class State:
    """A conversation between two turns: slots that differ from their first value, and the open form."""

    slots: Mapping[str, Any]
    loop: str | None

    def to_json(self) -> str:
        data = {"v": VERSION, "slots": self.slots, "loop": self.loop}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, raw: str | bytes) -> State:
        data = json.loads(raw)
        return cls(data["slots"], data["loop"])


def freeze(tracker: DialogueStateTracker) -> State:
    """What is kept of the tracker."""
    slots = {
        name: slot.value
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value and not name.startswith("session_started")
    }
    return State(slots, tracker.active_loop_name)


def thaw(
    conversation: str, state: State, domain: Domain, kind: type[DialogueStateTracker] = DialogueStateTracker
) -> DialogueStateTracker:
    """A tracker that stands as if the conversation had just been listened to.

    Slots that a newer domain no longer has are dropped, so that a new model reads old states. `kind`: what to make.
    """
    known = {slot.name for slot in domain.slots}
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(name, value) for name, value in state.slots.items() if name in known]
    if state.loop in domain.form_names:
        events.append(ActiveLoop(state.loop))
        events.append(SlotSet(REQUESTED_SLOT, state.slots.get(REQUESTED_SLOT)))
    events.append(ActionExecuted(ACTION_LISTEN_NAME))
    return kind.from_events(conversation, events, domain.slots)


Thaw = Callable[[str, State, Domain, type[DialogueStateTracker]], DialogueStateTracker]


class TurnTrackerStore(TrackerStore):
    """States of the turns in progress, by conversation. Without a worker (`rasa shell`) it simply remembers.

    `kind` is the class of the trackers it makes, `thaw` how it makes them of a state.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: object | None = None,
        kind: type[DialogueStateTracker] = DialogueStateTracker,
        thaw: Thaw = thaw,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, None)
        self._kind = kind
        self._thaw = thaw
        self._states: dict[str, State] = {}
        self._begun: dict[str, DialogueStateTracker] = {}
        self._parses: dict[str, dict[str, Any]] = {}
        self._known: dict[str, tuple[str, State]] = {}

    def begin(self, conversation: str, raw: str | bytes | None) -> DialogueStateTracker | None:
        """The tracker of the state, which Rasa is handed when it asks for it; None: a new conversation."""
        self.end(conversation)
        self._parses.pop(conversation, None)
        if not raw:
            return None
        known = self._known.get(conversation)
        state = known[1] if known and known[0] == raw else State.from_json(raw)
        self._states[conversation] = state
        tracker = self._begun[conversation] = self._thaw(conversation, state, self.domain, self._kind)
        return tracker

    def end(self, conversation: str) -> State | None:
        """The state after the turn; the store forgets it."""
        self._begun.pop(conversation, None)
        return self._states.pop(conversation, None)

    def keep(self, conversation: str, raw: str, state: State | None) -> None:
        """Has the state at hand for when it comes back as `raw`; None: no more. A turn changes no state but its own."""
        self._known.pop(conversation, None)
        if state is not None:
            while len(self._known) >= AT_HAND:
                del self._known[next(iter(self._known))]
            self._known[conversation] = raw, state

    def parse(self, conversation: str) -> dict[str, Any]:
        """What was made of the turn's message; empty when there was none. The store forgets it."""
        return self._parses.pop(conversation, {})

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        begun = self._begun.pop(sender_id, None)
        if begun is not None:
            return begun
        state = self._states.get(sender_id)
        return self._thaw(sender_id, state, self.domain, self._kind) if state else None

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        return self._kind(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def save(self, tracker: DialogueStateTracker) -> None:
        self._states[tracker.sender_id] = freeze(tracker)
        if tracker.latest_message is not None:
            self._parses[tracker.sender_id] = dict(tracker.latest_message.parse_data or {})

    async def keys(self) -> Iterable[str]:
        return list(self._states)
