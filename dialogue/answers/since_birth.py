""" "Since birth", said of how long somebody has lived here: the day of birth told before, or the years since; and that
nobody has lived here for longer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from catalogue.model import Field
from dialogue.answers.outcome import Accepted, Context, Refused

WORDS = re.compile(
    r"(?<!\w)(?:(?:since|from|by)\s+(?:my\s+|the\s+|his\s+|her\s+)?birth|born\s+(?:and\s+\w+\s+)?(?:here|in\s+delhi)|"
    r"(?:janam|janm|jnm|paidaish|paidaishi)\s+(?:se|ton|to)|paidaishi|"
    r"(?:जन्म|जनम|पैदाइश)\s+से|पैदाइशी|(?:ਜਨਮ|ਜਮਾਂਦਰੂ)\s+(?:ਤੋਂ|ਤੋ)|ਜਨਮ\s+ਵੇਲੇ\s+ਤੋਂ|(?:پیدائش|جنم)\s+سے|پیدائشی)(?!\w)",
    re.I,
)


def since_birth(field: Field, text: str, values: Mapping[str, Any], today: date) -> tuple[Any, int, int] | None:
    """The answer in its normal form and where it stands; None when it is not said, or the birth is not known."""
    said = WORDS.search(text) if field.from_birth else None
    born = values.get(field.from_birth or "")
    if said is None or not isinstance(born, str):
        return None
    day = date.fromisoformat(born)
    return born if field.type == "date" else years_since(day, today), said.start(), said.end()


def years_since(day: date, today: date) -> int:
    """Whole years."""
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def within_life(field: Field, outcome: Accepted, context: Context) -> Accepted | Refused:
    """Nobody has lived anywhere for longer than they have lived; the year that somebody is in may be counted."""
    born = context.values.get(field.from_birth or "")
    if not isinstance(born, str):
        return outcome
    if field.type == "date":
        early = str(outcome.value) < born
        return Refused("before_birth") if early else outcome
    most = years_since(date.fromisoformat(born), context.today) + 1
    return Refused("too_large", {"limit": str(most)}) if outcome.value > most else outcome
