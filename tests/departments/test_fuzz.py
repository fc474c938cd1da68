"""Whatever comes in, the server answers by its contract and never falls over."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.departments.conftest import submission
from tests.departments.test_conversations import call

texts = st.text(max_size=30) | st.sampled_from(
    ["\x00", "\ud800", "\u202e", "𝒳" * 9, "' OR 1=1 --", "{{7*7}}", "../..", "%00"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
bodies = st.recursive(values, lambda inner: st.dictionaries(texts, inner, max_size=4), max_leaves=8)
KEYS = ("service", "fields", "local", "applicant", "language", "channel", "reference", "consent")
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def contractual(answer):
    assert answer.status_code < 500, (answer.status_code, answer.text)
    if answer.status_code >= 400:
        assert set(answer.json()) <= {"code", "detail", "problems"} and answer.json()["code"]


@quick
@given(body=bodies)
def test_any_json(api, body):
    for method, path in (
        ("POST", "/applications"),
        ("PATCH", "/applications/REV-2026-482159379"),
        ("POST", "/applications/REV-2026-482159379/withdraw"),
        ("POST", "/certificates/REVC-2026-482159374/tokens"),
        ("POST", "/certificates/redeem"),
        ("POST", "/certificates/claims"),
        ("POST", "/conversations"),
        ("POST", "/conversations/erase"),
        ("POST", "/conversations/0123456789ABCDEF/messages"),
        ("POST", "/conversations/0123456789ABCDEF/close"),
    ):
        contractual(api.send(method, path, body))


@quick
@given(key=st.sampled_from(KEYS), value=bodies)
def test_an_application_with_one_part_gone_wrong(api, key, value):
    contractual(api.post("/applications", {**submission(), key: value}))


@quick
@given(key=st.sampled_from(sorted(call())), value=bodies)
def test_a_hand_over_with_one_part_gone_wrong(api, key, value):
    contractual(api.post("/conversations", {**call(), key: value}))


@quick
@given(field=st.sampled_from(sorted(submission()["fields"])), value=values)
def test_an_answer_gone_wrong(api, field, value):
    contractual(api.post("/applications", submission(fields={field: value})))


@quick
@given(number=st.text(string.printable + "०१\x00", max_size=30))
def test_any_number_in_a_path(api, number):
    from urllib.parse import quote

    for path in ("/applications/{}", "/applications/{}/certificate", "/certificates/{}/pdf", "/certificates/status/{}"):
        contractual(api.get(path.format(quote(number, safe=""))))
        contractual(api.get(f"/services/{quote(number, safe='')}/slots"))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"\xff\xfe", b"[" * 20000, json.dumps({"a": "b" * 10**6}).encode()]
)
def test_bodies_that_are_no_json(running, api, body):
    request = api.http.build_request(
        "POST", running.url + "/applications", content=body, headers={"Content-Type": "application/json"}
    )
    contractual(api.send_signed(request))


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", ""])
def test_uploads_that_are_none(running, api, kind):
    request = api.http.build_request(
        "POST",
        f"{running.url}/applications/REV-2026-482159379/documents",
        content=b"--x\r\nnonsense",
        headers={"Content-Type": kind},
    )
    contractual(api.send_signed(request))
