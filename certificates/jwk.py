"""Public P-256 keys as JWK (RFC 7517), and the name of a key: the first 8 bytes of its RFC 7638 thumbprint."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }


def load(entry: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    """Raises ValueError for a point that is not on the curve."""
    x, y = (int.from_bytes(unb64(str(entry[name])), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def kid(key: ec.EllipticCurvePublicKey) -> bytes:
    required = json.dumps(public(key), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(required.encode()).digest()[:8]
