"""Envelope encryption of what is kept: every value has a data key of its own, wrapped with the newest key of a file.

Rotation makes a new wrapping key and wraps data keys anew; the values themselves are not touched. Both encryptions are
AES-256-GCM and bind the value's name, so that one cannot be put in another's place. Old keys stay in the file, since a
value that is being written at the same moment may still use one. Knows nothing of what the values are.

A wrapped key: number of the wrapping key (2 bytes), nonce (12), encrypted data key (48). A sealed record: `SR1`,
wrapped key, nonce (12), ciphertext with tag.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime import secret_files
from runtime.errors import SealBroken, SecretFileError

NONCE = 12
WRAPPED = 2 + NONCE + 32 + 16
RECORD = b"SR1"


class Keyring:
    """The wrapping keys in one file of mode 0600, made with its first key when there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        secret_files.read_or_make(path, lambda: _new_key(1))
        self._seen = self._stamp()
        self._keys = self._read()

    @property
    def newest(self) -> int:
        return max(self._keys)

    def add(self) -> int:
        """Makes a new key, which wraps from now on; returns its number."""
        number = max(self._read()) + 1
        lines = secret_files.read(self._path) + "\n" + _new_key(number)
        secret_files.write(self._path, lines, replace=True)
        self._keys = self._read()
        return number

    def wrap(self, data_key: bytes, name: str) -> bytes:
        self._follow()
        number, nonce = self.newest, os.urandom(NONCE)
        return number.to_bytes(2, "big") + nonce + self._keys[number].encrypt(nonce, data_key, name.encode())

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """The data key. Raises `SealBroken`."""
        number = number_of(wrapped)
        if number not in self._keys:
            # Another process may have rotated the keys since this one read them.
            self._keys = self._read()
        try:
            return self._keys[number].decrypt(wrapped[2 : 2 + NONCE], wrapped[2 + NONCE : WRAPPED], name.encode())
        except (KeyError, InvalidTag, ValueError) as error:
            raise SealBroken(f"key {number} does not open a stored value") from error

    def digest(self, text: str, name: str) -> str:
        """A keyed hash that is the same in every process, also while keys rotate: under the oldest key."""
        return hmac.new(self._digest_key, f"{name}\n{text}".encode(), hashlib.sha256).hexdigest()

    def _follow(self) -> None:
        """Takes up a key that another process has made, so that from then on no process wraps with an older one."""
        stamp = self._stamp()
        if stamp is not None and stamp != self._seen:
            self._keys, self._seen = self._read(), stamp

    def _stamp(self) -> tuple[int, int, int] | None:
        """What changes with the file; None while it cannot be looked at, and the keys in memory stay in force."""
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> dict[int, AESGCM]:
        keys: dict[int, AESGCM] = {}
        raw: dict[int, bytes] = {}
        try:
            for line in secret_files.read(self._path).splitlines():
                number, _, text = line.partition(":")
                key = base64.b64decode(text, validate=True)
                if len(key) != 32:
                    raise ValueError("length of a key")
                keys[int(number)], raw[int(number)] = AESGCM(key), key
            self._digest_key = hmac.new(raw[min(raw)], b"digest", hashlib.sha256).digest()
        except ValueError as error:
            raise SecretFileError(f"The key file {self._path} is damaged; restore it from a backup.") from error
        return keys


class Sealer:
    """Seals records of a few kilobytes: one call, no file."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    @classmethod
    def under(cls, data_dir: Path) -> Sealer:
        """With the keys of this data directory, which the vault uses too."""
        return cls(Keyring(key_file(data_dir)))

    def seal(self, plain: bytes, name: str) -> bytes:
        random = os.urandom(32 + NONCE)
        data_key, nonce = random[:32], random[32:]
        return (
            RECORD + self._keyring.wrap(data_key, name) + nonce + AESGCM(data_key).encrypt(nonce, plain, name.encode())
        )

    def open(self, sealed: bytes, name: str) -> bytes:
        """The record. Raises `SealBroken`."""
        if not is_sealed(sealed):
            raise SealBroken("a stored value is not of the sealed form")
        start = len(RECORD) + WRAPPED
        data_key = self._keyring.unwrap(sealed[len(RECORD) : start], name)
        try:
            return AESGCM(data_key).decrypt(sealed[start : start + NONCE], sealed[start + NONCE :], name.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken("a stored value does not open") from error

    def digest(self, text: str, name: str) -> str:
        """A keyed hash of something too short to be hashed plainly; `name` says of what."""
        return self._keyring.digest(text, name)

    def rewrap(self, sealed: bytes, name: str) -> bytes | None:
        """The record with its data key under the newest key; None if it is so already. Raises `SealBroken`."""
        if self.current(sealed):
            return None
        start, end = len(RECORD), len(RECORD) + WRAPPED
        return RECORD + self._keyring.wrap(self._keyring.unwrap(sealed[start:end], name), name) + sealed[end:]

    def current(self, sealed: bytes) -> bool:
        """Whether a record's data key is under the newest key."""
        return number_of(sealed[len(RECORD) : len(RECORD) + WRAPPED]) == self._keyring.newest


def key_file(data_dir: Path) -> Path:
    return data_dir / "secrets" / "vault"


def is_sealed(raw: bytes) -> bool:
    return raw.startswith(RECORD) and len(raw) > len(RECORD) + WRAPPED + NONCE


def number_of(wrapped: bytes) -> int:
    return int.from_bytes(wrapped[:2], "big")


def _new_key(number: int) -> str:
    return f"{number}:{base64.b64encode(os.urandom(32)).decode()}"
