"""Whether a webhook comes from Meta: HMAC-SHA256 of the raw body under the app's secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

PREFIX = b"sha256="


def genuine(body: bytes, header: str | None, secrets: Iterable[str]) -> bool:
    """Whether `X-Hub-Signature-256` holds under one of the secrets (two while one is being changed).

    Compared as bytes: `hmac.compare_digest` raises on a header with characters outside ASCII.
    """
    if header is None:
        return False
    given = header.encode("latin-1", "replace")
    good = False
    for secret in secrets:
        expected = PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
        good |= hmac.compare_digest(expected, given)
    return good
