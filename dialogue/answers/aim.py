"""Which of several questions an answer was meant for that none could take: so that the person is told what is wrong.

Only what has one possible aim is named: a day that no calendar has or that is on the wrong side of today, or digits of
which one number is nearly right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from catalogue.model import FieldUse
from dialogue.answers.outcome import Context, Refused
from dialogue.answers.parsers import parse
from nlu.text.dates import is_impossible_date
from nlu.text.normalise import normalise

_DIGITS = {"phone": 10, "aadhaar": 12, "pincode": 6}
_SLIP = 3
"""Digits too many or too few with which a number is still taken for one of its kind."""


def aimed(uses: Sequence[FieldUse], text: str, context: Context) -> Mapping[str, Refused]:
    """The refusal of the one question that the text was meant for, by field id; empty when it could be any."""
    meant = _date(uses, text, context) or _number(uses, text)
    if meant is None:
        return {}
    outcome = parse(meant.field, text, context)
    return {meant.field.id: outcome} if isinstance(outcome, Refused) else {}


def _date(uses: Sequence[FieldUse], text: str, context: Context) -> FieldUse | None:
    dates = [use for use in uses if use.field.type in ("date", "datetime")]
    if len(dates) != 1:
        return None
    outcome = parse(dates[0].field, text, context)
    untimely = isinstance(outcome, Refused) and outcome.code in ("date_future", "date_past")
    return dates[0] if untimely or is_impossible_date(text) else None


def _number(uses: Sequence[FieldUse], text: str) -> FieldUse | None:
    digits = re.sub(r"[\s\-+().]", "", normalise(text).text)
    if not digits.isdigit():
        return None
    near = [
        (abs(len(digits) - _DIGITS[use.field.type]), index, use)
        for index, use in enumerate(uses)
        if use.field.type in _DIGITS and abs(len(digits) - _DIGITS[use.field.type]) <= _SLIP
    ]
    return min(near)[2] if near and len(digits) >= 4 else None
