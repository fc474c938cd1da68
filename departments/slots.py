"""Times that people can book: appointments and tests of the services that ask for one.

For a service with a field of type `slot` there are always open times on the working days of the coming three weeks;
they are made when they are asked for. A booking takes a place in its slot, a withdrawal gives it back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalogue.model import Service
from catalogue.working_days import delhi
from departments.errors import Conflict, Problem
from departments.office import INDIA, Office, iso
from departments.tables import Slot

HOURS = (10, 11, 12, 14, 15, 16)
CAPACITY = 4
DAYS = 12
NOTICE = timedelta(hours=20)
"""Nearer times are not offered: papers have to be brought together first."""
SHOWN = 40
BOOKED = ("appointment_booked", "test_scheduled")
"""Stages in which a person is expected at a time."""
AHEAD = ("submitted", "fee_pending", *BOOKED)
"""Stages in which a time that was chosen or given lies ahead."""


def slot_field(service: Service) -> str | None:
    return next((use.field.id for use in service.fields if use.field.type == "slot"), None)


def offered(office: Office, session: Session, service: Service) -> list[dict[str, str]]:
    """Free times, earliest first, as the API shows them."""
    if slot_field(service) is None and not set(BOOKED) & set(service.stages):
        return []
    _make(office, session, service)
    rows = session.scalars(
        select(Slot)
        .where(Slot.service == service.id, Slot.at > office.now() + NOTICE, Slot.taken < Slot.capacity)
        .order_by(Slot.at, Slot.place)
        .limit(SHOWN)
    )
    return [{"id": row.id, "at": iso(row.at), "place": row.place} for row in rows]


def book(session: Session, now: datetime, service: Service, values: Mapping[str, Any]) -> None:
    """Takes the slot that the answers name, if they name one. Raises `Conflict` when it is no longer free."""
    field = slot_field(service)
    chosen = values.get(field) if field else None
    if chosen is None:
        return
    free = update(Slot).where(Slot.id == chosen, Slot.service == service.id, Slot.taken < Slot.capacity, Slot.at > now)
    if session.scalar(free.values(taken=Slot.taken + 1).returning(Slot.id)) is None:
        problem = Problem(str(field), "slot_taken", "This time is no longer free; ask for the slots again.")
        raise Conflict("The chosen time is no longer free.", "slot_taken", (problem,))


def booked(session: Session, service: Service, values: Mapping[str, Any]) -> Slot | None:
    """The slot that the answers name."""
    field = slot_field(service)
    return session.get(Slot, values[field]) if field and values.get(field) else None


def stage_of(service: Service) -> str | None:
    """The stage in which an application of this service waits for its booked time."""
    return next((stage for stage in BOOKED if stage in service.stages), None)


def release(session: Session, service: Service, values: Mapping[str, Any]) -> None:
    field = slot_field(service)
    if field and values.get(field) is not None:
        free = update(Slot).where(Slot.id == values[field], Slot.taken > 0)
        session.execute(free.values(taken=Slot.taken - 1))


def _make(office: Office, session: Session, service: Service) -> None:
    place = service.office.text["en"]
    last = delhi().after(office.today(), DAYS)
    newest = session.scalar(select(func.max(Slot.at)).where(Slot.service == service.id))
    if newest and newest.astimezone(INDIA).date() >= last:
        return
    start = max(office.today(), newest.astimezone(INDIA).date()) if newest else office.today()
    day = delhi().after(start, 1)
    while day <= last:
        for hour in HOURS:
            at = datetime.combine(day, time(hour), INDIA)
            slot_id = hashlib.sha256(f"{service.id}|{at.isoformat()}|{place}".encode()).hexdigest()[:16]
            if session.get(Slot, slot_id) is None:
                session.add(Slot(id=slot_id, service=service.id, at=at, place=place, capacity=CAPACITY, taken=0))
        day = delhi().after(day, 1)
    session.flush()
