"""Signing keys in a folder: `keys.json` with the public history and the certificates, `<key id>.pem` (0600) each.

Several processes may share the folder: every change is made under a lock file and by renaming.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certificates import jwk, x509
from certificates.errors import KeyStoreError
from certificates.keys import INDIA, KeyRecord, SigningKey

_DEPARTMENT = re.compile(r"[a-z0-9_]{1,32}")


Sign = Callable[[bytes], bytes]
"""ECDSA with SHA-256: r and s, 32 bytes each."""


@dataclass(frozen=True)
class HeldKey:
    """A signing key: what is known of it, and how it signs."""

    kid: bytes
    department: str
    certificate: bytes
    sign: Sign


def _signing(private: ec.EllipticCurvePrivateKey) -> Sign:
    """Deterministic (RFC 6979)."""

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


class FileKeyStore:
    """Raises `KeyStoreError` with one sentence when the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[bytes, SigningKey] = {}

    def current(self, department: str, at: datetime) -> SigningKey:
        key = self._live(self._read(), department, _year(at))
        if key is None:
            with self._locked() as entries:
                key = self._live(entries, department, _year(at)) or self._make(entries, department, at)
        return self._load(key)

    def rotate(self, department: str, at: datetime) -> SigningKey:
        with self._locked() as entries:
            old = self._live(entries, department, _year(at))
            if old is not None:
                old["retired"] = int(at.timestamp())
            return self._load(self._make(entries, department, at))

    def withdraw(self, kid: bytes, moment: datetime) -> KeyRecord:
        with self._locked() as entries:
            for entry in entries:
                if entry["kid"] == jwk.b64(kid):
                    earlier = entry.get("withdrawn_from") or int(moment.timestamp())
                    entry["withdrawn_from"] = min(earlier, int(moment.timestamp()))
                    entry["retired"] = entry.get("retired") or int(moment.timestamp())
                    return _record(entry)
        raise KeyStoreError(f"There is no key {jwk.b64(kid)} in {self.folder.name}.")

    def records(self) -> tuple[KeyRecord, ...]:
        return tuple(_record(entry) for entry in self._read())

    def _read(self) -> list[dict[str, Any]]:
        try:
            entries: list[dict[str, Any]] = json.loads((self.folder / "keys.json").read_text("utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise KeyStoreError(f"The key history in {self.folder.name} cannot be read.") from error
        return entries

    @staticmethod
    def _live(entries: list[dict[str, Any]], department: str, year: int) -> dict[str, Any] | None:
        live = [e for e in entries if (e["department"], e["year"]) == (department, year) and not e.get("retired")]
        return live[-1] if live else None

    def _make(self, entries: list[dict[str, Any]], department: str, at: datetime) -> dict[str, Any]:
        if not _DEPARTMENT.fullmatch(department):
            raise KeyStoreError(f"{department!r} cannot be the name of a department.")
        public, sign = self._generate()
        kid = jwk.kid(public)
        certificate = x509.self_signed(public, sign, department, _year(at), at)
        entry = {
            "kid": jwk.b64(kid),
            "department": department,
            "year": _year(at),
            "created": int(at.timestamp()),
            **jwk.public(public),
            "certificate": base64.b64encode(certificate).decode(),
        }
        entries.append(entry)
        return entry

    def _load(self, entry: dict[str, Any]) -> SigningKey:
        kid = jwk.unb64(entry["kid"])
        if kid not in self._loaded:
            certificate = base64.b64decode(entry["certificate"])
            self._loaded[kid] = HeldKey(kid, entry["department"], certificate, self._open(kid))
        return self._loaded[kid]

    def _generate(self) -> tuple[ec.EllipticCurvePublicKey, Sign]:
        """Make and keep a private key."""
        private = ec.generate_private_key(ec.SECP256R1())
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(self.folder / f"{jwk.kid(private.public_key()).hex()}.pem", pem)
        return private.public_key(), _signing(private)

    def _open(self, kid: bytes) -> Sign:
        """How a kept key signs."""
        try:
            private = serialization.load_pem_private_key((self.folder / f"{kid.hex()}.pem").read_bytes(), None)
        except (OSError, ValueError) as error:
            raise KeyStoreError(f"The private key {jwk.b64(kid)} cannot be read.") from error
        if not isinstance(private, ec.EllipticCurvePrivateKey) or jwk.kid(private.public_key()) != kid:
            raise KeyStoreError(f"The file of key {jwk.b64(kid)} holds another key.")
        return _signing(private)

    @contextmanager
    def _locked(self) -> Iterator[list[dict[str, Any]]]:
        """The history, to be changed; written when the block ends well."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (self.folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                entries = self._read()
                yield entries
                _write(self.folder / "keys.json", json.dumps(entries, indent=1).encode())
        except OSError as error:
            raise KeyStoreError(f"The key folder {self.folder.name} cannot be written: {error.strerror}.") from error


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by the owner alone."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def _year(at: datetime) -> int:
    return at.astimezone(INDIA).year


def _record(entry: dict[str, Any]) -> KeyRecord:
    record = KeyRecord(
        kid=jwk.unb64(entry["kid"]),
        department=entry["department"],
        year=entry["year"],
        public=jwk.load(entry),
        created=entry["created"],
    )
    return replace(record, retired=entry.get("retired", 0), withdrawn_from=entry.get("withdrawn_from", 0))
