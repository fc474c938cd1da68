"""The promised date of an application; knows the catalogue's time limits, nothing of the database."""

from __future__ import annotations

from datetime import date, timedelta

from catalogue.model import Service


def promised(service: Service, start: date) -> date | None:
    """The day by which the department promises an answer; None where no limit is known."""
    days = service.time_limit.days
    if days is None:
        return None
    return add_working_days(start, days) if service.time_limit.working else start + timedelta(days=days)


def extended(due: date | None, sent_back: date, repaired: date) -> date | None:
    """The clock stands while the application lies with the person."""
    return due + (repaired - sent_back) if due else None


def add_working_days(start: date, days: int) -> date:
    """The day after `days` days of Monday to Friday."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
