"""Issue, supersession and revocation of certificates, each with two pairs of eyes and an entry in the register.

Issue has three steps, so that drawing and signing hold no lock: reserve a number and a place in the status list; make
the paper; record it, if the application is still as it was. A certificate of the same application that was valid until
then becomes superseded. Knows nothing of how a paper is made: that is the `Engine`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.model import Service
from certificates.credential import Credential
from certificates.proof import Statement
from departments import audit, decisions, numbers, records, register
from departments.errors import Conflict, Forbidden, Invalid, NotFound
from departments.office import Office
from departments.officers import Who
from departments.tables import Application, Certificate, Officer, Revocation, StatusCounter
from departments.tokens import certificate as find

LIST_SIZE = 1_000_000
"""Certificates in one status list; then the year's next list begins."""
PHOTOS = frozenset({"photo", "couple_photos"})
"""Documents of the catalogue that are the picture on the certificate."""
NEXT_LIST = 10_000
"""A year's lists are the year (2026), then 12026, 22026: whoever has the keys of a year knows the name of its list."""


@dataclass(frozen=True)
class Facts:
    """All that a paper is made from. `values` are in normal form, `local` their texts in the person's script; the
    applicant's name stands in both under `service.applicant`. `photo` is the applicant's, as it was handed in;
    `officer` who approved: name and designation."""

    service: Service
    number: str
    application: str
    values: dict[str, Any]
    local: dict[str, str]
    language: str
    at: datetime
    status_list: int
    status_index: int
    photo: bytes | None
    officer: str = ""


@dataclass(frozen=True)
class Paper:
    pdf: bytes
    kind: str
    expires_at: datetime | None


class Engine(Protocol):
    def make(self, facts: Facts) -> Paper:
        """Draws and signs. Raises `Invalid` with a sentence for the officer when the facts cannot be certified."""

    def credential(self, pdf: bytes) -> Credential:
        """What a stored paper certifies."""

    def statements(self, pdf: bytes, at: datetime) -> list[Statement]:
        """Single facts that the certificate in a stored paper proves at a moment."""

    def prove(self, pdf: bytes, statement: Statement, audience: str, at: datetime) -> tuple[str, datetime]:
        """The text of the proof's code, and when it is over. Raises `Invalid` when the certificate does not show it."""

    def jwks(self) -> dict[str, Any]:
        """The public keys of all departments, with their history."""

    def status_list(self, department: str, number: int, size: int, exceptions: dict[int, str], at: datetime) -> bytes:
        """The signed list; `exceptions` are the places that are not valid."""


def issue(office: Office, who: Who, number: str, version: int) -> str:
    """Issues the certificate of an approved application; returns its number."""
    facts, approver = _reserve(office, who, number, version)
    paper = office.engine.make(facts)
    blob = office.vault.put(paper.pdf)
    try:
        with office.database.write() as session:
            application = records.find(session, number, lock=True)
            decisions.allowed(office, who, application, "issue", version)
            _record(office, session, who, application, facts, paper, blob, approver)
    except BaseException:
        office.vault.delete(blob)
        raise
    return facts.number


def _reserve(office: Office, who: Who, number: str, version: int) -> tuple[Facts, int]:
    with office.database.write() as session:
        application = records.find(session, number, lock=True)
        decisions.allowed(office, who, application, "issue", version)
        if application.approved_by is None:
            raise Conflict("The application has no approver on record; return it to verification.", "no_approver")
        service = office.service(application.service)
        certificate_number = _free_number(office, session, application.department)
        name, name_local = records.names(office, application)
        values = records.values(office, session, application.number)
        local = records.local_texts(office, session, application.number)
        for field, value in values.items():
            # An answer in the person's own script alone is printed as what it is: the local text.
            if isinstance(value, str) and not value.isascii():
                local.setdefault(field, value)
        if name:
            values[service.applicant] = name
        if name_local:
            local[service.applicant] = name_local
        status_list, status_index = _place(session, application.department, office.today().year)
        facts = Facts(
            service=service,
            number=certificate_number,
            application=application.number,
            values=decisions.office_facts(service, values, certificate_number, office.today()),
            local=local,
            language=application.language,
            at=office.now(),
            status_list=status_list,
            status_index=status_index,
            photo=_photo(office, session, application),
            officer=_signature(session.get_one(Officer, application.approved_by)),
        )
        return facts, application.approved_by


def _photo(office: Office, session: Session, application: Application) -> bytes | None:
    for row in records.documents(session, application.number):
        if row.document in PHOTOS and row.blob and row.mime.startswith("image/"):
            return office.vault.get(row.blob)
    return None


def _signature(officer: Officer) -> str:
    return ", ".join(part for part in (officer.name.strip(), officer.designation.strip()) if part)


def _free_number(office: Office, session: Session, department: str) -> str:
    while True:
        number = numbers.make(department, office.today().year, office.below, certificate=True)
        if session.get(Certificate, number) is None:
            return number


