"""Who saw or did what at the desk: an append-only, hash-chained list. Holds no value that was seen, only its name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from departments import chain
from departments.office import Office
from departments.tables import AuditEntry


def note(office: Office, session: Session, officer: str, act: str, subject: str, detail: str = "") -> None:
    """`officer` is a user name, `subject` a number or an id, `detail` the name of a field or document."""
    chain.append(session, AuditEntry, at=office.now(), officer=officer, act=act, subject=subject, detail=detail)
