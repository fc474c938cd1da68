"""The tables: what an application, its papers, its certificate and its traces are in the database.

Columns named `sealed_…` hold personal data as `departments.sealing` leaves it. `history`, `register` and `audit` are
append-only: triggers of the migrations refuse UPDATE and DELETE on them, and `register` and `audit` are hash-chained
(`departments.chain`). Decides nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Date, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from departments.database import Instant


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Instant, date: Date, str: Text}


Number = String(24)
Id = String(64)
Digest = String(64)


class Application(Base):
    """One application. `version` grows with every change, so that two officers cannot overwrite each other."""

    __tablename__ = "applications"
    __table_args__ = (Index(None, "stage", "submitted_at"), Index(None, "department", "stage"))

    number: Mapped[str] = mapped_column(Number, primary_key=True)
    service: Mapped[str] = mapped_column(Id, index=True)
    department: Mapped[str] = mapped_column(Id)
    stage: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    due: Mapped[date | None]
    reference: Mapped[str] = mapped_column(String(200), index=True)
    language: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(32))
    sealed_name: Mapped[str]
    sealed_name_local: Mapped[str]
    consent_version: Mapped[str] = mapped_column(Id)
    consent_language: Mapped[str] = mapped_column(String(8))
    consent_channel: Mapped[str] = mapped_column(String(32))
    consent_at: Mapped[datetime]
    fee_cleared_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    sent_back_at: Mapped[datetime | None]
    appointment_at: Mapped[datetime | None]
    appointment_place: Mapped[str | None] = mapped_column(String(200))
    """When and where the person is expected: the slot they chose, or what an officer gave them last."""
    sealed_reason: Mapped[str | None]
    """Why it was rejected, or the note with which it was sent back or answered."""


class FieldValue(Base):
    """One answer. A repair or an officer's correction adds a version; the highest counts."""

    __tablename__ = "field_values"

    application: Mapped[str] = mapped_column(ForeignKey("applications.number"), primary_key=True)
    field: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sealed_value: Mapped[str]
    """JSON of the normal value."""
    sealed_local: Mapped[str | None]
    """The same in the person's own script, as they confirmed it."""
    source: Mapped[str] = mapped_column(Id)
    """applicant, or officer."""
    officer: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]


class Document(Base):
    """A paper that was sent; the bytes are in the vault. A replaced one keeps its row and loses its bytes."""

    __tablename__ = "documents"
    __table_args__ = (Index(None, "application", "document"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[str] = mapped_column(ForeignKey("applications.number"))
    document: Mapped[str] = mapped_column(Id)
    blob: Mapped[str | None] = mapped_column(Id)
    mime: Mapped[str] = mapped_column(Id)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Digest)
    received_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class SentBack(Base):
    """One field or document that the person must put right."""

    __tablename__ = "sent_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[str] = mapped_column(ForeignKey("applications.number"), index=True)
    kind: Mapped[str] = mapped_column(Id)
    """field, or document."""
    item: Mapped[str] = mapped_column(Id)
    sealed_reason: Mapped[str]
    at: Mapped[datetime]
    repaired_at: Mapped[datetime | None]


class History(Base):
    """Append-only: every stage that an application has been in."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[str] = mapped_column(ForeignKey("applications.number"), index=True)
    stage: Mapped[str] = mapped_column(Id)
    act: Mapped[str] = mapped_column(Id)
    officer: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    sealed_note: Mapped[str | None]
    at: Mapped[datetime]


class Slot(Base):
    """A time that people can book; `taken` never exceeds `capacity`."""

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("service", "at", "place"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    service: Mapped[str] = mapped_column(Id, index=True)
    at: Mapped[datetime]
    place: Mapped[str]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class Callback(Base):
    """An event for the gateway, kept until it was answered with 2xx. `next_at` doubles as the lease of the sender."""

    __tablename__ = "callbacks"
    __table_args__ = (Index(None, "delivered_at", "next_at"), Index(None, "application", "seq"))

    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    application: Mapped[str | None] = mapped_column(ForeignKey("applications.number"))
    conversation: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    """What the event is about: one of the two."""
    department: Mapped[str] = mapped_column(Id)
    sealed_body: Mapped[str]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    refused: Mapped[bool] = mapped_column(default=False)
    """The gateway answered 4xx: repeated still, but later events of the application no longer wait for it."""
    last_problem: Mapped[str | None]
    delivered_at: Mapped[datetime | None]


class Conversation(Base):
    """A chat that was handed over to staff (`kind` chat), or a wish to be called (`kind` callback).

    `version` grows with every act of an officer, so that two cannot take the same one.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "status", "opened_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(Id)
    status: Mapped[str] = mapped_column(Id)
    """waiting, open (an officer has it) or closed."""
    version: Mapped[int] = mapped_column(default=1)
    department: Mapped[str | None] = mapped_column(Id)
    """None: it is about no service, and every officer may take it."""
    service: Mapped[str | None] = mapped_column(Id)
    step: Mapped[int | None]
    steps: Mapped[int | None]
    """How far the application in progress has come."""
    reference: Mapped[str] = mapped_column(String(200), index=True)
    language: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(32))
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    officer: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(Id)
    """given_back or called (the officer), left (the person), unanswered (nobody came)."""
    sealed_phone: Mapped[str | None]
    call_from: Mapped[datetime | None]
    """Not to be called earlier."""
    consent_version: Mapped[str | None] = mapped_column(Id)
    consent_language: Mapped[str | None] = mapped_column(String(8))
    consent_channel: Mapped[str | None] = mapped_column(String(32))
    consent_at: Mapped[datetime | None]


