"""When people can be reached: on working days, within the hours."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from catalogue.hours import Hours, office
from catalogue.working_days import Calendar

DELHI = ZoneInfo("Asia/Kolkata")
HOLIDAY = date(2026, 1, 26)
HOURS = Hours(time(9, 30), time(18), Calendar({HOLIDAY}, {5, 6}))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of January 2026, of which the 23rd is a Friday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=DELHI)


@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        (at(23, 9, 29), False, at(23, 9, 30)),
        (at(23, 9, 30), True, at(23, 9, 30)),
        (at(23, 17, 59), True, at(23, 17, 59)),
        (at(23, 18), False, at(27, 9, 30)),
        (at(24, 12), False, at(27, 9, 30)),
        (at(26, 12), False, at(27, 9, 30)),
    ],
)
def test_open_and_next_opening(now: datetime, is_open: bool, opens: datetime) -> None:
    assert HOURS.open_at(now) is is_open
    assert HOURS.next_opening(now) == opens


def test_the_hours_that_are_shipped_can_be_read() -> None:
    assert office().opens < office().closes
