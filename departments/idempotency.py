"""A write is done once per `Idempotency-Key`: same key and content: same answer; another content: 409.

The answer is stored in the transaction of the write itself, so there is no moment in which one is there without the
other. Keys are kept hashed and answers sealed, for `KEPT`; a refused write stores nothing and may be tried again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from departments.errors import Conflict, Invalid
from departments.office import Office
from departments.tables import IdempotencyKey

KEPT = timedelta(days=60)
_FORM = re.compile(r"^[\x21-\x7e]{8,200}$")
Answer = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """One write as the caller named it. `content`: what must be the same again (parsed, not the bytes on the wire)."""

    key: str
    path: str
    content: Any

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.path}\n{self.key}".encode()).hexdigest()

    @property
    def content_digest(self) -> str:
        plain = json.dumps(self.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()


def once(office: Office, write: Write, status: int, work: Callable[[Session], Answer]) -> tuple[int, Answer]:
    """Runs `work` in a transaction unless its key was used; returns (status, answer) of now or then."""
    if not _FORM.match(write.key):
        raise Invalid("Idempotency-Key must be 8 to 200 visible ASCII characters.", "idempotency_key")
    if (known := _known(office, write)) is not None:
        return known
    try:
        with office.database.write() as session:
            answer = work(session)
            sealed = office.sealer.seal(json.dumps(answer, ensure_ascii=False), f"idempotency:{write.digest}")
            session.add(
                IdempotencyKey(
                    digest=write.digest,
                    content=write.content_digest,
                    status=status,
                    sealed_answer=sealed,
                    at=office.now(),
                )
            )
            session.flush()
    except IntegrityError:
        # The same key was being used at the same moment, and the other one was first.
        if (known := _known(office, write)) is not None:
            return known
        raise
    return status, answer


def forget(office: Office) -> None:
    """Drops keys older than `KEPT`."""
    with office.database.write() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < office.now() - KEPT))


def _known(office: Office, write: Write) -> tuple[int, Answer] | None:
    with office.database.read() as session:
        row = session.get(IdempotencyKey, write.digest)
    if row is None:
        return None
    if row.content != write.content_digest:
        raise Conflict("This Idempotency-Key was used for a write with another content.", "idempotency_conflict")
    answer: Answer = json.loads(office.sealer.open(row.sealed_answer, f"idempotency:{write.digest}"))
    return row.status, answer
