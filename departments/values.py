"""Incoming answers against the catalogue: types, requirements, conditions and rules, with one precise problem each.

Normal values: `boolean` true/false; `integer` a whole number; `money`, `decimal` a number (money in rupees, not
negative); `date` YYYY-MM-DD; `datetime` ISO 8601 with an offset; `phone` ten digits; `pincode` six; `aadhaar` twelve
with Verhoeff's check digit; `choice`, `district`, `sub_division` an id; `choices` a list of ids; everything else a
text. A problem's `detail` never repeats the value, since it may reach a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from catalogue.expressions import documents_of, evaluate
from catalogue.model import Catalogue, Field, Service
from departments.errors import Invalid, Problem
from runtime.masking import verhoeff

Value = Any
"""JSON: str, int, float, bool, or a list of str."""

LONGEST = 500
_FORMS = {
    "phone": (re.compile(r"^[6-9][0-9]{9}$"), "ten digits, the first 6 to 9"),
    "pincode": (re.compile(r"^[1-9][0-9]{5}$"), "six digits, the first not 0"),
    "aadhaar": (re.compile(r"^[2-9][0-9]{11}$"), "twelve digits, the first not 0 or 1"),
    "email": (re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]{2,}$"), "an e-mail address"),
}
_EARLIEST = date(1900, 1, 1)
# Control characters and bidirectional overrides have no place in an answer; ZWJ and ZWNJ stay (scripts need them).
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def check(
    catalogue: Catalogue,
    service: Service,
    given: Mapping[str, Value],
    today: date,
    documents: frozenset[str] | None = None,
) -> dict[str, Value]:
    """The values to keep for a whole application. Raises `Invalid` with every problem found.

    Null counts as not given. A field whose condition does not hold is not kept. Rules that look at documents count only
    when `documents` is given.
    """
    uses = {use.field.id: use for use in service.fields}
    problems = [Problem(name, "unknown_field", "The service has no such field.") for name in given if name not in uses]
    present = {name: value for name, value in given.items() if name in uses and value is not None}
    for name, value in present.items():
        if problem := check_one(catalogue, uses[name].field, value, today, present):
            problems.append(problem)
    if problems:
        raise Invalid("Some answers are not in order.", "invalid_fields", tuple(problems))
    kept: dict[str, Value] = {}
    for name, use in uses.items():
        # Conditions read answers that come before them, and only those that were kept.
        asked = use.when is None or evaluate(
            use.when, {**present, **kept}, today, documents or frozenset(), complete=True
        )
        if asked and name in present:
            kept[name] = present[name]
        elif asked and use.required:
            problems.append(Problem(name, "required", "An answer is required."))
    problems += _broken_rules(service, kept, today, documents)
    if problems:
        raise Invalid("Some answers are missing or do not fit together.", "invalid_fields", tuple(problems))
    return kept


def _broken_rules(
    service: Service, kept: Mapping[str, Value], today: date, documents: frozenset[str] | None
) -> list[Problem]:
    found = []
    for rule in service.rules:
        if rule.severity != "block" or (documents is None and documents_of(rule.expr)):
            continue
        if evaluate(rule.expr, kept, today, documents or frozenset(), complete=True) is False:
            found.append(Problem(rule.fields[0] if rule.fields else rule.id, f"rule:{rule.id}", rule.message["en"]))
    return found


def check_one(
    catalogue: Catalogue, field: Field, value: Value, today: date, others: Mapping[str, Value]
) -> Problem | None:
    """One answer by its type. `others` are the other answers (a sub-division must lie in the district)."""

    def problem(code: str, detail: str) -> Problem:
        return Problem(field.id, code, detail)

    kind = field.type
    if kind == "boolean":
        return None if isinstance(value, bool) else problem("type", "Must be true or false.")
    if kind in ("integer", "money", "decimal"):
        return _number(field, value)
    if kind == "choices":
        allowed = {option.value for option in field.options}
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            return problem("type", "Must be a list of values, not empty.")
        if len(set(value)) != len(value):
            return problem("repeated", "A value is there twice.")
        return None if set(value) <= allowed else problem("choice", "Must be among the values offered.")
    if not isinstance(value, str):
        return problem("type", "Must be a text.")
    if not value.strip():
        return problem("empty", "Must not be empty.")
    if len(value) > LONGEST:
        return problem("too_long", f"Must have at most {LONGEST} characters.")
    if _UNPRINTABLE.search(value):
        return problem("characters", "Holds characters that cannot be printed.")
    if kind == "choice":
        allowed = {option.value for option in field.options}
        return None if value in allowed else problem("choice", "Must be one of the values offered.")
    if kind in ("date", "datetime"):
        return _moment(field, value, today)
    if kind in _FORMS:
        pattern, form = _FORMS[kind]
        if not pattern.match(value):
            return problem("form", f"Must be {form}.")
        if kind == "aadhaar" and not verhoeff(value):
            return problem("check_digit", "The check digit does not fit.")
    if kind == "district" and value not in catalogue.districts:
        return problem("choice", "Must be a district of the catalogue.")
    if kind == "sub_division":
        place = catalogue.sub_divisions.get(value)
        if place is None:
            return problem("choice", "Must be a sub-division of the catalogue.")
        district = others.get("district")
        if isinstance(district, str) and district in catalogue.districts and place.parent != district:
            return problem("district", "Does not lie in the district given.")
    if kind == "name" and re.search(r"\d", value):
        return problem("form", "A name has no digits.")
    if field.pattern and not re.search(field.pattern, value):
        return problem("form", "Has not the form that the catalogue asks for.")
    return None


def _number(field: Field, value: Value) -> Problem | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Problem(field.id, "type", "Must be a number.")
    if value != value or value in (float("inf"), float("-inf")):
        return Problem(field.id, "type", "Must be a finite number.")
    if field.type == "integer" and value != int(value):
        return Problem(field.id, "type", "Must be a whole number.")
    least = 0 if field.minimum is None and field.type == "money" else field.minimum
    if least is not None and value < least:
        return Problem(field.id, "too_small", f"Must be at least {least:g}.")
    if field.maximum is not None and value > field.maximum:
        return Problem(field.id, "too_large", f"Must be at most {field.maximum:g}.")
    return None


def _moment(field: Field, value: str, today: date) -> Problem | None:
    try:
        if field.type == "date":
            if not re.match(r"^\d{4}-\d{2}-\d{2}$", value):
                raise ValueError
            day = date.fromisoformat(value)
        else:
            day = datetime.fromisoformat(value).date()
    except ValueError:
        return Problem(field.id, "form", "Must be a date in the form YYYY-MM-DD.")
    if field.past and not _EARLIEST <= day <= today:
        return Problem(field.id, "not_past", "Must lie between 1900 and today.")
    if field.future and not today <= day <= today + timedelta(days=3660):
        return Problem(field.id, "not_future", "Must lie in the ten years from today.")
    return None
