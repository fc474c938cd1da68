"""Secrets that are made at first run and kept in files of mode 0600.

Several processes may ask for the same secret at the same time: the first to link its file wins, the others read it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from runtime.errors import SecretFileError


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The secret in `path`, made with `make` and stored if there is none yet. Raises `SecretFileError`."""
    try:
        return read(path)
    except FileNotFoundError:
        pass
    write(path, make(), replace=False)
    return read(path)


def read(path: Path) -> str:
    """The secret in `path`. Raises `FileNotFoundError`, or `SecretFileError` if others may read it too."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SecretFileError(f"The secret {path} cannot be read: {error.strerror}.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise SecretFileError(f"The secret {path} can be read by other users; run: chmod 600 {path}")
    if not text:
        raise SecretFileError(
            f"The secret {path} is empty; restore it from a backup, or delete it to have a new one made."
        )
    return text


def write(path: Path, text: str, *, replace: bool) -> None:
    """Stores a secret durably. Without `replace`, a secret that is already there stays."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            if replace:
                os.replace(temporary, path)
            else:
                with contextlib.suppress(FileExistsError):
                    os.link(temporary, path)
        finally:
            if os.path.exists(temporary):
                os.unlink(temporary)
    except OSError as error:
        raise SecretFileError(f"The secret {path} cannot be written: {error.strerror}.") from error
