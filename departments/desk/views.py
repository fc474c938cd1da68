"""What the desk's pages show, read from the database into frozen data. Renders nothing and changes nothing.

An Aadhaar number is masked here; only `reveal` of the pages asks for one in full, and that is audited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from catalogue.model import Field, Service
from departments import issuing, numbers, papers, records, show, stages
from departments.office import INDIA, Office
from departments.officers import Who
from departments.stages import Act
from departments.tables import Application, Certificate, FieldValue, Officer, RegisterEntry

PAGE = 25
_LETTERS = re.compile("[\u0600-\u06ff\u0900-\u097f\u0a00-\u0a7f]")
"""Of the scripts in which people write here, but Latin."""
STAGE_NAMES = {
    "submitted": "Submitted",
    "fee_pending": "Fee to be paid",
    "under_verification": "Under verification",
    "appointment_booked": "Appointment booked",
    "test_scheduled": "Test scheduled",
    "test_failed": "Test not passed",
    "waitlisted": "On the waiting list",
    "sent_back": "Sent back",
    "approved": "Approved",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
    "certificate_issued": "Certificate issued",
    "dispatched": "Sent by post",
    "payment_started": "Payment started",
    "resolved": "Resolved",
    "reopened": "Reopened",
}


@dataclass(frozen=True)
class Filters:
    """`stage`: a stage, `open` (what waits for an officer) or `all`."""

    stage: str = "open"
    service: str = ""
    number: str = ""
    overdue: bool = False
    page: int = 1


@dataclass(frozen=True)
class Line:
    number: str
    service: Service
    name: str
    name_local: str
    stage: str
    submitted: datetime
    due: date | None
    overdue: bool


@dataclass(frozen=True)
class Queue:
    lines: tuple[Line, ...]
    total: int
    pages: int
    counts: dict[str, int]


def queue(office: Office, session: Session, who: Who, filters: Filters) -> Queue:
    conditions: list[ColumnElement[bool]] = []
    if who.department:
        conditions.append(Application.department == who.department)
    everywhere = list(conditions)
    if filters.number:
        number = numbers.read(filters.number) or filters.number.strip().upper()
        conditions.append(Application.number == number)
    elif filters.stage == "open":
        conditions.append(Application.stage.not_in(stages.CLOSED | {"sent_back"}))
    elif filters.stage != "all":
        conditions.append(Application.stage == filters.stage)
    if filters.service:
        conditions.append(Application.service == filters.service)
    if filters.overdue:
        conditions += [Application.due < office.today(), Application.stage.not_in(stages.CLOSED)]
    total = session.scalar(select(func.count()).select_from(Application).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE))
    rows = session.scalars(
        select(Application)
        .where(*conditions)
        .order_by(Application.due.is_(None), Application.due, Application.submitted_at, Application.number)
        .offset((min(filters.page, pages) - 1) * PAGE)
        .limit(PAGE)
    )
    stages_of = select(Application.stage, func.count()).where(*everywhere).group_by(Application.stage)
    counts = dict(session.execute(stages_of).all())
    return Queue(tuple(_line(office, row) for row in rows), total, pages, counts)


def _line(office: Office, row: Application) -> Line:
    name, name_local = records.names(office, row)
    return Line(
        number=row.number,
        service=office.catalogue.services[row.service],
        name=name,
        name_local=name_local,
        stage=row.stage,
        submitted=row.submitted_at.astimezone(INDIA),
        due=row.due,
        overdue=overdue(office, row),
    )


def overdue(office: Office, row: Application) -> bool:
    return bool(row.due and row.due < office.today() and row.stage not in stages.CLOSED)


@dataclass(frozen=True)
class Answer:
    """`hidden`: shown masked, can be revealed. `fault`: what was found wrong and is not put right yet."""

    field: Field
    group: str
    text: str
    local: str
    hidden: bool
    by_officer: bool
    fault: str


@dataclass(frozen=True)
class PaperLine:
    id: int | None
    document: str
    label: str
    label_hi: str
    need: str
    mime: str
    size: int
    received: datetime | None
    fault: str


@dataclass(frozen=True)
class Step:
    at: datetime
    stage: str
    act: str
    officer: str
    note: str


@dataclass(frozen=True)
class CertificateLine:
    number: str
    application: str
    kind: str
    status: str
    issued: datetime
    reprints: int
    superseded_by: str | None
    revocation_asked_by: str
    revocation_reason: str
    mine_to_confirm: bool
    entries: tuple[RegisterEntry, ...] = ()


@dataclass(frozen=True)
class Case:
    """One application as an officer sees it."""

    line: Line
    version: int
    language: str
    channel: str
    answers: tuple[Answer, ...]
    papers: tuple[PaperLine, ...]
    missing: tuple[str, ...]
    one_script: tuple[str, ...]
    """Labels of what the certificate prints and nobody has given in English letters."""
    acts: tuple[Act, ...]
    blocked: str
    """Why an act that the stage allows is not this officer's (four eyes)."""
    steps: tuple[Step, ...]
    reason: str
    certificates: tuple[CertificateLine, ...]
    editable: bool


