"""Answers told with their names in free sentences, in all languages: what is taken, for which question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from catalogue import loader
from catalogue.model import FieldUse
from dialogue.answers.aim import aimed
from dialogue.answers.assign import assign
from dialogue.answers.correction import Correction, correction
from dialogue.answers.outcome import Context
from dialogue.answers.told import tell

CATALOGUE = loader.load()
SERVICE = CATALOGUE.services["income_certificate"]
CONTEXT = Context(CATALOGUE, date(2026, 11, 22), "en")


def uses(*names: str) -> list[FieldUse]:
    return [use for use in SERVICE.fields if use.field.id in names]


def person(text: str, *names: str) -> list[Mapping[str, Any]]:
    return [
        {
            "entity": "person_name",
            "start": text.index(name),
            "end": text.index(name) + len(name),
            "confidence_entity": 0.9,
        }
        for name in names
    ]


FIRST = ("father_name", "dob", "gender")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("my father is Ram Lal", {"father_name": "Ram Lal"}),
        ("father's name is ram lal", {"father_name": "Ram Lal"}),
        ("mere papa Ram Lal hain", {"father_name": "Ram Lal"}),
        ("pitaji ka naam Ram Lal hai aur main mahila hun", {"father_name": "Ram Lal", "gender": "female"}),
        ("मेरे पिता जी राम लाल हैं", {"father_name": "राम लाल"}),
        ("पिताजी का नाम राम लाल है, जन्म 3 मार्च 1990", {"father_name": "राम लाल", "dob": "1990-03-03"}),
        ("ਮੇਰੇ ਪਿਤਾ ਜੀ ਰਾਮ ਲਾਲ ਹਨ", {"father_name": "ਰਾਮ ਲਾਲ"}),
        ("ਪਿਤਾ ਦਾ ਨਾਂ ਰਾਮ ਲਾਲ ਹੈ", {"father_name": "ਰਾਮ ਲਾਲ"}),
        ("میرے والد رام لال ہیں", {"father_name": "رام لال"}),
        ("والد کا نام رام لال ہے", {"father_name": "رام لال"}),
        (
            "walid ka naam Rashid Ahmad, 5/6/1988, mard",
            {"father_name": "Rashid Ahmad", "dob": "1988-06-05", "gender": "male"},
        ),
    ],
)
def test_a_named_answer_goes_where_it_is_named(text: str, values: dict[str, object]) -> None:
    found = assign(uses(*FIRST), text, CONTEXT)
    assert dict(found.values) == values and found.sure


def test_who_was_named_last_owns_the_next() -> None:
    text = "groom is Rohit Sharma born 4-5-1995, his dad Mahesh Sharma, bride is Neha Verma, father Suresh Verma"
    marriage = [use for use in CATALOGUE.services["marriage_registration"].fields if use.field.type == "name"]
    assert tell(marriage, text, [], CONTEXT).values == {
        "groom_name": "Rohit Sharma",
        "groom_father": "Mahesh Sharma",
        "bride_name": "Neha Verma",
        "bride_father": "Suresh Verma",
    }
    assert tell(marriage[:2], "dulha Rohit Sharma papa Mahesh Sharma", [], CONTEXT).values == {
        "groom_name": "Rohit Sharma",
        "groom_father": "Mahesh Sharma",
    }
    assert tell(marriage, "his father is Mahesh Sharma", [], CONTEXT).values == {}


def test_an_option_in_its_own_letters_is_the_choice_and_no_address() -> None:
    marriage = CATALOGUE.services["marriage_registration"].fields
    questions = [use for use in marriage if use.field.id in ("groom_religion", "groom_nationality", "groom_address")]
    assert assign(questions, "hindu", CONTEXT).values == {"groom_religion": "hindu"}
    assert assign(questions, "indian", CONTEXT).values == {"groom_nationality": "indian"}


@pytest.mark.parametrize(
    "text",
    [
        "my father's father is Ram Lal",
        "mere pita ke pita ka naam Ram Lal hai",
        "पति के पिता का नाम राम लाल है",
        "ਪਿਤਾ ਦੇ ਪਿਤਾ ਦਾ ਨਾਂ ਰਾਮ ਲਾਲ ਹੈ",
        "والد کے والد کا نام رام لال ہے",
    ],
)
def test_a_grandfather_is_no_father_but_a_childs_father_is(text: str) -> None:
    assert tell(uses("applicant_name", "father_name"), text, [], CONTEXT).values == {}
    ours = tell(uses("father_name"), "bete ke pita ka naam Ram Lal hai", [], CONTEXT).values
    assert ours == {"father_name": "Ram Lal"}


@pytest.mark.parametrize(
    "text", ["in Lucknow", "at home", "लखनऊ में", "near Karol Bagh", "since 2001", "Lucknow se", "ਲਖਨਊ ਤੋਂ", "لکھنؤ سے"]
)
def test_where_and_since_when_is_no_name(text: str) -> None:
    assert "father_name" not in assign(uses("father_name"), text, CONTEXT).values


def test_a_denied_value_is_passed_over() -> None:
    for text in ("father's name is Shyam Lal not Ram Lal", "father's name is not Ram Lal but Shyam Lal"):
        assert tell(uses("father_name"), text, person(text, "Shyam Lal", "Ram Lal"), CONTEXT).values == {
            "father_name": "Shyam Lal"
        }
    text = "papa ka naam Ram Lal nahi hai Shyam Lal hai"
    assert correction(text, person(text, "Ram Lal", "Shyam Lal"), uses("father_name", "dob"), CONTEXT) == Correction(
        "father_name", "Shyam Lal"
    )


@pytest.mark.parametrize("text", ["what did I say so far?", "my father is very ill", "मेरे पिता जी क्या करें"])
def test_a_sentence_is_no_name(text: str) -> None:
    assert "applicant_name" not in assign(uses("applicant_name"), text, CONTEXT).values


@pytest.mark.parametrize("text", ["Babu Lal", "Mai Ram", "Jai Kishan", "Is Ram", "बाबू लाल", "Beti Devi"])
def test_a_name_made_of_such_words_stays_a_name_when_it_may(text: str) -> None:
    found = assign(uses("applicant_name"), text, CONTEXT)
    assert bool(found.values) == (text != "Is Ram")


@pytest.mark.parametrize(
    ("asked", "text", "problem"),
    [
        (("dob", "gender"), "30 feb 1990", ("dob", "date_impossible")),
        (("dob", "gender"), "31/04/1990", ("dob", "date_impossible")),
        (("mobile", "years_in_delhi", "occupation", "marital_status"), "98765 4321", ("mobile", "phone")),
        (("pincode", "years_in_delhi"), "11003", ("pincode", "pincode")),
    ],
)
def test_what_nearly_fits_is_told_what_is_wrong(asked: tuple[str, ...], text: str, problem: tuple[str, str]) -> None:
    questions = [use for name in asked for use in all_uses(name)]
    refusals = aimed(questions, text, CONTEXT)
    assert {name: why.code for name, why in refusals.items()} == dict([problem])


@pytest.mark.parametrize(
    ("asked", "text", "values"),
    [
        (("house_no", "locality"), "42", {"house_no": "42"}),
        (("locality", "house_no"), "42", {"house_no": "42"}),
        (("house_no", "locality", "pincode"), "४२, ११००३२", {"house_no": "४२", "pincode": "110032"}),
        (("school_name", "class_level"), "7", {"class_level": "7"}),
        (("mobile", "occupation", "marital_status"), "98765", {}),
        (("marital_status", "occupation"), "77", {}),
        (("marital_status", "occupation", "employer"), "77, tailor", {"occupation": "tailor"}),
    ],
)
def test_of_several_questions_digits_answer_what_has_a_number(
    asked: tuple[str, ...], text: str, values: dict[str, str]
) -> None:
    questions = [use for name in asked for use in all_uses(name)]
    assert dict(assign(questions, text, CONTEXT).values) == values


def test_what_has_a_number_says_so_in_the_catalogue() -> None:
    questions = [replace(use, field=replace(use.field, numbered=False)) for use in all_uses("house_no")]
    assert not assign([*questions, *all_uses("locality")], "42", CONTEXT).values


def all_uses(name: str) -> list[FieldUse]:
    found = [use for service in CATALOGUE.services.values() for use in service.fields if use.field.id == name]
    return found[:1]


def test_one_wrong_answer_among_right_ones_is_told_beside_them() -> None:
    found = assign(uses("applicant_name", *FIRST), "Harjit Kaur, Gurdev Singh, 31/02/1990, female", CONTEXT)
    assert set(found.values) == {"applicant_name", "father_name", "gender"}
    assert {name: why.code for name, why in found.refusals.items()} == {"dob": "date_impossible"}
