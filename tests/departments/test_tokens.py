"""Download tokens."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def certificate(running, api):
    return running.issue(api.number())


def ask(api, certificate, reference="conversation-1", key=None):
    return api.post(f"/certificates/{certificate}/tokens", {"reference": reference}, key)


def redeem(api, token, browser="browser-1"):
    return api.post("/certificates/redeem", {"token": token, "browser": browser})


def test_the_same_bytes_once_and_again_for_the_same_browser(running, api, certificate):
    made = ask(api, certificate)
    assert made.status_code == 201
    token = made.json()["token"]
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert made.json()["url"] == f"{running.settings.public_url}/c/{token}"
    answer = redeem(api, token)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
    assert answer.content == api.get(f"/certificates/{certificate}/pdf").content
    assert redeem(api, token).content == answer.content
    other = redeem(api, token, "browser-2")
    assert other.status_code == 410 and other.json()["code"] == "used"
    running.clock.move(minutes=9)
    assert redeem(api, token).status_code == 200
    running.clock.move(minutes=2)
    assert redeem(api, token).status_code == 410


def test_it_runs_out(running, api, certificate):
    token = ask(api, certificate).json()["token"]
    running.clock.move(minutes=16)
    assert redeem(api, token).json()["code"] == "expired"


def test_bound_to_who_applied(api, certificate):
    answer = ask(api, certificate, "conversation-of-someone-else")
    assert answer.status_code == 403 and answer.json()["code"] == "foreign_reference"


def test_unknown_tokens_and_certificates(api, certificate):
    assert redeem(api, "0" * 32).json()["code"] == "no_token"
    assert redeem(api, "not a token").status_code == 422
    assert ask(api, "REVC-2026-482159374").json()["code"] == "no_certificate"


def test_guessing_is_stopped(running, api, certificate):
    for number in range(20):
        assert redeem(api, f"{number:032x}").status_code == 404
    assert redeem(api, "f" * 32).status_code == 429
    token = ask(api, certificate).json()["token"]
    assert redeem(api, token, "another browser").status_code == 200


def test_asking_is_limited_and_repeats_are_not_counted(running, api, certificate, new_key):
    key = new_key()
    first = ask(api, certificate, key=key).json()
    for _ in range(8):
        assert ask(api, certificate, key=key).json() == first
    for _ in range(4):
        assert ask(api, certificate).status_code == 201
    assert ask(api, certificate).json()["code"] == "too_many"
    running.clock.move(minutes=11)
    assert ask(api, certificate).status_code == 201


def test_reprints_stand_in_the_register(running, api, certificate):
    for _ in range(3):
        ask(api, certificate)
    page = running.desk().page(f"/desk/certificates/{certificate}")
    assert "reprint 1" in page and "reprint 2" in page and "reprint 3" not in page


def test_kept_hashed_only(running, api, certificate):
    token = ask(api, certificate).json()["token"]
    redeem(api, token, "a browser that leaves its name")
    for path in running.settings.data_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert token.encode() not in data and bytes.fromhex(token) not in data, path
            assert b"a browser that leaves its name" not in data


def test_a_revoked_certificate_is_not_handed_out(running, api, certificate):
    page = f"/desk/certificates/{certificate}"
    token = ask(api, certificate).json()["token"]
    running.desk("officer1").post(page, f"{page}/revocation", step="ask", text="forged")
    running.desk("officer2").post(page, f"{page}/revocation", step="confirm")
    assert ask(api, certificate).json()["code"] == "revoked"
    assert redeem(api, token).status_code == 410
