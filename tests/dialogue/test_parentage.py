"""Whose child or wife somebody is, as forms say it: both names, and what stands beside them."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue import loader
from dialogue.answers.assign import assign
from dialogue.answers.outcome import Context

CATALOGUE = loader.load()
CONTEXT = Context(CATALOGUE, date(2026, 11, 22), "en")
FIRST = ("applicant_name", "father_name", "dob", "gender")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Rohan Mehta, S/O Anil Mehta, 1st Jan 2001, M", ("Rohan Mehta", "Anil Mehta", "2001-01-01", "male")),
        ("sunita d/o ram lal 12.3.1985 female", ("Sunita", "Ram Lal", "1985-03-12", "female")),
        ("रमेश पुत्र श्री मोहन लाल, 12/3/1985, पुरुष", ("रमेश", "मोहन लाल", "1985-03-12", "male")),
        ("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ ਪੁੱਤਰ ਬਲਵਿੰਦਰ ਸਿੰਘ, 3 ਅਪ੍ਰੈਲ 1998, ਮਰਦ", ("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "ਬਲਵਿੰਦਰ ਸਿੰਘ", "1998-04-03", "male")),
        ("فاطمہ بنت محمد یوسف، 1/1/2000، عورت", ("فاطمہ", "محمد یوسف", "2000-01-01", "female")),
        (
            "naam Tariq Mehmood walad Abdul Rahman, 4/7/1988, mard",
            ("Tariq Mehmood", "Abdul Rahman", "1988-07-04", "male"),
        ),
        ("Asha Devi W/o Ram Lal, 1/2/1990, F", ("Asha Devi", None, "1990-02-01", "female")),
    ],
)
def test_both_names_and_what_stands_beside(text: str, values: tuple[str | None, ...]) -> None:
    uses = [use for use in CATALOGUE.services["income_certificate"].fields if use.field.id in FIRST]
    found = assign(uses, text, CONTEXT).values
    assert tuple(found.get(name) for name in FIRST) == values
