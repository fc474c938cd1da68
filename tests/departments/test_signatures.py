"""Nothing of the API answers without a signature that holds."""

from __future__ import annotations

import httpx
import pytest

from runtime import signing
from tests.departments.conftest import submission

PATHS = [
    ("POST", "/applications"),
    ("GET", "/applications/REV-2026-482159379"),
    ("PATCH", "/applications/REV-2026-482159379"),
    ("POST", "/applications/REV-2026-482159379/withdraw"),
    ("POST", "/applications/REV-2026-482159379/documents"),
    ("GET", "/applications/REV-2026-482159379/certificate"),
    ("GET", "/services/income_certificate/slots"),
    ("POST", "/certificates/redeem"),
    ("POST", "/certificates/claims"),
    ("POST", "/certificates/REVC-2026-482159374/tokens"),
    ("POST", "/certificates/REVC-2026-482159374/proofs"),
    ("GET", f"/certificates/proofs/{'0' * 32}"),
    ("GET", "/certificates/REVC-2026-482159374/pdf"),
    ("GET", "/certificates/jwks.json"),
    ("GET", "/certificates/status/revenue-2026"),
    ("POST", "/conversations"),
    ("POST", "/conversations/erase"),
    ("POST", "/conversations/0123456789ABCDEF/messages"),
    ("POST", "/conversations/0123456789ABCDEF/close"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_unsigned(running, method, path):
    answer = httpx.request(method, running.url + path)
    assert answer.status_code == 401 and answer.json()["code"] == "signature_malformed"


def test_every_route_of_the_api_is_listed_above(running):
    paths = httpx.get(running.url + "/openapi.json").json()["paths"]
    filled = {
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if method in ("get", "post", "patch", "put", "delete")
    }
    assert len(filled) == len(PATHS), filled


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"path": "/applications?x=1"}, "signature_mismatch"),
        ({"method": "PATCH"}, "signature_mismatch"),
        ({"body": b"{}"}, "signature_mismatch"),
        ({"secret": "another secret of the same length 0"}, "signature_mismatch"),
        ({"ahead": 330}, "signature_expired"),
        ({"ahead": -330}, "signature_expired"),
        ({"signature": "v2=00"}, "signature_malformed"),
        ({"signature": "v1=00"}, "signature_mismatch"),
        ({"timestamp": "now"}, "signature_malformed"),
    ],
)
def test_what_was_signed_must_be_what_came(running, changed, code):
    import json

    body = json.dumps(submission()).encode()
    moment = int(running.clock().timestamp()) + changed.get("ahead", 0)
    signature = signing.sign(
        changed.get("secret", running.settings.department_secret),
        changed.get("method", "POST"),
        changed.get("path", "/applications"),
        changed.get("body", body),
        moment,
    )
    headers = {
        "X-Sahayak-Timestamp": changed.get("timestamp", str(moment)),
        "X-Sahayak-Signature": changed.get("signature", signature),
        "Idempotency-Key": "k" * 16,
        "Content-Type": "application/json",
    }
    answer = httpx.post(running.url + "/applications", content=body, headers=headers)
    assert answer.status_code == 401 and answer.json()["code"] == code


def test_a_path_is_signed_as_it_was_sent(running):
    """Percent-encoding included, so that no two readings of a path share a signature."""
    path = "/applications/REV%2D2026%2D482159379"
    headers = signing.headers(running.settings.department_secret, "GET", path, b"", running.clock().timestamp())
    assert httpx.get(running.url + path, headers=headers).status_code == 404


def test_too_large_a_body(running):
    answer = httpx.post(running.url + "/applications", content=b"x" * (7 << 20))
    assert answer.status_code == 413


def test_what_needs_no_signature(running):
    assert httpx.get(running.url + "/healthz").status_code == 200
    assert httpx.get(running.url + "/readyz").json()["status"] == "ready"
    assert httpx.get(running.url + "/openapi.json").json()["info"]["title"] == "Department API"
    assert httpx.get(running.url + "/docs").status_code == 404
