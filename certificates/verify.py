"""Whether a certificate holds: the verdict on what a QR code, a link or a PDF file says.

Same verdicts, in the same order of questions, as the checking page (`certificates/web/`). Nothing is fetched here:
key set and status lists are handed in. `python -m certificates.verify --keys jwks.json [--status FILE …] FILE|TEXT`
for the shell.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from certificates import credential as credentials
from certificates import proof as proofs
from certificates import qr, status_list
from certificates.credential import Credential
from certificates.errors import CertificateError, Malformed
from certificates.keys import KeyRecord, KeySet
from certificates.proof import Proof
from certificates.status_list import StatusList

VERDICTS: Final = (
    "valid",
    "altered",
    "expired",
    "revoked",
    "suspended",
    "superseded",
    "unknown_issuer",
    "too_old_to_tell",
)
SKEW: Final = 300
"""Seconds by which a verifier's clock may be slow."""


@dataclass(frozen=True)
class Verdict:
    """`verdict` is one of `VERDICTS`; `reason` a word for machines and for the sentence shown.

    `credential` is there once its signature was found good, whatever the verdict; `list_age` (seconds) once a status
    list was read. Show the name in both scripts and say "compare with the paper": the code may stand on another's page.
    """

    verdict: str
    reason: str
    credential: Credential | None = None
    list_age: int | None = None
    proof: Proof | None = None

    @property
    def valid(self) -> bool:
        return self.verdict == "valid"


@dataclass(frozen=True)
class Known:
    """What a verifier holds: the key set and the status lists by name, as last fetched."""

    keys: KeySet
    lists: Mapping[str, StatusList] = field(default_factory=dict)


def check_bytes(data: bytes, known: Known, now: datetime) -> Verdict:
    """The verdict on the bytes that a QR code or a PDF carries: a credential's, or a proof's."""
    try:
        message = credentials.unpack(data)
    except Malformed as error:
        return Verdict("altered", error.reason)
    key = known.keys.find(message.kid)
    if key is None:
        return Verdict("unknown_issuer", "unknown_key")
    if message.type not in ("", proofs.TYPE) or not message.verify(key.public):
        return Verdict("altered", "signature")
    if message.type:
        return _proof(message.payload, key, int(now.timestamp()))
    try:
        credential = credentials.parse(message.payload)
    except Malformed as error:
        return Verdict("altered", error.reason)
    if credential.issuer != key.department:
        return Verdict("unknown_issuer", "not_its_key", credential)
    if not key.counts_at(credential.issued_at):
        return Verdict("unknown_issuer", "key_withdrawn", credential)
    return _standing(credential, known, int(now.timestamp()))


def _proof(payload: bytes, key: KeyRecord, now: int) -> Verdict:
    """A proof needs no status list: it is made only of what stands, and is over in a quarter of an hour."""
    try:
        proof = proofs.parse(payload)
    except Malformed as error:
        return Verdict("altered", error.reason)
    if proof.issuer != key.department:
        return Verdict("unknown_issuer", "not_its_key", proof=proof)
    if not key.counts_at(proof.issued_at):
        return Verdict("unknown_issuer", "key_withdrawn", proof=proof)
    if now >= proof.expires_at:
        return Verdict("expired", "proof_over", proof=proof)
    if proof.issued_at > now + SKEW:
        return Verdict("too_old_to_tell", "clock", proof=proof)
    return Verdict("valid", "proof", proof=proof)


def _standing(credential: Credential, known: Known, now: int) -> Verdict:
    """What has become of a certificate that was truly issued: the gravest first."""
    list_ = known.lists.get(status_list.name(credential.issuer, credential.status.list))
    age = list_.age(now) if list_ else None
    status = list_.status(credential.status) if list_ else None
    if list_ and status is None and credential.issued_at + SKEW < list_.issued_at:
        return Verdict("unknown_issuer", "not_in_register", credential, age)
    if status and status != "valid":
        return Verdict(status, "status_list", credential, age)
    if credential.expires_at and now >= credential.expires_at:
        return Verdict("expired", "expired", credential, age)
    if credential.issued_at > now + SKEW:
        return Verdict("too_old_to_tell", "clock", credential, age)
    if list_ is None or age is None:
        return Verdict("too_old_to_tell", "no_status_list", credential)
    if age > list_.time_to_live:
        return Verdict("too_old_to_tell", "status_list_old", credential, age)
    return Verdict("valid", "signature_and_status", credential, age)


def check_text(scanned: str, known: Known, now: datetime) -> Verdict:
    """The verdict on what a scanner read: an address with its fragment, or the digits."""
    try:
        data = qr.read(scanned)
    except Malformed as error:
        return Verdict("altered", error.reason)
    return check_bytes(data, known, now)


def check_pdf(data: bytes, known: Known, now: datetime) -> Verdict:
    """The verdict on a PDF file: its signature over every byte, its embedded credential, its QR code and its text."""
    from certificates.pdf import reading

    return reading.check(data, known, now)


def main(arguments: list[str], now: datetime) -> int:
    parser = argparse.ArgumentParser(prog="python -m certificates.verify", description="Check a certificate.")
    parser.add_argument("--keys", required=True, type=Path, help="JWKS file")
    parser.add_argument("--status", action="append", default=[], type=Path, help="signed status list; may be repeated")
    parser.add_argument("what", help="a PDF file, a file with the credential, or the text of the QR code")
    options = parser.parse_args(arguments)
    try:
        keys = KeySet.from_jwks(json.loads(options.keys.read_text("utf-8")))
        lists = [status_list.read(path.read_bytes(), keys) for path in options.status]
        verdict = _check_any(options.what, Known(keys, {list_.name: list_ for list_ in lists}), now)
    except (OSError, ValueError, KeyError, CertificateError) as error:
        print(f"cannot check: {error}", file=sys.stderr)
        return 2
    print(f"{verdict.verdict}: {verdict.reason}")
    if verdict.credential is not None:
        for name in ("kind", "number", "persons", "district", "value", "date"):
            print(f"  {name}: {getattr(verdict.credential, name)}")
    if verdict.proof is not None:
        for name in ("audience", "statement", "name", "local", "kind", "date"):
            print(f"  {name}: {getattr(verdict.proof, name)}")
    return 0 if verdict.valid else 1


def _check_any(what: str, known: Known, now: datetime) -> Verdict:
    path = Path(what) if len(what) < 256 else None
    if path is None or not path.is_file():
        return check_text(what, known, now)
    data = path.read_bytes()
    if data.startswith(b"%PDF-"):
        return check_pdf(data, known, now)
    if data[:1] in (b"\xd2", b"\x78"):
        return check_bytes(data, known, now)
    return check_text(data.decode("ascii", "replace"), known, now)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], datetime.now(timezone.utc)))
