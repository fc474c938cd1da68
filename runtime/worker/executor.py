"""Our actions called in process, in the place of Rasa's HTTP call to an action server.

`InProcessActions` stands where Rasa expects an action endpoint and answers as the server would, through rasa-sdk's own
executor. `OwnAction` leaves out the detour through JSON that a server needs: the tracker written out and read in again,
and the answer held against a JSON schema, which was 88 % of a turn (docs/adr/0002, 0006). The schema guards nothing in
one process; `tests/conversations/test_shortcuts.py` holds the same answers against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.base import SahayakAction


class InProcessActions(EndpointConfig):
    """Our actions by name."""

    def __init__(self, actions: Iterable[SahayakAction]) -> None:
        super().__init__(url="in-process://actions", enable_selective_domain=True)
        self.actions = {action.name(): action for action in actions}
        self._executor = ActionExecutor()
        for action in self.actions.values():
            self._executor.register_action(action)

    async def request(
        self, method: str = "post", subpath: str | None = None, compress: bool = False, **kwargs: Any
    ) -> Any:
        """Answers as the action server would: `{"events": […], "responses": […]}`."""
        return await self._executor.run(kwargs["json"])


class OwnAction(RemoteAction):
    """One of our actions as Rasa runs it, handed what rasa-sdk would hand it. Raises whatever it raises."""

    def __init__(self, action: SahayakAction, endpoint: InProcessActions) -> None:
        super().__init__(action.name(), endpoint)
        self._action = action

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        dispatcher = CollectingDispatcher()
        # Our actions need no domain (selective domain).
        done = await self._action.run(dispatcher, _seen(tracker), {})
        said: list[Event] = await self._utter_responses(dispatcher.messages, output_channel, nlg, tracker)
        return said + [_kind(event["event"])._from_parameters(event) for event in done]


@lru_cache(maxsize=64)
def _kind(name: str) -> type[Event]:
    """Rasa's class for a kind of event, for which it would search all its classes each time."""
    kind: type[Event] = Event.resolve_by_type(name)
    return kind


def _seen(tracker: DialogueStateTracker) -> Tracker:
    """The tracker as rasa-sdk has it; of its events, those of this turn, since earlier ones are not kept anyway."""
    loop = tracker.active_loop
    return Tracker(
        tracker.sender_id,
        tracker.current_slot_values(),
        tracker._latest_message_data(),
        _since_message(tracker),
        tracker.is_paused(),
        tracker.followup_action,
        {"name": loop.name, "is_interrupted": loop.is_interrupted, "rejected": loop.rejected} if loop else {},
        tracker.latest_action_name,
    )


def _since_message(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        found.append(event.as_dict())
        if type(event) is UserUttered:
            break
    return found[::-1]
