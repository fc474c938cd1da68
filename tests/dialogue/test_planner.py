"""What is kept of decided conditions decides as the conditions themselves do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import ExpressionError
from catalogue.expressions import documents_of, evaluate, fields_of
from catalogue.loader import load
from dialogue.draft import Draft, Paper
from dialogue.planner import holds

TODAY = date(2026, 11, 30)
SERVICES = load().services.values()
CONDITIONS = sorted(
    {use.when for service in SERVICES for use in service.fields if use.when}
    | {use.when for service in SERVICES for use in service.documents if use.when}
)
PAPER = Paper("b", "f", "image/jpeg", "n", "s", 1)
ANSWERS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    30,
    "1",
    "sc",
    "new_registration",
    "2020-01-01",
    "2026-11-29",
    ["sc"],
    [],
)


def decided(condition: str, draft: Draft) -> Any:
    try:
        return holds(condition, draft, TODAY)
    except ExpressionError:
        return "refused"


def evaluated(condition: str, draft: Draft) -> Any:
    try:
        return evaluate(condition, draft.values, TODAY, frozenset(draft.papers))
    except ExpressionError:
        return "refused"


@given(st.sampled_from(CONDITIONS), st.data())
def test_a_condition_that_was_decided_before_is_decided_alike(condition: str, data: st.DataObject) -> None:
    fields, papers = fields_of(condition), documents_of(condition)
    values = {name: data.draw(st.sampled_from(ANSWERS)) for name in fields if data.draw(st.booleans())}
    draft = Draft("d", "s", "p", 0.0, values, {name: PAPER for name in papers if data.draw(st.booleans())})
    assert decided(condition, draft) == evaluated(condition, draft)
    assert decided(condition, draft) == evaluated(condition, draft), "asked again"


@pytest.mark.parametrize("first", [1, True, None])
def test_one_is_not_true_and_empty_is_not_unasked(first: object) -> None:
    condition = "kept_answer == 1 or kept_answer == null"
    for value in (first, True, 1, None):
        draft = Draft("d", "s", "p", 0.0, {"kept_answer": value})
        assert decided(condition, draft) == evaluated(condition, draft)
    assert decided(condition, Draft("d", "s", "p", 0.0)) is None
