"""Proofs of one fact over the API: for who asked, what the certificate shows, for a quarter of an hour."""

from __future__ import annotations

import pytest

from certificates.keys import KeySet
from certificates.verify import Known, check_text
from departments import register
from departments.server import _forget
from departments.tables import Proof


@pytest.fixture
def number(running, api):
    return running.issue(api.number())


def ask(api, number, key=None, **changes):
    body = {
        "reference": "conversation-1",
        "test": "income_below",
        "limit": 250000,
        "audience": "Delhi Bank, Shahdara",
        **changes,
    }
    return api.post(f"/certificates/{number}/proofs", body, key)


def application_of(running, number):
    from departments.tokens import certificate

    with running.office.database.read() as session:
        return certificate(session, number).application


def test_what_can_be_proved_is_told_with_the_certificate(running, api, number):
    found = api.get(f"/applications/{application_of(running, number)}/certificate").json()["proofs"]
    below = [one["limit"] for one in found if one["test"] == "income_below"]
    assert below == [250000, 300000, 500000, 800000], "the income is 120000: below 100000 it is not"
    assert {"test": "age_at_least", "limit": 21} in found and {"test": "age_at_least", "limit": 60} not in found


def test_a_proof_is_checked_with_the_published_keys_alone(running, api, number):
    made = ask(api, number)
    assert made.status_code == 201, made.text
    token = made.json()["token"]
    assert made.json()["url"].endswith(f"/p/{token}") and len(token) == 32
    text = api.get(f"/certificates/proofs/{token}").json()["text"]
    known = Known(KeySet.from_jwks(api.get("/certificates/jwks.json").json()))
    verdict = check_text(text, known, running.clock())
    assert verdict.valid and verdict.proof.audience == "Delhi Bank, Shahdara"
    assert (verdict.proof.name, verdict.proof.local) == ("Sunita Devi", "सुनीता देवी")
    running.clock.move(minutes=15)
    assert check_text(text, known, running.clock()).reason == "proof_over"
    gone = api.get(f"/certificates/proofs/{token}")
    assert (gone.status_code, gone.json()["code"]) == (410, "expired")


def test_asked_again_with_the_same_key_it_is_the_same(api, number, new_key):
    key = new_key()
    assert ask(api, number, key).json() == ask(api, number, key).json()
    assert ask(api, number, key, limit=300000).status_code == 409
    assert ask(api, number).json()["token"] != ask(api, number).json()["token"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"reference": "conversation-2"}, 403, "foreign_reference"),
        ({"limit": 120000}, 422, "does_not_hold"),
        ({"test": "height_below"}, 422, "does_not_hold"),
        ({"audience": "Bank\u202e"}, 422, "audience"),
        ({"audience": "B"}, 422, "malformed"),
        ({"limit": "250000"}, 422, "malformed"),
    ],
)
def test_refusals(api, number, changes, status, code):
    answer = ask(api, number, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_revoked_certificate_proves_nothing(running, api, number):
    page = f"/desk/certificates/{number}"
    running.desk("officer1").post(page, f"{page}/revocation", step="ask", text="forged")
    running.desk("officer2").post(page, f"{page}/revocation", step="confirm")
    assert (ask(api, number).status_code, ask(api, number).json()["code"]) == (409, "revoked")
    assert api.get(f"/applications/{application_of(running, number)}/certificate").json()["proofs"] == []


def test_too_many_are_refused(api, number):
    assert [ask(api, number).status_code for _ in range(11)] == [201] * 10 + [429]


def test_the_register_notes_the_proof_but_not_what_it_says(running, api, number):
    from sqlalchemy import select

    from departments.tables import RegisterEntry

    token = ask(api, number).json()["token"]
    head = running.office.register_head.read_text()
    with running.office.database.read() as session:
        entry = session.scalars(select(RegisterEntry).order_by(RegisterEntry.seq.desc())).first()
        assert (entry.event, entry.certificate, entry.detail) == ("proof", number, "")
        assert register.problems(session, running.office.vault, head) == []
        (kept,) = session.scalars(select(Proof))
        assert token not in kept.digest and "verify#" not in kept.sealed_text
    running.clock.move(minutes=16)
    _forget(running.office)
    with running.office.database.read() as session:
        assert session.scalars(select(Proof)).all() == []
    assert api.get(f"/certificates/proofs/{token}").status_code == 404
