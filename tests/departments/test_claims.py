"""Claims over the API: who knows the facts gets the application, the old reference is told, and guessing is stopped."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from departments import limits, register
from departments.tables import AuditEntry, RegisterEntry
from tests.departments.conftest import INCOME, submission

OLD, NEW = "conversation-1", "conversation-2"
REFUSED = {"granted": False, "application": None, "certificate": None}


@pytest.fixture
def number(running, api):
    return api.number()


@pytest.fixture
def certificate(running, number):
    return running.issue(number)


def claim(api, number, key=None, **changes):
    body = {
        "reference": NEW,
        "number": number,
        "name": "Sunita Devi",
        "born": "1988-04-12",
        "secret": "9876543210",
        **changes,
    }
    return api.post("/certificates/claims", body, key)


def audited(running):
    with running.office.database.read() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.officer == "claims").order_by(AuditEntry.seq))
        return [(row.act, row.subject, row.detail) for row in rows]


@pytest.mark.parametrize("name", ["Sunita Devi", "smt. suneeta devi", "सुनीता देवी", "ਸੁਨੀਤਾ ਦੇਵੀ", "سنیتا دیوی"])
@pytest.mark.parametrize("secret", ["9876543210", "7058"], ids=["mobile", "aadhaar"])
def test_who_knows_the_facts_gets_the_certificate(api, number, certificate, name, secret):
    answer = claim(api, certificate, name=name, secret=secret)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["granted"] and found["certificate"] == certificate and found["application"]["number"] == number
    token = api.post(f"/certificates/{certificate}/tokens", {"reference": NEW})
    assert token.status_code == 201
    foreign = api.post(f"/certificates/{certificate}/tokens", {"reference": OLD})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_reference")


def test_by_the_number_of_the_application_and_before_there_is_a_certificate(running, gateway, api, number):
    found = claim(api, number.lower().replace("-", " ")).json()
    assert found["granted"] and found["certificate"] is None
    assert found["application"]["service"] == "income_certificate" and found["application"]["stage"] == "submitted"
    # What happens from now on is told to the new reference.
    running.desk("officer1").do(number, "take_up")
    events = [one.event for one in gateway.wait(2)]
    assert [(event["reference"], event.get("claimed", False)) for event in events] == [(OLD, True), (NEW, False)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Sunita Rani"},
        {"name": "Sunita"},
        {"born": "1988-12-04"},
        {"secret": "9876543211"},
        {"secret": "7059"},
        {"secret": "3210"},
        {"number": "REV-2026-482159379"},
        {"number": "hello"},
    ],
    ids=str,
)
def test_which_fact_was_wrong_is_not_told(running, api, certificate, wrong):
    answer = claim(api, wrong.pop("number", certificate), **wrong)
    assert (answer.status_code, answer.json()) == (200, REFUSED)
    assert api.post(f"/certificates/{certificate}/tokens", {"reference": OLD}).status_code == 201
    assert api.post(f"/certificates/{certificate}/tokens", {"reference": NEW}).status_code == 403


def test_tokens_that_lie_unused_with_the_old_reference_are_worth_nothing(api, certificate):
    token = api.post(f"/certificates/{certificate}/tokens", {"reference": OLD}).json()["token"]
    assert claim(api, certificate).json()["granted"]
    assert api.post("/certificates/redeem", {"token": token, "browser": "b"}).status_code == 404


def test_the_old_reference_is_told_once(gateway, api, number, certificate):
    gateway.wait(3)
    claim(api, certificate)
    told = [one.event for one in gateway.wait(4)][3:]
    claim(api, certificate)
    assert [(event["reference"], event["claimed"], event["number"]) for event in told] == [(OLD, True, number)]
    assert not set(told[0]) & {"name", "born", "secret", "certificate"}
    time.sleep(1.2)
    assert len(gateway.received) == 4, "claimed again by the same, nothing has changed"


def test_news_that_was_not_delivered_goes_to_the_new_reference(running, gateway, api, number):
    gateway.answers = [503]
    running.desk("officer1").do(number, "take_up")
    gateway.wait(1)
    claim(api, number)
    running.clock.move(seconds=60)
    events = [one.event for one in gateway.wait(3, 20)][1:]
    assert sorted((event["reference"], event.get("claimed", False)) for event in events) == [(OLD, True), (NEW, False)]


@pytest.mark.parametrize("subject", ["the number", "a number that is not there"])
def test_one_certificate_can_be_guessed_at_five_times_a_day(running, api, certificate, subject):
    number = certificate if subject == "the number" else "REV-2026-482159379"
    tries = [claim(api, number, reference=f"r{n}", secret="0000") for n in range(6)]
    assert [one.status_code for one in tries] == [200] * 5 + [429]
    assert claim(api, certificate).status_code == (429 if number == certificate else 200), "the right facts, too"
    running.clock.move(days=1, minutes=1)
    assert [claim(api, number, reference=f"s{n}", secret="0000").status_code for n in range(5)] == [200] * 5
    running.clock.move(days=1, minutes=1)
    assert claim(api, number, reference="t", secret="0000").status_code == 429, "ten in a month"
    running.clock.move(days=30)
    assert claim(api, certificate).json()["granted"]


def test_one_reference_can_guess_five_times_a_day(api, certificate):
    numbers = [api.number() for _ in range(6)]
    assert [claim(api, one, secret="0000").status_code for one in numbers] == [200] * 5 + [429]
    assert claim(api, certificate, reference="another").json()["granted"]


def test_all_together_can_guess_two_hundred_times_an_hour(running, api, certificate):
    with running.office.database.write() as session:
        for _ in range(limits.CLAIMS_ALL.most):
            limits.add(session, limits.CLAIMS_ALL, "", running.office.now())
    assert claim(api, certificate).status_code == 429
    running.clock.move(hours=1, minutes=1)
    assert claim(api, certificate).json()["granted"]


def test_right_claims_use_no_try_up_and_a_repeated_one_is_not_counted(api, certificate, new_key):
    key = new_key()
    assert [claim(api, certificate, key, secret="0000").json() for _ in range(8)] == [REFUSED] * 8
    assert all(claim(api, certificate, reference=f"r{n}").json()["granted"] for n in range(8))


def test_everything_is_in_the_trail_and_the_register_and_no_fact_is(running, api, number, certificate):
    claim(api, certificate, secret="0000")
    claim(api, "hello")
    claim(api, certificate)
    assert audited(running) == [
        ("claim_refused", certificate, ""),
        ("claim_refused", "no number", ""),
        ("claim_granted", number, ""),
    ]
    with running.office.database.read() as session:
        last = session.scalars(select(RegisterEntry).order_by(RegisterEntry.seq.desc())).first()
        assert (last.event, last.certificate) == ("claimed", certificate)
        head = running.office.register_head.read_text()
        assert register.problems(session, running.office.vault, head) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"born": "12.4.1988"},
        {"secret": "12345"},
        {"secret": "१२३४"},
        {"name": ""},
        {"more": "x"},
        {"secret": INCOME["aadhaar"]},
    ],
    ids=str,
)
def test_a_request_of_another_form_is_refused(api, certificate, changes):
    assert claim(api, certificate, **changes).status_code == 422


def test_what_has_no_date_of_birth_is_claimed_by_the_other_facts(api):
    kept = ("applicant_name", "mobile", "house_no", "locality", "pincode", "district", "sub_division")
    fields = {name: INCOME[name] for name in kept}
    fields |= {"target_department": "revenue", "grievance_text": "The street lamp is broken."}
    answer = api.post("/applications", {**submission(), "service": "pgms_grievance", "fields": fields, "local": {}})
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    assert claim(api, number, secret="0000").json() == REFUSED
    assert claim(api, number, born="1900-01-01").json()["granted"]
