"""What officers decide about an application: each act of `departments.stages`, with its checks and its traces.

Works on the caller's session. Issuing and revoking certificates is `departments.issuing`'s matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from catalogue.model import Field, Service
from certificates import layout
from departments import audit, records, slots, stages
from departments.applications import sent_back
from departments.errors import Conflict, Forbidden, Invalid, Problem
from departments.office import Office, iso
from departments.officers import Who
from departments.stages import Act
from departments.tables import Application, SentBack
from departments.values import check, check_one

LONGEST_REASON = 1000
_DATES = ("_date", "_expiry")
_OFFICE_FACTS = ("_no", *_DATES)
"""How the ids of facts end that only the office can know."""


@dataclass(frozen=True)
class Decision:
    """One act with what the officer filled in. `version` is that of the application as the officer saw it."""

    act: str
    version: int
    text: str = ""
    """Reason or note: the person reads it."""
    fields: dict[str, str] = field(default_factory=dict)
    """Faulty field → reason."""
    documents: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None
    place: str = ""


def allowed(office: Office, who: Who, application: Application, act_id: str, version: int | None) -> Act:
    """The act, when this officer may do it now."""
    mine(who, application)
    act = stages.ACTS.get(act_id)
    service = office.service(application.service)
    if act is None or act not in stages.acts_at(service, application.stage):
        raise Conflict("At this stage that cannot be done.", "wrong_stage")
    if version is not None and version != application.version:
        raise Conflict("The application was changed meanwhile; look at it again.", "changed")
    if act.other_eyes and application.approved_by == who.id:
        raise Forbidden("Another officer than the one who approved must do this.", "four_eyes")
    return act


def mine(who: Who, application: Application) -> None:
    if who.department is not None and who.department != application.department:
        raise Forbidden("The application belongs to another department.", "other_department")


def decide(office: Office, session: Session, who: Who, application: Application, decision: Decision) -> None:
    """Does any act but `issue`."""
    act = allowed(office, who, application, decision.act, decision.version)
    text = _text(decision, "reason" in act.needs)
    told: dict[str, Any] = {}
    if "items" in act.needs:
        _send_back(office, session, application, decision)
        records.put_reason(office, application, text)
        told["sent_back"] = sent_back(office, session, application)
    elif "reason" in act.needs or text:
        records.put_reason(office, application, text)
        told["reason"] = text or None
    if "at" in act.needs:
        told |= _when(office, decision)
        application.appointment_at, application.appointment_place = decision.at, told["place"]
    if act.id in ("approve", "correct"):
        application.approved_by = who.id
    elif act.target in ("under_verification", "sent_back", "rejected"):
        application.approved_by = None
    target = act.target
    if act.id == "clear_fee":
        application.fee_cleared_by = who.id
        target, told = _after_fee(office, session, application)
    if act.id == "take_back":
        for fault in records.faults(session, application.number):
            fault.repaired_at = office.now()
        application.sent_back_at = None
    if act.target == "sent_back":
        application.sent_back_at = office.now()
    note = " · ".join(filter(None, (told.get("at_time"), told.get("place"), text)))
    records.move(office, session, application, target, act.id, who.id, note or None, told)
    audit.note(office, session, who.username, act.id, application.number)


def _text(decision: Decision, required: bool) -> str:
    text = decision.text.strip()
    if required and not text:
        raise Invalid("A reason is required: the person reads it.", "reason_required")
    if len(text) > LONGEST_REASON:
        raise Invalid(f"At most {LONGEST_REASON} characters.", "too_long")
    return text


def _send_back(office: Office, session: Session, application: Application, decision: Decision) -> None:
    service = office.service(application.service)
    known = {
        "field": {use.field.id for use in service.fields},
        "document": {use.document.id for use in service.documents},
    }
    given = {"field": decision.fields, "document": decision.documents}
    problems = []
    for kind, items in given.items():
        for item, why in items.items():
            if item not in known[kind]:
                problems.append(Problem(item, f"unknown_{kind}", f"The service has no such {kind}."))
            elif not why.strip():
                problems.append(Problem(item, "reason_required", "Say what is wrong with it: the person reads it."))
            elif len(why) > LONGEST_REASON:
                problems.append(Problem(item, "too_long", f"At most {LONGEST_REASON} characters."))
    if problems:
        raise Invalid("Each thing sent back needs a reason.", "items", tuple(problems))
    if not decision.fields and not decision.documents:
        raise Invalid("Choose at least one field or document to be corrected.", "items_required")
    for kind, items in given.items():
        for item, why in items.items():
            sealed = office.sealer.seal(why.strip(), f"sent_back:{application.number}:{item}")
            session.add(
                SentBack(application=application.number, kind=kind, item=item, sealed_reason=sealed, at=office.now())
            )
    session.flush()


def _after_fee(office: Office, session: Session, application: Application) -> tuple[str, dict[str, Any]]:
    """(stage, what to tell): a booked time that lies ahead counts, else verification begins."""
    service = office.service(application.service)
    slot = slots.booked(session, service, records.values(office, session, application.number))
    stage = slots.stage_of(service)
    if slot is None or stage is None or slot.at <= office.now():
        return "under_verification", {}
    return stage, {"at_time": iso(slot.at), "place": slot.place}


def _when(office: Office, decision: Decision) -> dict[str, Any]:
    if decision.at is None or not decision.place.strip():
        raise Invalid("Say when and where.", "when_required")
    if decision.at <= office.now():
        raise Invalid("The time must lie ahead.", "in_the_past")
    return {"at_time": iso(decision.at), "place": decision.place.strip()[:200]}


def correct_values(
    office: Office,
    session: Session,
    who: Who,
    application: Application,
    new: dict[str, Any],
    local: dict[str, str],
    version: int,
) -> list[str]:
    """An officer's corrections of answers and of their texts in the person's script, before approval.

    Returns the ids of what changed. Facts that the office adds to the certificate (`added_fields`) are given here too.
    """
    _changeable(who, application, version)
    service = office.service(application.service)
    before = records.values(office, session, application.number)
    before_local = records.local_texts(office, session, application.number)
    changed = {
        name: value
        for name, value in new.items()
        if before.get(name) != value or before_local.get(name, "") != local.get(name, before_local.get(name, ""))
    }
    added = {field.id: field for field in added_fields(service)}
    problems = [
        problem
        for name, value in changed.items()
        if name in added and (problem := check_one(office.catalogue, added[name], value, office.today(), {}))
    ]
    if problems:
        raise Invalid("Some answers are not in order.", "invalid_fields", tuple(problems))
    asked = {name: value for name, value in {**before, **changed}.items() if name not in added}
    check(office.catalogue, service, asked, office.today())
    texts = {name: local.get(name, before_local.get(name, "")) for name in changed}
    records.put_values(office, session, application.number, changed, texts, who.id)
    for name in changed:
        audit.note(office, session, who.username, "correct_field", application.number, name)
    records.touch(office, application)
    return list(changed)


def added_fields(service: Service) -> tuple[Field, ...]:
    """What the certificate shows and the form does not ask, such as a registration number: the office fills it in."""
    if service.certificate is None:
        return ()
    asked = {use.field.id for use in service.fields}
    found = []
    for row in layout.load(service.certificate.kind).rows:
        name = row.fields[0]
        if len(row.fields) == 1 and name not in asked and name.endswith(_OFFICE_FACTS):
            kind = "date" if name.endswith(_DATES) else "text"
            found.append(Field(name, kind, row.label, row.label, row.label))
    return tuple(found)


def office_facts(service: Service, values: Mapping[str, Any], number: str, day: date) -> dict[str, Any]:
    """`values` with the numbers and dates of the register where no officer entered others: the certificate's own."""
    entered = dict(values)
    for fact in added_fields(service):
        if fact.id not in entered and fact.id.endswith("_no"):
            entered[fact.id] = number
        elif fact.id not in entered and fact.id == "registration_date":
            entered[fact.id] = day.isoformat()
    return entered


def _changeable(who: Who, application: Application, version: int) -> None:
    mine(who, application)
    if version != application.version:
        raise Conflict("The application was changed meanwhile; look at it again.", "changed")
    if application.stage in stages.CLOSED or application.stage == "approved":
        raise Conflict("At this stage nothing can be corrected any more.", "wrong_stage")


def correct_names(
    office: Office, session: Session, who: Who, application: Application, name: str, name_local: str, version: int
) -> None:
    """The applicant's name as the certificate will print it, in both scripts; before approval only."""
    _changeable(who, application, version)
    if not name.strip() or len(name) > 200 or len(name_local) > 200:
        raise Invalid("The name must have 1 to 200 characters.", "name")
    name, name_local = name.strip(), name_local.strip()
    records.put_names(office, application, name, name_local)
    field = office.service(application.service).applicant
    records.put_values(office, session, application.number, {field: name}, {field: name_local}, who.id)
    records.touch(office, application)
    audit.note(office, session, who.username, "correct_name", application.number)
