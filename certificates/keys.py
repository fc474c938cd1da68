"""Signing keys: one ES256 key a department and year, made at first use, never shown.

Decides which key signs and from when one no longer counts; knows nothing of certificates. Run
`python -m certificates.keys rotate|withdraw|list FOLDER …` for the keeper's commands. A folder holds `keys.json`
(public history, never shortened while certificates live) and one private key a file, mode 0600. Years are those of
Indian time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from certificates import jwk
from certificates.errors import KeyStoreError

INDIA: Final = timezone(timedelta(hours=5, minutes=30))


@dataclass(frozen=True)
class KeyRecord:
    """What is published of a key. Times are seconds since 1970; `withdrawn_from` 0: it counts."""

    kid: bytes
    department: str
    year: int
    public: ec.EllipticCurvePublicKey
    created: int
    retired: int = 0
    withdrawn_from: int = 0

    def counts_at(self, moment: int) -> bool:
        return not self.withdrawn_from or moment < self.withdrawn_from


class SigningKey(Protocol):
    """One private key. `certificate` is its self-signed X.509 certificate (DER), for signatures in PDF files."""

    @property
    def kid(self) -> bytes: ...

    @property
    def department(self) -> str: ...

    @property
    def certificate(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256: r and s, 32 bytes each."""


class KeyStore(Protocol):
    """Where keys are kept; implemented by `certificates.key_files` and `certificates.key_tokens` (PKCS#11)."""

    def current(self, department: str, at: datetime) -> SigningKey:
        """The key that signs for a department at a moment, made when there is none for that year."""

    def rotate(self, department: str, at: datetime) -> SigningKey:
        """Retire the current key of the year and make the next."""

    def withdraw(self, kid: bytes, moment: datetime) -> KeyRecord:
        """From `moment` on nothing signed by this key counts; it never signs again."""

    def records(self) -> tuple[KeyRecord, ...]:
        """Every key ever made, oldest first."""


@dataclass(frozen=True)
class KeySet:
    """The public keys a verifier trusts, by key id."""

    keys: Mapping[bytes, KeyRecord]

    @classmethod
    def of(cls, store: KeyStore) -> KeySet:
        return cls({record.kid: record for record in store.records()})

    @classmethod
    def from_jwks(cls, data: Mapping[str, Any]) -> KeySet:
        """Read a JWKS document; keys of other kinds are skipped, a broken one raises `KeyStoreError`."""
        records = [
            _from_jwk(entry) for entry in data["keys"] if entry.get("kty") == "EC" and entry.get("crv") == "P-256"
        ]
        return cls({record.kid: record for record in records})

    def find(self, kid: bytes) -> KeyRecord | None:
        return self.keys.get(kid)


def jwks(*stores: KeyStore) -> dict[str, Any]:
    """The JWKS document with the whole history: `department`, `year`, `iat`, and `exp`-like `retired` and
    `withdrawn_from`.
    """
    return {"keys": [to_jwk(record) for store in stores for record in store.records()]}


def to_jwk(record: KeyRecord) -> dict[str, Any]:
    entry = {
        **jwk.public(record.public),
        "kid": jwk.b64(record.kid),
        "alg": "ES256",
        "use": "sig",
        "department": record.department,
        "year": record.year,
        "iat": record.created,
    }
    if record.retired:
        entry["retired"] = record.retired
    if record.withdrawn_from:
        entry["withdrawn_from"] = record.withdrawn_from
    return entry


def _from_jwk(entry: Mapping[str, Any]) -> KeyRecord:
    try:
        record = KeyRecord(
            kid=jwk.unb64(entry["kid"]),
            department=str(entry["department"]),
            year=int(entry["year"]),
            public=jwk.load(entry),
            created=int(entry["iat"]),
            retired=int(entry.get("retired", 0)),
            withdrawn_from=int(entry.get("withdrawn_from", 0)),
        )
    except (KeyError, ValueError) as error:
        raise KeyStoreError("The key set contains a key that cannot be read.") from error
    if record.kid != jwk.kid(record.public):
        raise KeyStoreError("The key set contains a key under a name that is not its own.")
    return record


def open_store(where: str | Path) -> KeyStore:
    """A folder, or `pkcs11:…` for a token."""
    if str(where).startswith("pkcs11:"):
        from certificates.key_tokens import TokenKeyStore

        return TokenKeyStore.from_uri(str(where))
    from certificates.key_files import FileKeyStore

    return FileKeyStore(Path(where))


def main(arguments: list[str], now: datetime) -> int:
    parser = argparse.ArgumentParser(prog="python -m certificates.keys", description="Signing keys of the departments.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("list", "show every key"), ("rotate", "retire a department's key and make the next")):
        command = commands.add_parser(name, help=text)
        command.add_argument("store", help="folder of the keys, or pkcs11:…")
        if name == "rotate":
            command.add_argument("department")
    command = commands.add_parser("withdraw", help="from a moment on a key no longer counts")
    command.add_argument("store")
    command.add_argument("kid", help="key id as listed")
    command.add_argument("--from", dest="moment", default="", help="ISO date and time; default now")
    options = parser.parse_args(arguments)
    try:
        store = open_store(options.store)
        if options.command == "rotate":
            print(jwk.b64(store.rotate(options.department, now).kid))
        elif options.command == "withdraw":
            moment = datetime.fromisoformat(options.moment) if options.moment else now
            store.withdraw(jwk.unb64(options.kid), moment if moment.tzinfo else moment.replace(tzinfo=INDIA))
        for record in store.records():
            print(
                json.dumps({k: v for k, v in to_jwk(record).items() if k not in ("x", "y", "kty", "crv", "use", "alg")})
            )
    except (KeyStoreError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], datetime.now(timezone.utc)))
