"""The promised date: the catalogue's time limit, and the clock that stands while the person has the application."""

from __future__ import annotations

from datetime import date

from catalogue.model import Service
from catalogue.working_days import promised as promised_by_limit


def promised(service: Service, start: date) -> date | None:
    """The day by which the department promises an answer; None where no limit is known."""
    return promised_by_limit(service.time_limit, start)


def extended(due: date | None, sent_back: date, repaired: date) -> date | None:
    """The clock stands while the application lies with the person."""
    return due + (repaired - sent_back) if due else None