class Utterance(Base):
    """What was said in a conversation, before it was handed over and after."""

    __tablename__ = "utterances"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    by: Mapped[str] = mapped_column(Id)
    """person, assistant or officer."""
    officer: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    language: Mapped[str] = mapped_column(String(8))
    sealed_text: Mapped[str]
    at: Mapped[datetime]


class IdempotencyKey(Base):
    """What a write answered. The key is kept hashed, the answer sealed."""

    __tablename__ = "idempotency_keys"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    content: Mapped[str] = mapped_column(Digest)
    status: Mapped[int]
    sealed_answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class Officer(Base):
    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(Id, unique=True)
    name: Mapped[str]
    designation: Mapped[str]
    department: Mapped[str | None] = mapped_column(Id)
    """None: all departments."""
    password: Mapped[str]
    """Argon2id, encoded."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class DeskSession(Base):
    """A login. The cookie's value is kept hashed."""

    __tablename__ = "desk_sessions"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    officer: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class Attempt(Base):
    """One counted try under a rate limit; `digest` is the hash of what is limited."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "digest", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(Digest)
    at: Mapped[datetime]


class Certificate(Base):
    """A certificate as it stands now; how it came there is in `register`."""

    __tablename__ = "certificates"

    number: Mapped[str] = mapped_column(Number, primary_key=True)
    application: Mapped[str] = mapped_column(ForeignKey("applications.number"), index=True)
    kind: Mapped[str] = mapped_column(Id)
    status: Mapped[str] = mapped_column(Id)
    """valid, suspended, revoked or superseded."""
    department: Mapped[str] = mapped_column(Id)
    status_list: Mapped[int]
    status_index: Mapped[int]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    issued_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    blob: Mapped[str] = mapped_column(Id)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Digest)
    reprints: Mapped[int] = mapped_column(default=0)
    superseded_by: Mapped[str | None] = mapped_column(Number)

    __table_args__ = (UniqueConstraint("department", "status_list", "status_index"),)


class StatusCounter(Base):
    """How many places of a department's status list were given out."""

    __tablename__ = "status_counters"

    department: Mapped[str] = mapped_column(Id, primary_key=True)
    list: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]


class Revocation(Base):
    """A wish to revoke that a second officer has yet to confirm or refuse."""

    __tablename__ = "revocations"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate: Mapped[str] = mapped_column(ForeignKey("certificates.number"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    sealed_reason: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]


class Token(Base):
    """A download token, kept hashed."""

    __tablename__ = "tokens"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    certificate: Mapped[str] = mapped_column(ForeignKey("certificates.number"), index=True)
    reference: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    browser: Mapped[str | None] = mapped_column(Digest)


class Proof(Base):
    """A proof of one fact while it is good; `digest` is the hash of the token under which its code is shown."""

    __tablename__ = "proofs"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    sealed_text: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RegisterEntry(Base):
    """Append-only and hash-chained: everything that ever happened to a certificate."""

    __tablename__ = "register"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(Id)
    """issued, reprint, proof, claimed, superseded, suspended, restored or revoked."""
    certificate: Mapped[str] = mapped_column(Number, index=True)
    application: Mapped[str] = mapped_column(Number)
    officer: Mapped[str]
    """User name of the one who acted (empty: asked for by the person)."""
    second: Mapped[str]
    """User name of the other pair of eyes."""
    sha256: Mapped[str] = mapped_column(Digest)
    detail: Mapped[str]
    previous: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest)


class AuditEntry(Base):
    """Append-only and hash-chained: who saw or did what at the desk."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    officer: Mapped[str] = mapped_column(Id, index=True)
    act: Mapped[str] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(String(200), index=True)
    detail: Mapped[str]
    previous: Mapped[str] = mapped_column(Digest)
    hash: Mapped[str] = mapped_column(Digest)