def case(office: Office, session: Session, who: Who, row: Application) -> Case:
    service = office.catalogue.services[row.service]
    faults = {
        fault.item: office.sealer.open(fault.sealed_reason, f"sent_back:{fault.application}:{fault.item}")
        for fault in records.faults(session, row.number)
    }
    names = dict(session.execute(select(Officer.id, Officer.name)).all())
    acts, blocked = [], ""
    for act in stages.acts_at(service, row.stage):
        if act.other_eyes and row.approved_by == who.id:
            blocked = f"You approved this application: “{act.title}” needs another officer."
        else:
            acts.append(act)
    lines = _papers(session, service, row, faults)
    return Case(
        line=_line(office, row),
        version=row.version,
        language=row.language,
        channel=row.channel,
        answers=_answers(office, session, service, row, faults),
        papers=lines,
        missing=tuple(line.label for line in lines if line.document in papers.missing(office, session, row)),
        one_script=_one_script(office, session, service, row) if row.stage not in stages.CLOSED else (),
        acts=tuple(acts),
        blocked=blocked,
        steps=tuple(
            Step(
                step.at.astimezone(INDIA),
                step.stage,
                step.act,
                names.get(step.officer, "") if step.officer else "",
                records.text(office, step.sealed_note, f"history:{row.number}:{step.act}") or "",
            )
            for step in records.history(session, row.number)
        ),
        reason=records.reason(office, row) or "",
        certificates=certificates(office, session, who, row.number),
        editable=row.stage not in stages.CLOSED | {"approved"},
    )


def _answers(
    office: Office, session: Session, service: Service, row: Application, faults: dict[str, str]
) -> tuple[Answer, ...]:
    values = records.values(office, session, row.number)
    local = records.local_texts(office, session, row.number)
    by_officer = {
        name: source == "officer"
        for name, source in session.execute(
            select(FieldValue.field, FieldValue.source)
            .where(FieldValue.application == row.number)
            .order_by(FieldValue.version)
        )
    }
    found = []
    for use in service.fields:
        field = use.field
        if field.id not in values and field.id not in faults:
            continue
        value = values.get(field.id)
        hidden = field.type == "aadhaar" and value is not None
        text = str(show.masked(field, value)) if hidden else show.plain(office.catalogue, field, value)
        found.append(
            Answer(
                field,
                office.catalogue.groups[use.group].title["en"] if use.group in office.catalogue.groups else "",
                text,
                local.get(field.id, ""),
                hidden,
                by_officer.get(field.id, False),
                faults.get(field.id, ""),
            )
        )
    return tuple(found)


def _one_script(office: Office, session: Session, service: Service, row: Application) -> tuple[str, ...]:
    if service.certificate is None:
        return ()
    values = {**records.values(office, session, row.number)}
    printed = [use.field for use in service.fields if use.field.id in service.certificate.fields]
    return tuple(
        field.label["en"]
        for field in printed
        if field.type in ("name", "text", "address") and _LETTERS.search(str(values.get(field.id, "")))
    )


def _papers(session: Session, service: Service, row: Application, faults: dict[str, str]) -> tuple[PaperLine, ...]:
    present = {paper.document: paper for paper in records.documents(session, row.number)}
    found = []
    for use in service.documents:
        paper = present.get(use.document.id)
        found.append(
            PaperLine(
                id=paper.id if paper else None,
                document=use.document.id,
                label=use.document.label["en"],
                label_hi=use.document.label["hi"],
                need=use.need,
                mime=paper.mime if paper else "",
                size=paper.size if paper else 0,
                received=paper.received_at.astimezone(INDIA) if paper else None,
                fault=faults.get(use.document.id, ""),
            )
        )
    return tuple(found)


def certificates(office: Office, session: Session, who: Who, application: str = "") -> tuple[CertificateLine, ...]:
    """Of one application, or the newest of all that the officer may see."""
    query = select(Certificate).order_by(Certificate.issued_at.desc(), Certificate.number).limit(100)
    if application:
        query = query.where(Certificate.application == application)
    if who.department:
        query = query.where(Certificate.department == who.department)
    return tuple(_certificate(office, session, who, row) for row in session.scalars(query))


def certificate(office: Office, session: Session, who: Who, row: Certificate) -> CertificateLine:
    entries = session.scalars(
        select(RegisterEntry).where(RegisterEntry.certificate == row.number).order_by(RegisterEntry.seq)
    )
    return _certificate(office, session, who, row, tuple(entries))


def _certificate(
    office: Office, session: Session, who: Who, row: Certificate, entries: tuple[RegisterEntry, ...] = ()
) -> CertificateLine:
    wish = issuing.pending(session, row.number)
    return CertificateLine(
        number=row.number,
        application=row.application,
        kind=row.kind,
        status=row.status,
        issued=row.issued_at.astimezone(INDIA),
        reprints=row.reprints,
        superseded_by=row.superseded_by,
        revocation_asked_by=session.get_one(Officer, wish.asked_by).name if wish else "",
        revocation_reason=office.sealer.open(wish.sealed_reason, f"revocations:{row.number}") if wish else "",
        mine_to_confirm=bool(wish and wish.asked_by != who.id),
        entries=entries,
    )