def _place(session: Session, department: str, year: int) -> tuple[int, int]:
    """The next place in the department's newest status list of the year."""
    row = session.scalar(
        select(StatusCounter)
        .where(StatusCounter.department == department, StatusCounter.list % NEXT_LIST == year)
        .order_by(StatusCounter.list.desc())
        .limit(1)
        .with_for_update()
    )
    if row is None or row.size >= LIST_SIZE:
        row = StatusCounter(department=department, list=row.list + NEXT_LIST if row else year, size=0)
        session.add(row)
    row.size += 1
    session.flush()
    return row.list, row.size - 1


def _record(
    office: Office,
    session: Session,
    who: Who,
    application: Application,
    facts: Facts,
    paper: Paper,
    blob: str,
    approver: int,
) -> None:
    row = Certificate(
        number=facts.number,
        application=application.number,
        kind=paper.kind,
        status="valid",
        department=application.department,
        status_list=facts.status_list,
        status_index=facts.status_index,
        issued_at=facts.at,
        expires_at=paper.expires_at,
        issued_by=who.id,
        approved_by=approver,
        blob=blob,
        size=len(paper.pdf),
        sha256=hashlib.sha256(paper.pdf).hexdigest(),
        reprints=0,
    )
    session.add(row)
    session.flush()
    register.enter(office, session, "issued", row, who.username, session.get_one(Officer, approver).username)
    for old in session.scalars(
        select(Certificate).where(
            Certificate.application == application.number,
            Certificate.number != facts.number,
            Certificate.status.in_(("valid", "suspended")),
        )
    ):
        old.status, old.superseded_by = "superseded", facts.number
        register.enter(office, session, "superseded", old, who.username, detail=f"by {facts.number}")
    told = {"certificate": {"number": facts.number, "kind": paper.kind}}
    records.put_reason(office, application, None)
    records.move(office, session, application, "certificate_issued", "issue", who.id, facts.number, told)
    audit.note(office, session, who.username, "issue", application.number, facts.number)


def ask_revocation(office: Office, session: Session, who: Who, number: str, reason: str) -> None:
    """The first pair of eyes: wishes a certificate to be revoked."""
    row = _revocable(session, who, number)
    if not reason.strip() or len(reason) > decisions.LONGEST_REASON:
        raise Invalid("A reason is required.", "reason_required")
    if pending(session, row.number):
        raise Conflict("A revocation of this certificate is waiting already.", "pending")
    sealed = office.sealer.seal(reason.strip(), f"revocations:{row.number}")
    session.add(Revocation(certificate=row.number, asked_by=who.id, asked_at=office.now(), sealed_reason=sealed))
    audit.note(office, session, who.username, "ask_revocation", row.number)


def decide_revocation(office: Office, session: Session, who: Who, number: str, confirm: bool) -> None:
    """The second pair of eyes: confirms or drops the wish."""
    row = _revocable(session, who, number)
    wish = pending(session, row.number)
    if wish is None:
        raise NotFound("No revocation of this certificate is waiting.", "no_revocation")
    if confirm and wish.asked_by == who.id:
        raise Forbidden("Another officer than the one who asked must confirm a revocation.", "four_eyes")
    wish.decided_by, wish.decided_at, wish.confirmed = who.id, office.now(), confirm
    if confirm:
        row.status = "revoked"
        asked_by = session.get_one(Officer, wish.asked_by).username
        register.enter(office, session, "revoked", row, who.username, asked_by)
    audit.note(office, session, who.username, "confirm_revocation" if confirm else "drop_revocation", row.number)


def pending(session: Session, number: str) -> Revocation | None:
    return session.scalar(
        select(Revocation).where(Revocation.certificate == number, Revocation.decided_at.is_(None)).limit(1)
    )


def _revocable(session: Session, who: Who, number: str) -> Certificate:
    row = find(session, number, lock=True)
    decisions.mine(who, session.get_one(Application, row.application))
    if row.status not in ("valid", "suspended"):
        raise Conflict("This certificate no longer stands.", "wrong_status")
    return row


def status_list(office: Office, session: Session, name: str) -> bytes:
    """The signed status list `<department>-<number>`."""
    department, _, number = name.rpartition("-")
    counter = session.get(StatusCounter, (department, int(number))) if number.isdecimal() and len(number) < 9 else None
    empty = department in office.catalogue.departments and number == str(office.today().year)
    if counter is None and not empty:
        raise NotFound("There is no such status list.", "no_status_list")
    exceptions = {
        row.status_index: row.status
        for row in session.execute(
            select(Certificate.status_index, Certificate.status).where(
                Certificate.department == department,
                Certificate.status_list == int(number),
                Certificate.status != "valid",
            )
        )
    }
    size = counter.size if counter else 0
    return office.engine.status_list(department, int(number), size, exceptions, office.now())
