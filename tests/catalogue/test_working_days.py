"""The promised date leaves out weekends and holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.loader import load
from catalogue.model import Fact, TimeLimit
from catalogue.working_days import Calendar, delhi, promised

DIWALI_2027 = date(2027, 10, 29)


def limit(days: int | None, working: bool = True) -> TimeLimit:
    return TimeLimit(days, working, Fact({}, "unverified", False))


def test_weekends_and_holidays_do_not_count() -> None:
    friday = date(2026, 10, 16)
    assert delhi().after(friday, 1) == date(2026, 10, 19)
    assert delhi().after(friday, 2) == date(2026, 10, 21), "20 October 2026 is Dussehra"
    assert not delhi().works(date(2026, 1, 26))
    assert not delhi().works(DIWALI_2027)


def test_a_year_without_a_list_counts_weekends_only() -> None:
    assert delhi().works(date(2035, 1, 26))
    assert not delhi().works(date(2035, 1, 27))


def test_promises_of_the_catalogue() -> None:
    income = load().services["income_certificate"].time_limit
    assert promised(income, date(2026, 11, 22)) == date(2026, 12, 22), "21 working days without 24 November"
    notice = load().services["marriage_solemnisation"].time_limit
    assert promised(notice, date(2026, 11, 22)) == date(2026, 12, 22), "30 days of the calendar"
    assert promised(load().services["driving_licence"].time_limit, date(2026, 11, 22)) is None


@given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(1, 80))
def test_after_and_between_are_inverse(start: date, days: int) -> None:
    end = delhi().after(start, days)
    assert delhi().works(end)
    assert delhi().between(start, end) == days
    assert promised(limit(days), start) == end
    assert promised(limit(days, working=False), start) == start + timedelta(days=days)


def test_nothing_is_promised_for_the_past() -> None:
    with pytest.raises(ValueError, match="past"):
        delhi().after(date(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="never works"):
        Calendar(frozenset(), frozenset(range(7)))
