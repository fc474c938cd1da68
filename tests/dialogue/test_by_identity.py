"""What is remembered by identity and never by likeness: slots, parts of the catalogue, plans of a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalogue.loader import load
from dialogue.by_identity import forget, made_once
from dialogue.conversation import Conversation
from dialogue.draft import Draft
from dialogue.planner import next_step
from dialogue.slot_form import PAIRS, SlotForm


def test_what_was_written_is_read_back_as_the_same_object() -> None:
    before = Conversation(language="hi", draft=Draft("d1", "income", "p1", 1.0, values={"name": "Ram"}))
    slots = before.to_slots()
    after = Conversation.from_slots(slots)
    assert after == before
    assert after.draft is before.draft
    assert after.to_slots()["draft"] is slots["draft"]


def test_an_equal_slot_is_read_anew_and_old_pairs_are_forgotten() -> None:
    asked: list[list[int]] = []

    def read(slot: list[int]) -> tuple[int, ...]:
        asked.append(slot)
        return tuple(slot)

    form: SlotForm[tuple[int, ...]] = SlotForm(list, read)
    slots = [[1] for _ in range(PAIRS + 1)]
    for slot in slots:
        assert form.read(slot) == (1,)
    assert len(asked) == len(slots)
    form.read(slots[-1])
    assert len(asked) == len(slots)
    form.read(slots[0])
    assert len(asked) == len(slots) + 1


def test_what_is_made_of_a_part_is_made_once_for_each() -> None:
    def make(part: list[int]) -> list[int]:
        return part[:]

    made = made_once(make)
    first, like = [1, 2], [1, 2]
    assert made(first) is made(first)
    assert made(like) == made(first) and made(like) is not made(first)


def test_after_an_erasure_nothing_is_kept_of_what_people_said() -> None:
    before = Conversation(draft=Draft("d1", "income_certificate", "p1", 1.0, values={"name": "Ram"}))
    slots = before.to_slots()
    forget()
    after = Conversation.from_slots(slots)
    assert after == before and after.draft is not before.draft


def test_a_conversation_is_changed_in_what_it_has_and_nothing_else() -> None:
    before = Conversation(language="hi", misses=2)
    after = before.changed(misses=0, held=True)
    assert after == Conversation(language="hi", held=True) and before.misses == 2
    with pytest.raises(TypeError, match="mises"):
        before.changed(mises=0)


def test_steps_follow_the_answers_and_the_day() -> None:
    service, today = load().services["income_certificate"], date(2026, 11, 30)
    draft = Draft("d1", service.id, "p1", 1.0)
    first = next_step(service, draft, today)
    assert next_step(service, replace(draft, last_asked=first.field_ids), today) is first
    known = {name: "1990-01-01" if name == "dob" else "x" for name in first.field_ids}
    assert next_step(service, draft.with_values(known), today).field_ids != first.field_ids
    assert next_step(service, draft.edit([first.field_ids[1]]), today).field_ids == (first.field_ids[1],)
    assert next_step(service, replace(draft, proposed=known), today).kind == "proposal"
