"""The worker's way through Rasa against Rasa's own: the same parses, the same turns, answers that Rasa's schema allows.

Two brains with one model and one clock, one of them `plain`, take the same messages side by side. In the plain one Rasa
holds every answer of an action against its schema.
"""

from __future__ import annotations

import asyncio
import dataclasses
import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    ConversationResumed,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from actions.services import DELHI, Services, make
from dialogue.policy import SpeechActPolicy
from runtime.settings import Settings
from runtime.worker.brain import Brain
from runtime.worker.models import in_force
from runtime.worker.prediction import Predictions
from runtime.worker.processor import TurnProcessor
from runtime.worker.tracker import TurnTracker
from tests.conftest import ROOT
from tests.conversations.chat import Chat
from tests.conversations.golden import GAPS, Golden, act, conversations

pytestmark = pytest.mark.rasa
EVERY = 12
"""Of the golden conversations every so manieth is enough: side by side each turn takes ten times as long."""


def _whole(golden: Golden) -> bool:
    """Whether an application is filled to its end in it, some thirty turns."""
    return any("fill" in step and not step["fill"].get("until") for step in golden.steps)


def _waits(golden: Golden) -> bool:
    """Whether it waits for the office, of whom the second of two has one more before them, or plays at another hour."""
    return any("desk" in step or "clock" in step for step in golden.steps)


ALL = [golden for golden in conversations() if golden.file != GAPS and not _waits(golden)]
PLAYED = [golden for golden in ALL if not _whole(golden)][::EVERY] + [golden for golden in ALL if _whole(golden)][:1]
AT = datetime(2026, 11, 27, 10, 30, tzinfo=DELHI)
CHANCE = re.compile(
    r"[0-9a-f]{24,}|[A-Z]{2,6}-20\d\d-\d{6,}|\d{4}-\d\d-\d\dT[\d:.+]+|\d{3} \d{3} \d{3}|\b1[78]\d{8}\.\d+"
)
"""What differs from run to run: ids, digests, application numbers, one-time codes, moments."""
ODD = ("", "   ", "/restart", "/apply_service{}", "\ud83d", "😀", "1", "12/03/1985", "नमस्ते", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "x" * 3000)


@dataclasses.dataclass
class Pair:
    """Rasa's own way and the worker's."""

    plain: Chat
    quick: Chat

    def new(self) -> Pair:
        return Pair(*(Chat(chat.brain, chat.services, chat.loop) for chat in (self.plain, self.quick)))


def brain_and_services(settings: Settings, plain: bool) -> tuple[Brain, Services]:
    services = dataclasses.replace(make(settings), now=lambda: AT)
    return Brain(in_force(ROOT / "models"), services, services.new_id, plain=plain), services


@pytest.fixture(scope="module")
def pair(department_settings: Settings) -> Iterator[Pair]:
    loop = asyncio.new_event_loop()
    plain, quick = (Chat(*brain_and_services(department_settings, way), loop) for way in (True, False))
    yield Pair(plain, quick)
    for chat in (plain, quick):
        loop.run_until_complete(chat.services.department.aclose())
    loop.close()


def seen(chat: Chat) -> dict[str, Any]:
    """What a turn has left, without what is left to chance."""
    replies = [dataclasses.asdict(reply) for reply in chat.replies]
    left = {
        "state": chat.state,
        "replies": [
            {name: value for name, value in one.items() if name not in ("conversation", "at")} for one in replies
        ],
        "steps": chat.steps,
        "results": chat.results,
        "sentences": chat.sentences,
        "erased": chat.erased,
        "discarded": len(chat.discarded),
    }
    return {name: CHANCE.sub("*", repr(value)) for name, value in left.items()}


@pytest.mark.parametrize("golden", PLAYED, ids=lambda golden: f"{golden.file}: {golden.name}")
def test_turns_are_those_of_plain_rasa(pair: Pair, golden: Golden) -> None:
    both = pair.new()
    for step in golden.steps:
        for chat in (both.plain, both.quick):
            act(chat, step)
        assert seen(both.quick) == seen(both.plain), step


def test_parses_are_those_of_plain_rasa(pair: Pair) -> None:
    said = [str(step["say"]) for golden in conversations() for step in golden.steps if "say" in step]
    for text in (*ODD, *said[::3]):
        plain, quick = (pair.plain.loop.run_until_complete(chat.brain.parse(text)) for chat in (pair.plain, pair.quick))
        assert quick == plain, text


