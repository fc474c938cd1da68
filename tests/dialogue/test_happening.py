"""A day and a place in one sentence answer both questions, wherever in the form they are asked."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue import loader
from catalogue.model import FieldUse
from dialogue.answers.assign import assign
from dialogue.answers.facts import facts
from dialogue.answers.happening import happened
from dialogue.answers.outcome import Context

CATALOGUE = loader.load()
CONTEXT = Context(CATALOGUE, date(2026, 11, 22), "en")
MARRIAGE = ("marriage_act", "marriage_date", "marriage_place")


def uses(service: str, *names: str) -> list[FieldUse]:
    return [use for use in CATALOGUE.services[service].fields if not names or use.field.id in names]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12/02/2020 ko Rohini me shaadi hui", {"marriage_date": "2020-02-12", "marriage_place": "Rohini"}),
        ("married on 5 March 2019 at Lajpat Nagar", {"marriage_date": "2019-03-05", "marriage_place": "Lajpat Nagar"}),
        ("12/02/2020 Rohini", {"marriage_date": "2020-02-12", "marriage_place": "Rohini"}),
        ("Rohini me shaadi hui", {"marriage_place": "Rohini"}),
        (
            "hindu marriage act, 12/02/2020 ko Rohini me hui",
            {"marriage_act": "hindu_marriage_act_1955", "marriage_date": "2020-02-12", "marriage_place": "Rohini"},
        ),
    ],
)
def test_asked_together_they_are_answered_together(text: str, values: dict[str, str]) -> None:
    found = assign(uses("marriage_registration", *MARRIAGE), text, CONTEXT)
    assert found.values == values and found.sure


def test_a_day_that_cannot_be_keeps_the_place_and_is_told() -> None:
    found = assign(uses("marriage_registration", *MARRIAGE), "12/02/2030 ko Rohini me shaadi hui", CONTEXT)
    assert found.values == {"marriage_place": "Rohini"}
    assert {name: why.code for name, why in found.refusals.items()} == {"marriage_date": "date_future"}


def test_names_and_addresses_beside_them_stay_what_they_are() -> None:
    asked = uses("death_certificate", "deceased_name", "deceased_dod", "deceased_place", "deceased_address")
    text = "Ram Lal, 5 June 2026 ko LNJP hospital me, B-5 Rohini Sector 3"
    assert assign(asked, text, CONTEXT).values == {
        "deceased_name": "Ram Lal",
        "deceased_dod": "2026-06-05",
        "deceased_place": "LNJP hospital",
        "deceased_address": "B-5 Rohini Sector 3",
    }
    alone = assign(asked, "papa ki death 5 June 2026 ko LNJP hospital me hui", CONTEXT)
    assert alone.values == {"deceased_dod": "2026-06-05", "deceased_place": "LNJP hospital"}


def test_a_place_that_follows_comes_with_what_it_depends_on() -> None:
    text = "born 3 May 2021 in Safdarjung hospital"
    told = happened(uses("birth_certificate"), text, CONTEXT, ("birth_date",))
    assert told.values == {
        "birth_date": "2021-05-03",
        "hospital_name": "Safdarjung hospital",
        "birth_place_type": "hospital",
    }
    assert told.place and text[slice(*told.place)] == "Safdarjung hospital"


def test_what_was_not_asked_must_be_said_to_have_happened() -> None:
    death = uses("death_certificate")
    assert happened(death, "papa ki death 5 June 2026 ko LNJP hospital me hui", CONTEXT).values
    assert not happened(death, "5 June 2026 ko LNJP hospital me", CONTEXT).values
    assert not happened(death, "born 5 June 2020 in LNJP hospital", CONTEXT, ("deceased_dod",)).values


def test_the_opening_sentence_tells_them_too_and_no_home_of_the_couple() -> None:
    text = "I want to register my marriage, we married on 12/02/2020 in Rohini"
    place = {"entity": "place", "value": "rohini", "start": text.index("Rohini"), "end": len(text)}
    service = CATALOGUE.services["marriage_registration"]
    assert facts(service, text, [place], CONTEXT) == {"marriage_date": "2020-02-12", "marriage_place": "Rohini"}


def test_a_place_asked_alone_loses_its_frame() -> None:
    place = uses("marriage_registration", "marriage_place")
    for text in ("हमारी शादी रोहिणी में हुई", "12/02/2020 को रोहिणी में", "रोहिणी"):
        assert assign(place, text, CONTEXT).values == {"marriage_place": "रोहिणी"}
