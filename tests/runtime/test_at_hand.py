"""What a worker has at hand of the last conversations stands for what lies in Redis, and for nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rasa")

from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from dialogue import tracker_store
from dialogue.tracker_store import State, TurnTrackerStore, thaw
from runtime import keys
from runtime.envelopes import Sealer
from runtime.records import Inbound
from runtime.worker import states
from runtime.worker.partitions import Entry
from runtime.worker.states import States
from runtime.worker.tracker import Thawing, TurnTracker

pytestmark = pytest.mark.rasa
DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [greet]
    slots:
      answer: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      draft: {type: any, influence_conversation: false, mappings: [{type: custom}]}
    forms: {application_form: {required_slots: [answer]}}
    """
)


def store() -> TurnTrackerStore:
    made = TurnTrackerStore(None, kind=TurnTracker, thaw=Thawing())
    made.domain = DOMAIN
    return made


def test_a_state_that_comes_back_as_it_was_written_is_not_read_again() -> None:
    kept, state = store(), State({"draft": {"id": "d1"}}, None)
    raw = state.to_json()
    kept.keep("one", raw, state)
    kept.begin("one", raw)
    assert kept.end("one") is state
    for other in (raw.replace("d1", "d2"), raw.replace("d1", "d2").encode()):
        kept.begin("one", other)
        found = kept.end("one")
        assert found is not None and found.slots == {"draft": {"id": "d2"}}, "somebody else has written it"
    kept.begin("two", raw)
    assert kept.end("two") == state and kept.end("two") is not state, "another conversation's is nobody else's"


def test_an_erased_state_and_the_oldest_are_at_hand_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker_store, "AT_HAND", 2)
    kept, state = store(), State({}, None)
    for name in ("one", "two", "three"):
        kept.keep(name, "x", state)
    assert list(kept._known) == ["two", "three"]
    kept.keep("three", "", None)
    assert list(kept._known) == ["two"]


def test_a_sealed_state_is_opened_by_whoever_sealed_it_without_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "AT_HAND", 2)
    sealer, nobody = Sealer.under(tmp_path), type("Nobody", (), {})()
    ours, theirs = States(nobody, sealer), States(nobody, sealer)
    first = ours.sealed("one", "first")
    assert ours.opened("one", first) == "first"
    other = theirs.sealed("one", "other")
    assert ours.opened("one", other) == b"other", "what another worker wrote is opened"
    assert theirs.opened("one", first) == b"first"
    second = ours.sealed("one", "second")
    assert (ours.opened("one", first), ours.opened("one", second)) == (b"first", "second")
    ours.forget("one")
    assert ours.opened("one", second) == b"second"
    assert ours.opened("one", None) is None
    for name in ("two", "three", "four"):
        ours.sealed(name, name)
    assert list(ours._known) == ["three", "four"]


class Told:
    """A Redis that has one state, and counts what it is asked."""

    def __init__(self, state: bytes) -> None:
        self._state = state
        self.asked = 0

    async def get(self, name: str) -> bytes:
        self.asked += 1
        return self._state


def test_a_state_is_not_asked_for_again_under_the_lease_it_was_committed_under(tmp_path: Path) -> None:
    conversation = "w-" + "1" * 32
    number = keys.partition(conversation)

    def entry(token: str) -> Entry:
        return Entry(number, "1-1", token, Inbound("m", conversation, "web", "text", 0.0))

    async def whole() -> None:
        redis = Told(b"theirs")
        ours = States(redis, Sealer.under(tmp_path))  # type: ignore[arg-type]
        sealed = ours.sealed(conversation, "ours")
        assert await ours.attempt(entry("me:1"), again=False) == (1, b"theirs"), "it was not committed yet"
        ours.committed(conversation, "me:1")
        assert await ours.attempt(entry("me:1"), again=False) == (1, sealed) and redis.asked == 1
        assert await ours.attempt(entry("me:2"), again=False) == (1, b"theirs")
        ours.sealed(conversation, "a turn that was not committed")
        assert await ours.attempt(entry("me:1"), again=False) == (1, b"theirs")
        ours.committed(conversation, "me:1")
        ours.forget_partition(number)
        assert await ours.attempt(entry("me:1"), again=False) == (1, b"theirs") and redis.asked == 4

    asyncio.run(whole())


@pytest.mark.parametrize("slots", [{}, {"answer": "x", "draft": {"id": "d"}}, {"gone": 1, "requested_slot": "answer"}])
@pytest.mark.parametrize("loop", [None, "application_form", "no_such_form"])
def test_a_thawed_tracker_is_the_one_that_rasa_would_build(slots: dict[str, Any], loop: str | None) -> None:
    thawing = Thawing()
    for name in ("first", "second"):
        state = State({**slots, "answer": name}, loop)
        ours = thawing(name, state, DOMAIN, TurnTracker)
        rasas = thaw(name, state, DOMAIN, DialogueStateTracker)
        assert ours.sender_id == name
        assert ours.current_slot_values() == rasas.current_slot_values()
        assert (ours.active_loop_name, ours.latest_action_name) == (rasas.active_loop_name, rasas.latest_action_name)
        replayed = DialogueStateTracker.from_events(name, list(ours.events), DOMAIN.slots)
        assert replayed.current_slot_values() == rasas.current_slot_values(), "its events say the same"
        assert type(ours.events[-1]) is type(rasas.events[-1])


def test_what_a_turn_does_to_a_thawed_tracker_is_not_done_to_the_next() -> None:
    thawing, state = Thawing(), State({"draft": {"id": "d"}}, "application_form")
    first = thawing("first", state, DOMAIN, TurnTracker)
    first._set_slot("answer", "done")
    first.active_loop.is_interrupted = True
    first.events.clear()
    second = thawing("second", state, DOMAIN, TurnTracker)
    assert second.get_slot("answer") is None and len(second.events) > 3
    assert not second.active_loop.is_interrupted
