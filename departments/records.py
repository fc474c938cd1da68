"""Reading an application's rows and opening what is sealed in them; and the one place where a stage changes.

Every function works inside the caller's transaction. Decides nothing about who may do what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from departments import callbacks
from departments.errors import NotFound
from departments.numbers import read as read_number
from departments.numbers import valid
from departments.office import Office
from departments.tables import Application, Document, FieldValue, History, SentBack


def find(session: Session, typed: str, lock: bool = False) -> Application:
    """The application by a number as anyone may have typed it. `lock` holds its row until the transaction ends."""
    number = read_number(typed)
    if number is None or not valid(number):
        raise NotFound("This is not an application number; its check digit or its form is wrong.", "bad_number")
    query = select(Application).where(Application.number == number)
    application = session.scalar(query.with_for_update() if lock else query)
    if application is None:
        raise NotFound("There is no application with this number.", "no_application")
    return application


def values(office: Office, session: Session, number: str) -> dict[str, Any]:
    """The answers that count now, in normal form."""
    return {
        row.field: json.loads(office.sealer.open(row.sealed_value, _context(row))) for row in _newest(session, number)
    }


def local_texts(office: Office, session: Session, number: str) -> dict[str, str]:
    """The answers that were also given in the person's own script, in that script."""
    return {
        row.field: office.sealer.open(row.sealed_local, f"{_context(row)}:local")
        for row in _newest(session, number)
        if row.sealed_local is not None
    }


def _newest(session: Session, number: str) -> list[FieldValue]:
    newest = (
        select(FieldValue.field, func.max(FieldValue.version).label("version"))
        .where(FieldValue.application == number)
        .group_by(FieldValue.field)
        .subquery()
    )
    return list(
        session.scalars(
            select(FieldValue)
            .join(newest, (FieldValue.field == newest.c.field) & (FieldValue.version == newest.c.version))
            .where(FieldValue.application == number)
        )
    )


def put_values(
    office: Office,
    session: Session,
    number: str,
    new: Mapping[str, Any],
    local: Mapping[str, str],
    officer: int | None = None,
) -> None:
    """Adds a version for each answer given; `local` holds texts in the person's script for some of them."""
    versions = session.execute(
        select(FieldValue.field, func.max(FieldValue.version))
        .where(FieldValue.application == number)
        .group_by(FieldValue.field)
    )
    known = dict(versions.all())
    for name, value in new.items():
        row = FieldValue(
            application=number,
            field=name,
            version=known.get(name, 0) + 1,
            source="officer" if officer else "applicant",
            officer=officer,
            at=office.now(),
        )
        row.sealed_value = office.sealer.seal(json.dumps(value, ensure_ascii=False), _context(row))
        row.sealed_local = seal(office, local.get(name), f"{_context(row)}:local")
        session.add(row)
    session.flush()


def _context(row: FieldValue) -> str:
    return f"field_values:{row.application}:{row.field}:{row.version}"


def documents(session: Session, number: str) -> list[Document]:
    """The papers that count now, oldest first."""
    return list(
        session.scalars(
            select(Document).where(Document.application == number, Document.replaced_at.is_(None)).order_by(Document.id)
        )
    )


def faults(session: Session, number: str) -> list[SentBack]:
    """What the person still has to put right."""
    return list(
        session.scalars(
            select(SentBack).where(SentBack.application == number, SentBack.repaired_at.is_(None)).order_by(SentBack.id)
        )
    )


def history(session: Session, number: str) -> list[History]:
    return list(session.scalars(select(History).where(History.application == number).order_by(History.id)))


def text(office: Office, sealed: str | None, context: str) -> str | None:
    return None if sealed is None else office.sealer.open(sealed, context)


def seal(office: Office, plain: str | None, context: str) -> str | None:
    return None if not plain else office.sealer.seal(plain, context)


def names(office: Office, application: Application) -> tuple[str, str]:
    """(Latin, local script) of the applicant; the second may be empty."""
    context = f"applications:{application.number}"
    return (
        office.sealer.open(application.sealed_name, f"{context}:name"),
        office.sealer.open(application.sealed_name_local, f"{context}:name_local"),
    )


def put_names(office: Office, application: Application, name: str, name_local: str) -> None:
    context = f"applications:{application.number}"
    application.sealed_name = office.sealer.seal(name, f"{context}:name")
    application.sealed_name_local = office.sealer.seal(name_local, f"{context}:name_local")


def reason(office: Office, application: Application) -> str | None:
    return text(office, application.sealed_reason, f"applications:{application.number}:reason")


def put_reason(office: Office, application: Application, plain: str | None) -> None:
    application.sealed_reason = seal(office, plain, f"applications:{application.number}:reason")


def move(
    office: Office,
    session: Session,
    application: Application,
    stage: str,
    act: str,
    officer: int | None = None,
    note: str | None = None,
    told: Mapping[str, Any] | None = None,
    tell: bool = True,
) -> datetime:
    """Changes the stage, writes history, and writes the callback (with `told` in it) unless `tell` is False."""
    at = office.now()
    application.stage = stage
    touch(office, application)
    row = History(application=application.number, stage=stage, act=act, officer=officer, at=at)
    row.sealed_note = seal(office, note, f"history:{application.number}:{act}")
    session.add(row)
    session.flush()
    if tell:
        callbacks.write(office, session, application, at, told or {})
    return at


def touch(office: Office, application: Application) -> None:
    application.version += 1
    application.changed_at = office.now()
