"""Rate limits that hold across restarts and processes: so many tries of one thing within a window."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from departments.errors import TooMany
from departments.tables import Attempt


@dataclass(frozen=True)
class Limit:
    name: str
    most: int
    window: timedelta


LOGIN_NAME = Limit("login-name", 5, timedelta(minutes=15))
LOGIN_ADDRESS = Limit("login-address", 30, timedelta(minutes=15))
TOKENS = Limit("tokens", 5, timedelta(minutes=10))
PROOFS = Limit("proofs", 10, timedelta(minutes=10))
REDEEM = Limit("redeem", 20, timedelta(minutes=10))
CLAIMS_REFERENCE = Limit("claims-reference", 5, timedelta(days=1))
CLAIMS_NUMBER = Limit("claims-number", 5, timedelta(days=1))
CLAIMS_NUMBER_LONG = Limit("claims-number-long", 10, timedelta(days=30))
CLAIMS_ALL = Limit("claims-all", 200, timedelta(hours=1))
"""Refused claims (`departments.claims`). Who has seen a certificate knows number, name and date of birth, and guesses
the last four digits of Aadhaar: ten tries a month of 10,000 numbers make one in a thousand, for one certificate, with a
trace of each. For many certificates, 200 tries an hour are one in fifty – with the papers of all of them at hand."""
KEPT = timedelta(days=31)
"""Longer than every window."""


def count(session: Session, limit: Limit, subject: str, now: datetime) -> int:
    """Tries within the window."""
    query = select(func.count()).select_from(Attempt)
    return session.scalar(query.where(Attempt.digest == _digest(limit, subject), Attempt.at > now - limit.window)) or 0


def check(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Raises `TooMany` when the limit is reached."""
    if count(session, limit, subject, now) >= limit.most:
        minutes = int(limit.window.total_seconds() // 60)
        raise TooMany(f"Too many tries; wait {minutes} minutes.", "too_many")


def add(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    session.add(Attempt(digest=_digest(limit, subject), at=now))
    session.flush()


def clear(session: Session, limit: Limit, subject: str) -> None:
    session.execute(delete(Attempt).where(Attempt.digest == _digest(limit, subject)))


def forget(session: Session, now: datetime) -> None:
    """Drops what no window reaches any more."""
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT))


def _digest(limit: Limit, subject: str) -> str:
    return hashlib.sha256(f"{limit.name}\n{subject}".encode()).hexdigest()
