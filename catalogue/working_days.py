"""The date by which a department has promised an answer. Working days leave out weekends and `holidays.yml`.

The day of submission does not count. Years without a list of holidays count weekends only.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from catalogue.model import TimeLimit
from catalogue.reading import read

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Calendar:
    """Which days an office works."""

    def __init__(self, holidays: Set[date], weekend: Set[int]) -> None:
        if len(weekend) >= 7:
            raise ValueError("an office that never works keeps no promise")
        self._holidays = holidays
        self._weekend = weekend

    def works(self, day: date) -> bool:
        return day.weekday() not in self._weekend and day not in self._holidays

    def after(self, start: date, working_days: int) -> date:
        """The last of `working_days` working days that follow `start`."""
        if working_days < 0:
            raise ValueError("a promise cannot lie in the past")
        day = start
        while working_days:
            day += timedelta(days=1)
            working_days -= self.works(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 if `end` is not after `start`."""
        return sum(self.works(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@lru_cache(maxsize=1)
def delhi() -> Calendar:
    """The calendar in `holidays.yml`. Raises `LoadError`."""
    folder = Path(__file__).parent
    root = read(folder / "holidays.yml", folder)
    root.string("source")
    weekend = root.strings("weekend", required=True)
    for day in weekend:
        if day not in WEEKDAYS:
            raise root.error("weekend", f"{day!r} is not a day of the week")
    found = set()
    days = root.section("days")
    for key, section in days.sections():
        section.string("name")
        section.boolean("verified")
        section.finish()
        try:
            found.add(date.fromisoformat(key))
        except ValueError:
            raise days.error(key, "is not a date (write 2026-01-26)") from None
    root.finish()
    return Calendar(found, {WEEKDAYS.index(day) for day in weekend})


def promised(limit: TimeLimit, submitted: date, calendar: Calendar | None = None) -> date | None:
    """Date by which an answer is due, or None where no limit is known."""
    if limit.days is None:
        return None
    if not limit.working:
        return submitted + timedelta(days=limit.days)
    return (calendar or delhi()).after(submitted, limit.days)
