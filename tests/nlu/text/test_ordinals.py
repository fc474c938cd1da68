"""Which of several things is meant by its place, and what is no place at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text.ordinals import LAST, place_meant


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the second one", 2),
        ("2nd", 2),
        ("number 3", 3),
        ("3.", 3),
        ("option 1 please", 1),
        ("pehla wala", 1),
        ("doosri wali rakho", 2),
        ("दूसरा वाला", 2),
        ("तीसरा", 3),
        ("२", 2),
        ("ਪਹਿਲਾ ਵਾਲਾ", 1),
        ("ਦੂਜਾ", 2),
        ("تیسرا والا", 3),
        ("آخری", LAST),
        ("the last one", LAST),
        ("copy", None),
        ("first marriage", None),
        ("first or second", None),
        ("pehle", None),
        ("0", None),
        ("12/03/1990", None),
        ("", None),
    ],
)
def test_the_place_that_is_meant(text: str, place: int | None) -> None:
    assert place_meant(text) == place


@given(st.text(max_size=60))
def test_any_text_has_one_place_or_none(text: str) -> None:
    found = place_meant(text)
    assert found is None or found == LAST or 1 <= found <= 99
