"""What a slot is written from and read to, remembered by identity and never by likeness."""

from __future__ import annotations

from dialogue.answers.made_once import made_once
from dialogue.conversation import Conversation
from dialogue.draft import Draft
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
