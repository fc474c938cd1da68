"""Signatures on the requests between us and a department, in both directions.

`X-Sahayak-Timestamp` carries whole seconds since 1970, `X-Sahayak-Signature` carries `v1=` and the hex HMAC-SHA256 of
five lines: `v1`, timestamp, METHOD, path with query, hex SHA-256 of the body. A signature holds for `WINDOW` seconds
around the receiver's clock; repeats within the window are the `Idempotency-Key`'s and the event id's matter.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from runtime.errors import SignatureError

TIMESTAMP_HEADER = "X-Sahayak-Timestamp"
SIGNATURE_HEADER = "X-Sahayak-Signature"
WINDOW = 300


def sign(secret: str, method: str, path: str, body: bytes, timestamp: int | str) -> str:
    """The value of `X-Sahayak-Signature`. `path` is path and query as sent, percent-encoding included."""
    text = "\n".join(("v1", str(timestamp), method.upper(), path, hashlib.sha256(body).hexdigest()))
    return "v1=" + hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def headers(secret: str, method: str, path: str, body: bytes, now: float) -> dict[str, str]:
    """Both headers for a request that is sent at `now` (seconds since 1970)."""
    timestamp = int(now)
    return {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: sign(secret, method, path, body, timestamp)}


def verify(secret: str, method: str, path: str, body: bytes, timestamp: str, signature: str, now: float) -> None:
    """Returns if the two header values hold for the request, else raises `SignatureError`."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.startswith("v1=")):
        raise SignatureError("malformed")
    expected = sign(secret, method, path, body, timestamp)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise SignatureError("mismatch")
    if abs(now - int(timestamp)) > WINDOW:
        raise SignatureError("expired")


def verify_headers(secret: str, method: str, path: str, body: bytes, received: Mapping[str, str], now: float) -> None:
    """`verify` with the header values taken from `received` (a mapping that ignores case, as web frameworks give)."""
    timestamp, signature = received.get(TIMESTAMP_HEADER), received.get(SIGNATURE_HEADER)
    if timestamp is None or signature is None:
        raise SignatureError("malformed")
    verify(secret, method, path, body, timestamp, signature, now)
