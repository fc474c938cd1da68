"""What the person may do with an application through the API: submit, read, put right, withdraw.

Works on the caller's session; answers are the JSON of the contract. Knows nothing of HTTP, officers or certificates'
making. What the person does here changes stages too; the answers tell these, so no callback does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from departments import due, numbers, records, slots, stages
from departments.errors import Conflict, Invalid, Problem
from departments.idempotency import Answer
from departments.office import INDIA, Office, iso
from departments.show import masked
from departments.tables import Application, Certificate
from departments.values import check


@dataclass(frozen=True)
class Submission:
    """`name` is the applicant's in Latin letters, `name_local` in the script of their language (may be empty)."""

    service: str
    fields: dict[str, Any]
    local: dict[str, str]
    name: str
    name_local: str
    language: str
    channel: str
    reference: str
    consent_version: str
    consent_language: str
    consent_at: datetime
    consent_channel: str


def submit(office: Office, session: Session, new: Submission) -> Answer:
    service = office.service(new.service)
    kept = check(office.catalogue, service, new.fields, office.today())
    stage = stages.first(service)
    now = office.now()
    application = Application(
        number=_free_number(office, session, service.department.id),
        service=service.id,
        department=service.department.id,
        stage="submitted",
        version=1,
        submitted_at=now,
        changed_at=now,
        due=due.promised(service, office.today()),
        reference=new.reference,
        language=new.language,
        channel=new.channel,
        consent_version=new.consent_version,
        consent_language=new.consent_language,
        consent_channel=new.consent_channel,
        consent_at=new.consent_at,
    )
    records.put_names(office, application, new.name, new.name_local)
    session.add(application)
    session.flush()
    records.put_values(office, session, application.number, kept, new.local)
    records.move(office, session, application, "submitted", "submit", tell=False)
    if stage != "submitted":
        records.move(office, session, application, stage, "submit", tell=False)
    slots.book(session, now, service, kept)
    slot = slots.booked(session, service, kept)
    if slot is not None:
        application.appointment_at, application.appointment_place = slot.at, slot.place
    if stage == "submitted" and slot is not None and (waits := slots.stage_of(service)):
        records.move(office, session, application, waits, "submit", tell=False)
    return {"number": application.number, "stage": application.stage, "due": _day(application)}


def _free_number(office: Office, session: Session, department: str) -> str:
    year = office.today().year
    while True:
        number = numbers.make(department, year, office.below)
        if session.get(Application, number) is None:
            return number


def view(office: Office, session: Session, application: Application) -> Answer:
    """The application as the API shows it: sensitive answers masked."""
    service = office.catalogue.services[application.service]
    values = records.values(office, session, application.number)
    certificate = session.scalar(
        select(Certificate)
        .where(Certificate.application == application.number)
        .order_by(Certificate.issued_at.desc(), Certificate.number)
        .limit(1)
    )
    closed = application.stage in stages.CLOSED
    return {
        "number": application.number,
        "service": application.service,
        "stage": application.stage,
        "due": _day(application),
        "overdue": bool(application.due and application.due < office.today() and not closed),
        "history": [{"stage": row.stage, "at": iso(row.at)} for row in records.history(session, application.number)],
        "fields": {
            use.field.id: masked(use.field, values[use.field.id]) for use in service.fields if use.field.id in values
        },
        "documents": [row.document for row in records.documents(session, application.number)],
        "appointment": _appointment(application),
        "sent_back": sent_back(office, session, application) if application.stage == "sent_back" else None,
        "reason": None if application.stage == "sent_back" else records.reason(office, application),
        "certificate": {
            "number": certificate.number,
            "issued_at": iso(certificate.issued_at),
            "status": certificate.status,
        }
        if certificate
        else None,
    }


def _appointment(application: Application) -> Answer | None:
    """While it is waited for."""
    if application.stage not in slots.AHEAD or application.appointment_at is None:
        return None
    return {"at": iso(application.appointment_at), "place": application.appointment_place or ""}


def sent_back(office: Office, session: Session, application: Application) -> Answer:
    """What is still to be put right, with a reason each."""
    items: dict[str, list[dict[str, str]]] = {"field": [], "document": []}
    for row in records.faults(session, application.number):
        why = office.sealer.open(row.sealed_reason, f"sent_back:{row.application}:{row.item}")
        items[row.kind].append({"id": row.item, "reason": why})
    note = records.reason(office, application)
    return {"fields": items["field"], "documents": items["document"], "note": note or ""}


def repair(
    office: Office, session: Session, application: Application, fields: dict[str, Any], local: dict[str, str]
) -> Answer:
    """New answers to the fields that were sent back, and to no others."""
    if application.stage != "sent_back":
        raise Conflict("The application was not sent back.", "wrong_stage")
    open_fields = {row.item: row for row in records.faults(session, application.number) if row.kind == "field"}
    closed = [
        Problem(name, "not_sent_back", "This field was not sent back.") for name in fields if name not in open_fields
    ]
    if closed:
        raise Invalid("Only the fields that were sent back may be changed.", "not_sent_back", tuple(closed))
    service = office.service(application.service)
    before = records.values(office, session, application.number)
    kept = check(office.catalogue, service, {**before, **fields}, office.today())
    empty = [Problem(name, "required", "An answer is required.") for name in fields if name not in kept]
    if empty:
        raise Invalid("A field that was sent back needs an answer.", "invalid_fields", tuple(empty))
    records.put_values(office, session, application.number, {name: kept[name] for name in fields}, local)
    if service.applicant in fields:
        records.put_names(office, application, str(kept[service.applicant]), local.get(service.applicant, ""))
    for name in fields:
        open_fields[name].repaired_at = office.now()
    session.flush()
    finish_repair(office, session, application)
    return view(office, session, application)


def finish_repair(office: Office, session: Session, application: Application) -> None:
    """Puts the application back on the officers' table once nothing is left to put right."""
    records.touch(office, application)
    if application.stage != "sent_back" or records.faults(session, application.number):
        return
    if application.sent_back_at:
        since = application.sent_back_at.astimezone(INDIA).date()
        application.due = due.extended(application.due, since, office.today())
    application.sent_back_at = None
    records.put_reason(office, application, None)
    records.move(office, session, application, "under_verification", "repair", tell=False)


def withdraw(office: Office, session: Session, application: Application, reason: str) -> Answer:
    if application.stage == "withdrawn":
        return view(office, session, application)
    if application.stage not in stages.WITHDRAWABLE:
        raise Conflict("At this stage the application can no longer be withdrawn.", "wrong_stage")
    service = office.service(application.service)
    slots.release(session, service, records.values(office, session, application.number))
    records.put_reason(office, application, reason)
    records.move(office, session, application, "withdrawn", "withdraw", note=reason, tell=False)
    return view(office, session, application)


def _day(application: Application) -> str | None:
    return application.due.isoformat() if application.due else None