def events(count: int) -> list[Event]:
    """A course of events such as turns leave, with reverted and restarted ones among them."""
    chance = random.Random(count)
    kinds: list[Callable[[], Event]] = [
        lambda: SlotSet(chance.choice(SLOTS).name, chance.choice([None, "x", 3, ["a"]])),
        lambda: ActiveLoop(chance.choice([None, "application_form"])),
        lambda: ActionExecuted(chance.choice(["action_listen", "application_form", "action_greet"])),
        lambda: ActionExecutionRejected("application_form"),
        lambda: LoopInterrupted(chance.choice([True, False])),
        lambda: UserUttered("hi", {"name": "greet", "confidence": 1.0}, []),
        lambda: FollowupAction("action_greet"),
        lambda: chance.choice([SessionStarted, AllSlotsReset, Restarted, UserUtteranceReverted])(),
    ]
    return [chance.choice(kinds)() for _ in range(count)]


SLOTS = [AnySlot(name, mappings=[], initial_value=first) for name, first in (("one", None), ("two", 0), ("three", "x"))]


def held(tracker: DialogueStateTracker) -> tuple[Any, ...]:
    slots = {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}
    return slots, tracker.active_loop, tracker.latest_action, tracker.latest_message, list(tracker.events)


@pytest.mark.parametrize("count", range(60))
def test_a_turns_tracker_holds_what_rasas_holds(count: int) -> None:
    course = events(count)
    ours, rasas = (kind.from_events("c", course, SLOTS) for kind in (TurnTracker, DialogueStateTracker))
    assert held(ours) == held(rasas)
    copied, before = ours.copy(), held(ours)
    for event in events(count + 1):
        copied.update(event)
        rasas.update(event)
    assert held(copied) == held(rasas)
    assert held(ours) == before, "a copy changed what it was copied from"
    assert all(not slot.has_been_set and slot.value == slot.initial_value for slot in SLOTS)


@pytest.mark.parametrize("name", ["policy", "slot", "entities", "event"])
def test_nothing_is_remembered_where_it_could_make_a_difference(name: str) -> None:
    """Another policy, a slot or an entity that steers, an event of a kind that we do not know."""
    domain = Domain.from_dict(
        {
            "intents": ["greet"] if name == "entities" else [{"greet": {"use_entities": []}}],
            "entities": ["place"],
            "slots": {
                "s": {"type": "bool", "influence_conversation": name == "slot", "mappings": [{"type": "custom"}]}
            },
        }
    )
    known = Predictions(domain, [RulePolicy if name == "policy" else SpeechActPolicy])
    course: list[Event] = [UserUttered("hi", {"name": "greet"}, [])]
    asked = []

    def predict(tracker: DialogueStateTracker) -> PolicyPrediction:
        asked.append(tracker)
        return PolicyPrediction([1.0], "p", events=[DefinePrevUserUtteredFeaturization(False)])

    def twice(course: list[Event]) -> int:
        asked.clear()
        for _ in range(2):
            known.get(TurnTracker.from_events("c", course, domain.slots), predict)
        return len(asked)

    assert twice([*course, ConversationResumed()] if name == "event" else course) == 2
    if name == "event":
        assert twice(course) == 1


def test_what_is_remembered_has_events_of_its_own() -> None:
    domain = Domain.from_dict({"intents": [{"greet": {"use_entities": []}}]})
    known = Predictions(domain, [SpeechActPolicy])
    tracker = TurnTracker.from_events("c", [UserUttered("hi", {"name": "greet"}, [])], domain.slots)

    def predict(_: DialogueStateTracker) -> PolicyPrediction:
        return PolicyPrediction([1.0], "p", events=[DefinePrevUserUtteredFeaturization(False)])

    first, second = (known.get(tracker, predict) for _ in range(2))
    first.events[0].metadata = {"model_id": "m"}
    assert second.events == first.events and not second.events[0].metadata


def test_the_worker_goes_the_short_way(pair: Pair) -> None:
    """Else all of this would compare Rasa with itself."""
    processor = pair.quick.brain._processor
    assert isinstance(processor, TurnProcessor) and processor._predictions.suits
    assert not isinstance(pair.plain.brain._processor, TurnProcessor)
