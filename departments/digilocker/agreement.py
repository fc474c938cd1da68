"""What was agreed with DigiLocker, and whether a request is theirs.

`DATA_DIR/secrets/digilocker.json` (0600); without it the adapter is off:

    {"issuer": "in.gov.delhi.revenue", "org": "…", "key": "…", "types": {"income": "INCER"}}

`issuer` is the issuer id of the documents' URIs, `org` and `key` are those of the partner portal, `types` gives the
document type that DigiLocker assigned to a kind of certificate; kinds that are not in it are not served.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from departments.errors import Unavailable, Unsigned

WINDOW = timedelta(minutes=15)
"""A request older than this is not answered. The specification has a timestamp but names no window."""
_ISSUER = re.compile(r"[A-Za-z]+(?:\.[A-Za-z]+)*")
_TYPE = re.compile(r"[A-Z]{5}")


@dataclass(frozen=True)
class Agreement:
    issuer: str
    org: str
    types: Mapping[str, str]
    """Document type of DigiLocker by kind of certificate."""
    key: str = field(repr=False)

    def kind(self, document_type: str) -> str | None:
        return next((kind for kind, name in self.types.items() if name == document_type), None)


def load(path: Path) -> Agreement | None:
    """None: nothing was agreed. Raises `Unavailable` for a file that cannot be used."""
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_text("utf-8"))
        agreed = Agreement(data["issuer"], data["org"], dict(data["types"]), data["key"])
        fine = _ISSUER.fullmatch(agreed.issuer) and len(agreed.key) >= 16 and agreed.org
        if not fine or not all(_TYPE.fullmatch(name) for name in agreed.types.values()):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unavailable("secrets/digilocker.json is not as the documentation has it.", "digilocker") from error
    return agreed


def authentic(agreed: Agreement, body: bytes, signature: str) -> None:
    """Raises `Unsigned` unless the header `x-digilocker-hmac` fits: base64 of HMAC-SHA-256 over the body with the key.

    DigiLocker has been seen to encode the digest's hex digits instead of its bytes, so both count.
    """
    digest = hmac.new(agreed.key.encode(), body, hashlib.sha256)
    given = signature.encode("ascii", "replace")
    forms = (digest.digest(), digest.hexdigest().encode())
    if not any(hmac.compare_digest(base64.b64encode(form), given) for form in forms):
        raise Unsigned("x-digilocker-hmac does not fit the body.", "signature_mismatch")


def fresh(agreed: Agreement, org: str, key_hash: str, sent: str, now: datetime) -> None:
    """Raises `Unsigned` unless the request is meant for us and new. `keyhash` (SHA-256 of key and timestamp) is checked
    where it is sent.
    """
    expected = hashlib.sha256(f"{agreed.key}{sent}".encode()).hexdigest()
    if key_hash and not hmac.compare_digest(expected.encode(), key_hash.lower().encode("ascii", "replace")):
        raise Unsigned("keyhash does not fit the timestamp.", "signature_mismatch")
    if org != agreed.org:
        raise Unsigned("orgId is not the one agreed.", "signature_mismatch")
    try:
        moment = datetime.fromisoformat(sent)
    except ValueError as error:
        raise Unsigned("ts is not a moment.", "signature_malformed") from error
    if moment.tzinfo is None or abs(now - moment) > WINDOW:
        raise Unsigned("ts is too far from the server's clock.", "signature_expired")
