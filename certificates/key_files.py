"""Signing keys in a folder: `keys.json` with the public history and the certificates, `<key id>.pem` (0600) each.

Several processes may share the folder: every change is made under a lock file and by renaming.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
from collections.abc import Iterator
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
from certificates.keys import INDIA, KeyRecord

_DEPARTMENT = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True)
class FileKey:
    """A private key read from its file. Signatures are deterministic (RFC 6979)."""

    kid: bytes
    department: str
    certificate: bytes
    private: ec.EllipticCurvePrivateKey

    def sign(self, message: bytes) -> bytes:
        der = self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(der)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class FileKeyStore:
    """Raises `KeyStoreError` with one sentence when the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[bytes, FileKey] = {}

    def current(self, department: str, at: datetime) -> FileKey:
        key = self._live(self._read(), department, _year(at))
        if key is None:
            with self._locked() as entries:
                key = self._live(entries, department, _year(at)) or self._make(entries, department, at)
        return self._load(key)

    def rotate(self, department: str, at: datetime) -> FileKey:
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
        for entry in reversed(entries):
            if entry["department"] == department and entry["year"] == year and not entry.get("retired"):
                return entry
        return None

    def _make(self, entries: list[dict[str, Any]], department: str, at: datetime) -> dict[str, Any]:
        if not _DEPARTMENT.fullmatch(department):
            raise KeyStoreError(f"{department!r} cannot be the name of a department.")
        private = ec.generate_private_key(ec.SECP256R1())
        kid = jwk.kid(private.public_key())
        certificate = x509.self_signed(private, department, _year(at), at)
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(self.folder / f"{kid.hex()}.pem", pem)
        entry = {
            "kid": jwk.b64(kid),
            "department": department,
            "year": _year(at),
            "created": int(at.timestamp()),
            **jwk.public(private.public_key()),
            "certificate": base64.b64encode(certificate).decode(),
        }
        entries.append(entry)
        return entry

    def _load(self, entry: dict[str, Any]) -> FileKey:
        kid = jwk.unb64(entry["kid"])
        if kid not in self._loaded:
            try:
                pem = (self.folder / f"{kid.hex()}.pem").read_bytes()
                private = serialization.load_pem_private_key(pem, None)
            except (OSError, ValueError) as error:
                raise KeyStoreError(f"The private key {entry['kid']} cannot be read.") from error
            if not isinstance(private, ec.EllipticCurvePrivateKey) or jwk.kid(private.public_key()) != kid:
                raise KeyStoreError(f"The file of key {entry['kid']} holds another key.")
            certificate = base64.b64decode(entry["certificate"])
            self._loaded[kid] = FileKey(kid, entry["department"], certificate, private)
        return self._loaded[kid]

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
