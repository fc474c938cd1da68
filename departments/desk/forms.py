"""From the desk's forms to values and back: texts, moments, reasons, and the inputs of the correction page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from catalogue.model import Field, Service
from departments import decisions, records
from departments.errors import Invalid, Problem
from departments.office import INDIA, Office
from departments.tables import Application

_TEXTS = frozenset({"name", "text", "address"})
"""Types whose answers may stand in a script of their own beside the Latin one."""


@dataclass(frozen=True)
class Input:
    """One row of the correction page. `options`: (value, title, chosen)."""

    field: Field
    value: str
    local: str
    bilingual: bool
    options: tuple[tuple[str, str, bool], ...]
    added: bool
    """The office fills it in; the form never asked it."""


def text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).replace("\r\n", "\n").strip()


def version(form: FormData) -> int:
    given = text(form, "version")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise Invalid("The form is not complete; open the page again.", "version")
    return int(given)


def reasons(form: FormData, prefix: str) -> dict[str, str]:
    """`<prefix><id>` → reason, where one was written."""
    found = {}
    for key, value in form.multi_items():
        if key.startswith(prefix) and isinstance(value, str) and value.strip():
            found[key.removeprefix(prefix)] = value.strip()
    return found


def moment(form: FormData, name: str) -> datetime | None:
    """A `datetime-local` input, which is Delhi's time."""
    given = text(form, name)
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=INDIA)
    except ValueError as error:
        raise Invalid("The time is not of its form.", "when") from error


def _editable(office: Office, service: Service) -> list[tuple[Field, bool]]:
    """(field, added by the office). Aadhaar numbers and booked slots are not the officer's to change."""
    asked = [(use.field, False) for use in service.fields if use.field.type not in ("aadhaar", "slot")]
    added = [(field, True) for field in decisions.added_fields(service)]
    return [pair for pair in (*asked, *added) if pair[0].id != service.applicant]


def inputs(office: Office, session: Session, row: Application) -> tuple[Input, ...]:
    service = office.service(row.service)
    values = records.values(office, session, row.number)
    local = records.local_texts(office, session, row.number)
    found = []
    for field, added in _editable(office, service):
        value = values.get(field.id)
        chosen = {str(item) for item in value} if isinstance(value, list) else {_plain(value)}
        options = tuple((value_, title, value_ in chosen) for value_, title in _options(office, field))
        found.append(Input(field, _plain(value), local.get(field.id, ""), field.type in _TEXTS, options, added))
    return tuple(found)


def _options(office: Office, field: Field) -> list[tuple[str, str]]:
    if field.type == "boolean":
        return [("true", "Yes"), ("false", "No")]
    if field.type in ("choice", "choices"):
        return [(option.value, option.title["en"]) for option in field.options]
    if field.type == "district":
        return [(place.id, place.name["en"]) for place in office.catalogue.districts.values()]
    if field.type == "sub_division":
        return [(place.id, place.name["en"]) for place in office.catalogue.sub_divisions.values()]
    return []


def _plain(value: Any) -> str:
    if value is None or isinstance(value, list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def values(office: Office, service: Service, form: FormData) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, texts in the person's script) of the fields that the form holds; an emptied one is left as it was."""
    new: dict[str, Any] = {}
    local: dict[str, str] = {}
    problems = []
    for field, _ in _editable(office, service):
        key = f"value:{field.id}"
        given = [item for item in form.getlist(key) if isinstance(item, str) and item.strip()]
        if not given:
            continue
        try:
            new[field.id] = _value(field, given)
        except ValueError:
            problems.append(Problem(field.id, "type", "Must be a number."))
        other = text(form, f"local:{field.id}")
        if field.type in _TEXTS and other:
            local[field.id] = other
    if problems:
        raise Invalid("Some answers are not in order.", "invalid_fields", tuple(problems))
    return new, local


def _value(field: Field, given: list[str]) -> Any:
    if field.type == "choices":
        return given
    one = given[0].strip()
    if field.type == "boolean":
        return one == "true"
    if field.type == "integer":
        return int(one)
    if field.type in ("money", "decimal"):
        number = float(one.replace(",", ""))
        return int(number) if number == int(number) else number
    return one
