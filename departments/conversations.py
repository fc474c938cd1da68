"""Conversations that staff has: handed over, gone on with, left, erased. The assistant's side; officers' acts are in
`departments.attending`.

Works on the caller's session; answers are the JSON of the contract. One person has at most one chat with staff and one
wish to be called at a time. What was said is kept for `KEPT` after the end, then everything of it goes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from departments import records
from departments.errors import Conflict, NotFound
from departments.idempotency import Answer
from departments.office import Office
from departments.tables import Callback, Conversation, Utterance

CHAT, CALLBACK = "chat", "callback"
WAITING, OPEN, CLOSED = "waiting", "open", "closed"
KEPT = timedelta(days=30)
NUMBER_KEPT = timedelta(days=1)
"""For so long after a call its number is kept, should the call have reached nobody after all."""
ABANDONED = timedelta(days=90)
"""After so long without a word a conversation that nobody closed goes, too."""


@dataclass(frozen=True)
class Said:
    """`by`: person, assistant or officer."""

    by: str
    text: str
    language: str
    at: datetime


@dataclass(frozen=True)
class Consent:
    version: str
    language: str
    at: datetime
    channel: str


@dataclass(frozen=True)
class Call:
    """On which number the person wants to be called, and from when on."""

    phone: str
    not_before: datetime
    consent: Consent


@dataclass(frozen=True)
class HandOver:
    """`service`: the one it is about; `step` of `steps`: how far its application has come. `call`: None for a chat."""

    reference: str
    language: str
    channel: str
    service: str | None
    step: int | None
    steps: int | None
    said: tuple[Said, ...]
    call: Call | None


def open_one(office: Office, session: Session, new: HandOver) -> Answer:
    """Puts the conversation into the queue; who waits already keeps their place, and a new number counts."""
    department = _department(office, new.service)
    kind = CALLBACK if new.call else CHAT
    if session.get_bind().dialect.name == "postgresql":
        # Writers of SQLite wait for each other anyway; a row that is not there yet cannot be locked.
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"{kind}:{new.reference}"})
    row = session.scalar(
        select(Conversation)
        .where(Conversation.reference == new.reference, Conversation.kind == kind, Conversation.status != CLOSED)
        .with_for_update()
    )
    if row is None:
        now = office.now()
        row = Conversation(
            id=secrets.token_hex(8).upper(),
            kind=kind,
            status=WAITING,
            version=1,
            department=department,
            service=new.service,
            step=new.step,
            steps=new.steps,
            reference=new.reference,
            language=new.language,
            channel=new.channel,
            opened_at=now,
            changed_at=now,
        )
        session.add(row)
        session.flush()
        for said in new.said:
            put(office, session, row, said)
    if new.call:
        row.sealed_phone = records.seal(office, new.call.phone, f"conversations:{row.id}:phone")
        row.call_from = new.call.not_before
        row.consent_version, row.consent_language = new.call.consent.version, new.call.consent.language
        row.consent_channel, row.consent_at = new.call.consent.channel, new.call.consent.at
    session.flush()
    return {"id": row.id, "status": row.status, "ahead": _ahead(session, row)}


def add(office: Office, session: Session, conversation: str, said: Said) -> Answer:
    """What the person says while staff has the conversation."""
    row = find(session, conversation, lock=True)
    _still_open(row)
    put(office, session, row, said)
    return {"id": row.id, "status": row.status}


def close(office: Office, session: Session, conversation: str, why: str) -> Answer:
    """The person went back to the assistant (`left`), or nobody came (`unanswered`)."""
    row = find(session, conversation, lock=True)
    if row.status != CLOSED:
        end(office, row, why)
    if row.kind == CALLBACK:
        row.sealed_phone = None
    return {"id": row.id, "status": row.status}


def erase(session: Session, reference: str) -> Answer:
    """Everything of a person's conversations with staff, events on their way to the gateway included."""
    return {"erased": _drop(session, Conversation.reference == reference)}


def forget(office: Office, session: Session) -> int:
    """Drops what has served its time."""
    now = office.now()
    over = update(Conversation).where(Conversation.kind == CALLBACK, Conversation.closed_at < now - NUMBER_KEPT)
    session.execute(over.values(sealed_phone=None))
    return _drop(
        session,
        or_(
            Conversation.closed_at < now - KEPT,
            Conversation.changed_at < now - ABANDONED,
        ),
    )


def find(session: Session, conversation: str, lock: bool = False) -> Conversation:
    query = select(Conversation).where(Conversation.id == conversation[:32])
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("There is no such conversation.", "no_conversation")
    return row


def put(office: Office, session: Session, row: Conversation, said: Said, officer: int | None = None) -> None:
    """Adds an utterance."""
    sealed = office.sealer.seal(said.text, f"utterances:{row.id}:{said.by}")
    session.add(
        Utterance(
            conversation=row.id,
            by=said.by,
            officer=officer,
            language=said.language,
            sealed_text=sealed,
            at=said.at,
        )
    )
    row.changed_at = office.now()
    session.flush()


def end(office: Office, row: Conversation, why: str) -> None:
    row.status, row.closed_by, row.closed_at = CLOSED, why, office.now()
    touch(office, row)


def touch(office: Office, row: Conversation) -> None:
    """Words of the person change nothing that two officers could quarrel about; acts do."""
    row.version += 1
    row.changed_at = office.now()


def _still_open(row: Conversation) -> None:
    if row.status == CLOSED:
        raise Conflict("The conversation is closed.", "closed")


def _department(office: Office, service: str | None) -> str | None:
    if service is None:
        return None
    found = office.catalogue.services.get(service)
    if found is None:
        raise NotFound("There is no such service.", "no_service")
    return found.department.id


def _ahead(session: Session, row: Conversation) -> int:
    """How many wait at the same desk for longer."""
    query = select(func.count()).select_from(Conversation)
    same = Conversation.department == row.department if row.department else Conversation.department.is_(None)
    return (
        session.scalar(
            query.where(
                Conversation.kind == row.kind,
                Conversation.status == WAITING,
                Conversation.opened_at < row.opened_at,
                same,
            )
        )
        or 0
    )


def _drop(session: Session, which: ColumnElement[bool]) -> int:
    ids = list(session.scalars(select(Conversation.id).where(which)))
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        session.execute(delete(Callback).where(Callback.conversation.in_(some)))
        session.execute(delete(Utterance).where(Utterance.conversation.in_(some)))
        session.execute(delete(Conversation).where(Conversation.id.in_(some)))
    return len(ids)
