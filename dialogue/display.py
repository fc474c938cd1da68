"""How values are written for people: dates and money as they are written there, options by their titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from catalogue.model import Catalogue, Field

MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "hi": ("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"),
    "pa": ("ਜਨਵਰੀ", "ਫ਼ਰਵਰੀ", "ਮਾਰਚ", "ਅਪ੍ਰੈਲ", "ਮਈ", "ਜੂਨ", "ਜੁਲਾਈ", "ਅਗਸਤ", "ਸਤੰਬਰ", "ਅਕਤੂਬਰ", "ਨਵੰਬਰ", "ਦਸੰਬਰ"),
    "ur": ("جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"),
}  # fmt: skip
ISOLATE, POP = "\u2068", "\u2069"
"""First-strong isolate and its end: keep a name or number whole inside a right-to-left line."""


def direction(lang: str) -> str:
    return "rtl" if lang == "ur" else "ltr"


def isolate(text: str, lang: str) -> str:
    """Wraps a foreign piece for a right-to-left sentence; elsewhere the text is left alone."""
    return f"{ISOLATE}{text}{POP}" if lang == "ur" and text else text


def indian(number: int) -> str:
    """1234567 → 12,34,567."""
    digits = str(abs(number))
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ("-" if number < 0 else "") + ",".join([*groups, tail])


def day(value: date, lang: str) -> str:
    return f"{value.day} {MONTHS[lang][value.month - 1]} {value.year}"


def moment(value: datetime, lang: str) -> str:
    return f"{day(value.date(), lang)}, {value:%H:%M}"


def joined(items: Iterable[str], lang: str) -> str:
    """Items in a row, with the comma of the language."""
    return ("، " if lang == "ur" else ", ").join(items)


def shown(field: Field, value: Any, lang: str, catalogue: Catalogue, slots: Mapping[str, str] | None = None) -> str:
    """A value as the person reads it in a summary; Aadhaar by its last four digits only, an appointment by its words
    in `slots`."""
    if field.type == "slot":
        return (slots or {}).get(str(value), "✓")
    if field.type == "aadhaar":
        return isolate(f"XXXX XXXX {str(value)[-4:]}", lang)
    if field.type in ("date", "datetime") and isinstance(value, str):
        return day(date.fromisoformat(value[:10]), lang)
    if field.type == "money":
        return isolate(f"₹{indian(int(value))}", lang)
    if field.type == "boolean":
        words = {"en": ("no", "yes"), "hi": ("नहीं", "हाँ"), "pa": ("ਨਹੀਂ", "ਹਾਂ"), "ur": ("نہیں", "ہاں")}
        return words[lang][bool(value)]
    if field.type == "district" and value in catalogue.districts:
        return catalogue.districts[value].name[lang]
    if field.type == "sub_division" and value in catalogue.sub_divisions:
        return catalogue.sub_divisions[value].name[lang]
    titles = {option.value: option.title[lang] for option in field.options}
    if isinstance(value, list):
        return joined((titles.get(item, str(item)) for item in value), lang)
    return isolate(titles.get(str(value), str(value)), lang)
