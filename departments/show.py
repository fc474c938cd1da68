"""How values look: masked for the API, and as an officer reads them. Pure.

Aadhaar shows its last four digits, a phone number its last two, an e-mail address its domain; other sensitive answers
show nothing but that there is one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from catalogue.model import Catalogue, Field
from departments.office import INDIA

HIDDEN = "•••"


def masked(field: Field, value: Any) -> Any:
    """The value as it leaves through the API."""
    if value is None:
        return None
    text = str(value)
    if field.type == "aadhaar":
        return f"XXXX XXXX {text[-4:]}"
    if field.type == "phone":
        return f"XXXXXXXX{text[-2:]}"
    if field.type == "email":
        return f"{HIDDEN}@{text.rpartition('@')[2]}"
    if field.sensitive:
        return HIDDEN
    return value


def plain(catalogue: Catalogue, field: Field, value: Any, lang: str = "en") -> str:
    """The value in words, e.g. the title of an option."""
    if value is None or value == "":
        return ""
    if field.type == "boolean":
        return "Yes" if value else "No"
    if field.type in ("choice", "choices"):
        titles = {option.value: option.title[lang] for option in field.options}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(titles.get(str(item), str(item)) for item in chosen)
    if field.type == "district":
        place = catalogue.districts.get(str(value))
        return place.name[lang] if place else str(value)
    if field.type == "sub_division":
        place = catalogue.sub_divisions.get(str(value))
        return place.name[lang] if place else str(value)
    if field.type == "money":
        return f"₹ {indian(value)}"
    if field.type == "date":
        return day(date.fromisoformat(str(value)))
    if field.type == "datetime":
        return moment(datetime.fromisoformat(str(value)))
    if field.type == "aadhaar":
        text = str(value)
        return f"{text[:4]} {text[4:8]} {text[8:]}"
    return str(value)


def day(value: date) -> str:
    return f"{value.day} {value.strftime('%B %Y')}"


def moment(value: datetime) -> str:
    """In Delhi's time."""
    local = value.astimezone(INDIA)
    return f"{day(local)}, {local:%H:%M}"


def indian(amount: int | float) -> str:
    """Grouped by lakh and crore: 1,20,000."""
    whole, _, rest = f"{amount:.2f}".partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return sign + ",".join([*groups, tail]) + ("" if rest == "00" else f".{rest}")
