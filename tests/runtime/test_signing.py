"""Signatures between us and a department: a fixed example, and every way in which one must not hold."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from runtime import signing
from runtime.errors import SignatureError

SECRET = "6f1d0c7e5b3a49288f0e"
NOW = 1_790_000_000.7
PATH = "/applications/INC-1?x=%20y"
BODY = '{"name":"सुनीता"}'.encode()


def test_the_signature_is_the_documented_one() -> None:
    text = f"v1\n1790000000\nPOST\n{PATH}\n{hashlib.sha256(BODY).hexdigest()}"
    expected = "v1=" + hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest()
    assert signing.sign(SECRET, "post", PATH, BODY, 1790000000) == expected
    assert signing.headers(SECRET, "POST", PATH, BODY, NOW) == {
        "X-Sahayak-Timestamp": "1790000000",
        "X-Sahayak-Signature": expected,
    }


@pytest.mark.parametrize("late", [-300, -1, 0, 299])
def test_it_holds_within_the_window(late: int) -> None:
    signing.verify_headers(SECRET, "POST", PATH, BODY, signing.headers(SECRET, "POST", PATH, BODY, NOW), NOW + late)


@pytest.mark.parametrize("late", [-302, 301, 10**6])
def test_it_expires(late: int) -> None:
    with pytest.raises(SignatureError) as refusal:
        signing.verify_headers(SECRET, "POST", PATH, BODY, signing.headers(SECRET, "POST", PATH, BODY, NOW), NOW + late)
    assert refusal.value.code == "expired"


@pytest.mark.parametrize(
    ("secret", "method", "path", "body"),
    [
        (SECRET + "x", "POST", PATH, BODY),
        (SECRET, "PATCH", PATH, BODY),
        (SECRET, "POST", PATH.replace("%20", "+"), BODY),
        (SECRET, "POST", PATH, BODY + b" "),
    ],
)
def test_it_is_bound_to_secret_method_path_and_body(secret: str, method: str, path: str, body: bytes) -> None:
    received = signing.headers(SECRET, "POST", PATH, BODY, NOW)
    with pytest.raises(SignatureError) as refusal:
        signing.verify_headers(secret, method, path, body, received, NOW)
    assert refusal.value.code == "mismatch"


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [("", "v1="), ("-5", "v1=00"), ("1790000000", "00"), ("१७९०००००००", "v1=00"), ("1e9", "v1=00"), ("9" * 30, "v1=0")],
)
def test_what_is_not_of_the_form_is_malformed(timestamp: str, signature: str) -> None:
    with pytest.raises(SignatureError) as refusal:
        signing.verify(SECRET, "POST", PATH, BODY, timestamp, signature, NOW)
    assert refusal.value.code == "malformed"


def test_a_missing_header_is_malformed() -> None:
    with pytest.raises(SignatureError, match="malformed"):
        signing.verify_headers(SECRET, "POST", PATH, BODY, {}, NOW)


def test_a_changed_timestamp_does_not_hold() -> None:
    received = signing.headers(SECRET, "POST", PATH, BODY, NOW)
    with pytest.raises(SignatureError, match="mismatch"):
        signing.verify(SECRET, "POST", PATH, BODY, "1790000001", received["X-Sahayak-Signature"], NOW)
