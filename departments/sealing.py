"""Personal columns at rest: AES-256-GCM with keys that can be rotated.

A sealed text is `<key id>.<base64url(nonce + ciphertext)>`, bound to a context (table, row and column), so that a value
copied to another row does not open. Keys stand in `DATA_DIR/secrets/department-columns` (mode 0600), one
`<key id> <base64 key>` a line; the last line seals, all lines open. `python -m departments.sealing rotate` adds a key,
which seals from the next start on. Knows nothing of the database.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from departments.errors import Unavailable
from runtime import secret_files
from runtime.errors import SahayakError
from runtime.settings import Settings

FILE = "department-columns"


class Sealer:
    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """`keys` in the order of their making; the last one seals."""
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._current = list(keys)[-1]

    def seal(self, text: str, context: str) -> str:
        nonce = secrets.token_bytes(12)
        data = nonce + self._keys[self._current].encrypt(nonce, text.encode(), context.encode())
        return f"{self._current}.{base64.urlsafe_b64encode(data).decode()}"

    def open(self, sealed: str, context: str) -> str:
        name, _, encoded = sealed.partition(".")
        data = base64.urlsafe_b64decode(encoded)
        try:
            return self._keys[name].decrypt(data[:12], data[12:], context.encode()).decode()
        except (KeyError, InvalidTag) as error:
            raise Unavailable("A stored value does not open with the keys in DATA_DIR/secrets.", "sealed") from error

    def sealed_with_current(self, sealed: str) -> bool:
        return sealed.partition(".")[0] == self._current


def load(data_dir: Path) -> Sealer:
    """Reads the keys, making the first at first run. Raises `runtime.errors.SecretFileError`."""
    text = secret_files.read_or_make(data_dir / "secrets" / FILE, _new_key)
    pairs = [line.split() for line in text.splitlines() if line.strip()]
    return Sealer({name: base64.b64decode(key) for name, key in pairs})


def add_key(data_dir: Path) -> None:
    """Appends a key, which seals from the next start on; what older keys sealed stays readable."""
    path = data_dir / "secrets" / FILE
    text = secret_files.read_or_make(path, _new_key)
    secret_files.write(path, f"{text}\n{_new_key()}", replace=True)


def _new_key() -> str:
    return f"{secrets.token_hex(4)} {base64.b64encode(secrets.token_bytes(32)).decode()}"


def main(arguments: list[str]) -> int:
    if arguments != ["rotate"]:
        print("usage: python -m departments.sealing rotate", file=sys.stderr)
        return 2
    try:
        add_key(Settings.load(os.environ, Path(".env")).data_dir)
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    print("A new key was added; it seals from the next start of the department server on.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
