"""Files that people send, encrypted at rest.

Each file has a data key of its own, wrapped with the newest key of `data_dir/secrets/vault`; ids are random, so nothing
about a file can be told from its name. Knows nothing of what the bytes are.

On disk: `SV1`, number of the wrapping key (2 bytes), nonce (12) and wrapped data key (48), nonce (12), ciphertext with
tag. Both encryptions are AES-256-GCM and bind the id, so that files cannot be exchanged for one another.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import sys
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime import secret_files
from runtime.errors import BlobDamaged, BlobNotFound, SahayakError, SecretFileError, VaultError
from runtime.settings import Settings

MAGIC = b"SV1"
NONCE = 12
WRAPPED = 32 + 16
HEADER = len(MAGIC) + 2 + NONCE + WRAPPED
_ID = re.compile(r"[0-9a-f]{32}\Z")


class Vault:
    """Encrypted files under `data_dir/vault`, any number of processes at a time."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "vault"
        self._key_file = data_dir / "secrets" / "vault"
        secret_files.read_or_make(self._key_file, lambda: _new_key(1))
        self._keys = self._read_keys()

    def put(self, data: bytes) -> str:
        """Stores `data` durably and returns its id (32 hex digits)."""
        blob = secrets.token_hex(16)
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
        """Makes a new wrapping key and wraps every file's data key anew; returns how many files there were.

        Old keys stay in the key file, since a file that is being written at the same moment may still use one.
        """
        number = max(self._keys) + 1
        lines = secret_files.read(self._key_file) + "\n" + _new_key(number)
        secret_files.write(self._key_file, lines, replace=True)
        self._keys = self._read_keys()
        count = 0
        for path in sorted(self._folder.glob("??/*")):
            if _ID.match(path.name):
                raw = self._read(path.name)
                self._write(path.name, self._wrap(path.name, self._unwrap(path.name, raw)) + raw[HEADER:])
                count += 1
        return count

    def _read_keys(self) -> dict[int, bytes]:
        keys: dict[int, bytes] = {}
        try:
            for line in secret_files.read(self._key_file).splitlines():
                number, _, text = line.partition(":")
                keys[int(number)] = base64.b64decode(text, validate=True)
        except ValueError as error:
            raise SecretFileError(f"The key file {self._key_file} is damaged; restore it from a backup.") from error
        if not all(len(key) == 32 for key in keys.values()):
            raise SecretFileError(f"The key file {self._key_file} is damaged; restore it from a backup.")
        return keys

    def _wrap(self, blob: str, data_key: bytes) -> bytes:
        number, nonce = max(self._keys), os.urandom(NONCE)
        wrapped = AESGCM(self._keys[number]).encrypt(nonce, data_key, blob.encode())
        return MAGIC + number.to_bytes(2, "big") + nonce + wrapped

    def _unwrap(self, blob: str, raw: bytes) -> bytes:
        if len(raw) < HEADER + NONCE + 16 or not raw.startswith(MAGIC):
            raise BlobDamaged(f"the stored file {blob} is not of the vault's form")
        number = int.from_bytes(raw[len(MAGIC) : len(MAGIC) + 2], "big")
        if number not in self._keys:
            # Another process may have rotated the keys since this one read them.
            self._keys = self._read_keys()
        start = len(MAGIC) + 2
        try:
            key = self._keys[number]
            return AESGCM(key).decrypt(raw[start : start + NONCE], raw[start + NONCE : HEADER], blob.encode())
        except (KeyError, InvalidTag) as error:
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


def _new_key(number: int) -> str:
    return f"{number}:{base64.b64encode(os.urandom(32)).decode()}"


def main(arguments: list[str]) -> int:
    """`python -m runtime.vault rotate`: a new wrapping key, now, while everything runs."""
    if arguments != ["rotate"]:
        print("usage: python -m runtime.vault rotate", file=sys.stderr)
        return 2
    try:
        count = Vault(Settings.load(os.environ, Path(".env")).data_dir).rotate()
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"A new key is in force; the keys of {count} stored files were wrapped with it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
