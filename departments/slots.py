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
from departments.due import add_working_days
from departments.errors import Conflict, Problem
from departments.office import INDIA, Office, iso
from departments.tables import Slot

HOURS = (10, 11, 12, 14, 15, 16)
CAPACITY = 4
DAYS = 12
NOTICE = timedelta(hours=20)
"""Nearer times are not offered: papers have to be brought together first."""
SHOWN = 40


def slot_field(service: Service) -> str | None:
    return next((use.field.id for use in service.fields if use.field.type == "slot"), None)


def offered(office: Office, session: Session, service: Service) -> list[dict[str, str]]:
    """Free times, earliest first, as the API shows them."""
    if slot_field(service) is None and not {"appointment_booked", "test_scheduled"} & set(service.stages):
        return []
    _make(office, session, service)
    rows = session.scalars(
        select(Slot)
        .where(Slot.service == service.id, Slot.at > office.now() + NOTICE, Slot.taken < Slot.capacity)
        .order_by(Slot.at, Slot.place)
        .limit(SHOWN)
    )
    return [{"id": row.id, "at": iso(row.at), "place": row.place} for row in rows]


def book(office: Office, session: Session, service: Service, values: Mapping[str, Any]) -> str | None:
    """Takes the slot that the answers name; returns the stage that the booking leads to, None without one."""
    field = slot_field(service)
    chosen = values.get(field) if field else None
    if chosen is None:
        return None
    taken = session.execute(
        update(Slot)
        .where(Slot.id == chosen, Slot.service == service.id, Slot.taken < Slot.capacity, Slot.at > office.now())
        .values(taken=Slot.taken + 1)
    )
    if taken.rowcount != 1:
        problem = Problem(str(field), "slot_taken", "This time is no longer free; ask for the slots again.")
        raise Conflict("The chosen time is no longer free.", "slot_taken", (problem,))
    return "appointment_booked" if "appointment_booked" in service.stages and service.fee.amount == 0 else None


def release(session: Session, service: Service, values: Mapping[str, Any]) -> None:
    field = slot_field(service)
    if field and values.get(field) is not None:
        free = update(Slot).where(Slot.id == values[field], Slot.taken > 0)
        session.execute(free.values(taken=Slot.taken - 1))


def find(session: Session, slot_id: str) -> Slot | None:
    return session.get(Slot, slot_id)


def _make(office: Office, session: Session, service: Service) -> None:
    place = service.office.text["en"]
    last = add_working_days(office.today(), DAYS)
    newest = session.scalar(select(func.max(Slot.at)).where(Slot.service == service.id))
    if newest and newest.astimezone(INDIA).date() >= last:
        return
    start = max(office.today(), newest.astimezone(INDIA).date()) if newest else office.today()
    day = add_working_days(start, 1)
    while day <= last:
        for hour in HOURS:
            at = datetime.combine(day, time(hour), INDIA)
            slot_id = hashlib.sha256(f"{service.id}|{at.isoformat()}|{place}".encode()).hexdigest()[:16]
            if session.get(Slot, slot_id) is None:
                session.add(Slot(id=slot_id, service=service.id, at=at, place=place, capacity=CAPACITY, taken=0))
        day = add_working_days(day, 1)
    session.flush()
