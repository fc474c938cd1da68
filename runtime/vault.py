"""Files that people send, encrypted at rest.

Each file has a data key of its own (`runtime.envelopes`); ids are random, so nothing about a file can be told from its
name. Knows nothing of what the bytes are. On disk: `SV1`, wrapped data key, nonce (12), ciphertext with tag.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.envelopes import NONCE, WRAPPED, Keyring, Sealer, key_file
from runtime.errors import BlobDamaged, BlobNotFound, SealBroken, VaultError

MAGIC = b"SV1"
HEADER = len(MAGIC) + WRAPPED
_ID = re.compile(r"[0-9a-f]{32}\Z")


class Vault:
    """Encrypted files under `data_dir/vault`, any number of processes at a time."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "vault"
        self._keyring = Keyring(key_file(data_dir))

    def sealer(self) -> Sealer:
        """For records too small for a file, with the same keys."""
        return Sealer(self._keyring)

    def put(self, data: bytes) -> str:
        """Stores `data` durably and returns its id (32 hex digits)."""
        return self._put(data, secrets.token_hex(16))

    def copy(self, blob: str, reason: str) -> str:
        """Stores a file's bytes once more; the id is the same whenever the same copy is made again.

        Raises `BlobNotFound` or `BlobDamaged`.
        """
        return self._put(self.get(blob), self._keyring.digest(f"{blob}\n{reason}", "copy")[:32])

    def _put(self, data: bytes, blob: str) -> str:
        data_key = AESGCM.generate_key(256)
        nonce = os.urandom(NONCE)
        body = nonce + AESGCM(data_key).encrypt(nonce, data, blob.encode())
        self._write(blob, self._wrap(blob, data_key) + body)
        return blob

    def get(self, blob: str) -> bytes:
        """The bytes stored under an id. Raises `BlobNotFound` or `BlobDamaged`."""
        raw = self._read(blob)
        data_key = self._unwrap(blob, raw)
        nonce, sealed = raw[HEADER : HEADER + NONCE], raw[HEADER + NONCE :]
        try:
            return AESGCM(data_key).decrypt(nonce, sealed, blob.encode())
        except (InvalidTag, ValueError) as error:
            raise BlobDamaged(f"the stored file {blob} does not decrypt") from error

    def delete(self, blob: str) -> None:
        """Removes a file; one that is not there is no error, so that an erasure can be repeated."""
        self._path(blob).unlink(missing_ok=True)

    def rotate(self) -> int:
        """Makes a new wrapping key and wraps every file's data key anew; returns how many files there were."""
        self._keyring.add()
        count = 0
        for path in sorted(self._folder.glob("??/*")):
            if _ID.match(path.name):
                raw = self._read(path.name)
                self._write(path.name, self._wrap(path.name, self._unwrap(path.name, raw)) + raw[HEADER:])
                count += 1
        return count

    def _wrap(self, blob: str, data_key: bytes) -> bytes:
        return MAGIC + self._keyring.wrap(data_key, blob)

    def _unwrap(self, blob: str, raw: bytes) -> bytes:
        if len(raw) < HEADER + NONCE + 16 or not raw.startswith(MAGIC):
            raise BlobDamaged(f"the stored file {blob} is not of the vault's form")
        try:
            return self._keyring.unwrap(raw[len(MAGIC) : HEADER], blob)
        except SealBroken as error:
            raise BlobDamaged(f"the key of the stored file {blob} does not open") from error

    def _path(self, blob: str) -> Path:
        if not _ID.match(blob):
            raise BlobNotFound("a stored file was asked for by something that is not an id")
        return self._folder / blob[:2] / blob

    def _read(self, blob: str) -> bytes:
        try:
            return self._path(blob).read_bytes()
        except FileNotFoundError as error:
            raise BlobNotFound(f"no file is stored under {blob}") from error

    def _write(self, blob: str, raw: bytes) -> None:
        path = self._path(blob)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(raw)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except BaseException:
                os.unlink(temporary)
                raise
        except OSError as error:
            raise VaultError(f"a file could not be stored: {error.strerror}") from error
