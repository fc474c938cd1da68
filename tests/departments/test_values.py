"""Answers against the catalogue."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.loader import load
from departments.errors import Invalid
from departments.values import check
from tests.departments.conftest import INCOME

TODAY = date(2026, 11, 22)
CATALOGUE = load()


def problems(service="income_certificate", base=INCOME, documents=None, **changes):
    given = {k: v for k, v in {**base, **changes}.items() if v is not ...}
    try:
        check(CATALOGUE, CATALOGUE.services[service], given, TODAY, documents)
    except Invalid as error:
        return {(p.id, p.code) for p in error.problems}
    return set()


def test_a_good_application_has_no_problem():
    assert problems() == set()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("applicant_name", "", "empty"),
        ("applicant_name", 5, "type"),
        ("applicant_name", "Sunita 2", "form"),
        ("applicant_name", "Sun\u202eita", "characters"),
        ("applicant_name", "Sun\x00ita", "characters"),
        ("applicant_name", "x" * 501, "too_long"),
        ("dob", "12-04-1988", "form"),
        ("dob", "1988-02-30", "form"),
        ("dob", "2027-01-01", "not_past"),
        ("dob", "1820-01-01", "not_past"),
        ("gender", "women", "choice"),
        ("gender", ["female"], "type"),
        ("mobile", "98765", "form"),
        ("mobile", "1876543210", "form"),
        ("pincode", "010032", "form"),
        ("aadhaar", "999941057059", "check_digit"),
        ("aadhaar", "9999 4105 7058", "form"),
        ("annual_income", -1, "too_small"),
        ("annual_income", "120000", "type"),
        ("annual_income", True, "type"),
        ("years_in_delhi", 2.5, "type"),
        ("district", "noida", "choice"),
        ("sub_division", "noida", "choice"),
        ("email", "not an address", "form"),
        ("epic", "abc123", "form"),
    ],
)
def test_one_wrong_answer_is_named(field, value, code):
    assert problems(**{field: value}) == {(field, code)}


def test_every_problem_is_told_at_once():
    found = problems(dob="x", mobile="1", unheard_of="x")
    assert found == {("dob", "form"), ("mobile", "form"), ("unheard_of", "unknown_field")}


def test_missing_and_null_count_as_not_given():
    assert problems(father_name=..., dob=None) >= {("father_name", "required"), ("dob", "required")}


def test_a_sub_division_must_lie_in_its_district():
    assert problems(sub_division="sadar_bazar") == {("sub_division", "district")}


def test_conditions_decide_what_is_asked():
    child = {"dob": "2015-01-01"}
    assert ("guardian_name", "required") in problems(**child)
    assert problems(**child, guardian_name="Ram Lal") == set()
    kept = check(CATALOGUE, CATALOGUE.services["income_certificate"], {**INCOME, "guardian_name": "Ram Lal"}, TODAY)
    assert "guardian_name" not in kept, "an answer to a question that is not asked is not kept"


def test_rules_block():
    licence = {
        "applicant_name": "Amit",
        "father_name": "Ram",
        "dob": "2012-01-01",
        "gender": "male",
        "ll_no": "DL01/2026",
        "ll_issue_date": "2026-11-20",
        "vehicle_classes": ["MCWG"],
        "rto": "DL-01",
        "house_no": "1",
        "locality": "Rohini",
        "pincode": "110085",
        "district": "south_east",
        "sub_division": "kalkaji",
        "mobile": "9876543210",
        "blood_group": "A+",
        "test_slot": "x",
    }
    found = {code for _, code in problems("driving_licence", licence)}
    assert {"rule:ll_30_days", "rule:age_class"} <= found
    assert problems("driving_licence", {**licence, "dob": "1990-01-01", "ll_issue_date": "2026-09-01"}) == set()
    assert ("vehicle_classes", "choice") in problems("driving_licence", licence, vehicle_classes=["ROCKET"])
    assert ("vehicle_classes", "repeated") in problems("driving_licence", licence, vehicle_classes=["MCWG", "MCWG"])


def test_details_never_repeat_the_value():
    with pytest.raises(Invalid) as caught:
        check(
            CATALOGUE,
            CATALOGUE.services["income_certificate"],
            {**INCOME, "mobile": "secret-1", "applicant_name": "secret-2\x00", "dob": "secret-3"},
            TODAY,
        )
    assert "secret" not in str(caught.value.problems)
