"""Append-only tables whose rows carry the hash of the row before.

A row's hash is SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of all its columns but `hash`; moments
as `YYYY-MM-DDTHH:MM:SS.ffffff+00:00`. The first row's `previous` is 64 zeros. Rows count from 1 without gaps, so that a
missing row shows. What is cut off at the end cannot be seen in the chain itself: compare the head with one that was
written down elsewhere (`register` keeps it in a file and logs it).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from departments.tables import AuditEntry, RegisterEntry

START = "0" * 64


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold."""

    seq: int
    why: str


def append(
    session: Session, table: type[RegisterEntry] | type[AuditEntry], **values: Any
) -> RegisterEntry | AuditEntry:
    """Adds a row at the end of the chain, within the caller's transaction."""
    if session.get_bind().dialect.name == "postgresql":
        # Writers of SQLite wait for each other anyway.
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:table))"), {"table": f"chain:{table.__tablename__}"}
        )
    session.flush()
    last = session.execute(select(table.seq, table.hash).order_by(table.seq.desc()).limit(1)).first()
    row = table(**values, seq=last.seq + 1 if last else 1, previous=last.hash if last else START)
    row.hash = digest(row)
    session.add(row)
    session.flush()
    return row


def digest(row: RegisterEntry | AuditEntry) -> str:
    values = {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key != "hash"}
    plain = {k: _moment(v) if isinstance(v, datetime) else v for k, v in values.items()}
    return hashlib.sha256(
        json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def verify(rows: Iterable[RegisterEntry | AuditEntry]) -> Break | None:
    """Walks the rows in order of `seq`; None when all hold."""
    previous, expected = START, 1
    for row in rows:
        if row.seq != expected:
            return Break(expected, "is missing")
        if row.previous != previous:
            return Break(row.seq, "does not carry the hash of the row before")
        if row.hash != digest(row):
            return Break(row.seq, "was changed: its hash is not that of its columns")
        previous, expected = row.hash, expected + 1
    return None


def length(session: Session, table: type[RegisterEntry] | type[AuditEntry]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
