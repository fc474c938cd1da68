"""What would keep Sahayak from starting, found before anything is started.

Standard library only, so that it can be asked before anything is installed. Every check raises `StartError` with one
sentence that says what to do.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import IO

from runtime.errors import SahayakError, StartError
from runtime.settings import Settings

NEEDED_MB = 200
"""Free space below which a start is refused: an append-only file that cannot grow loses the next message."""


def check(settings: Settings) -> None:
    """All checks but the lock, which `DataLock` takes for as long as the process lives."""
    data_folder(settings.data_dir)
    port_free(settings.port, "PORT")
    port_free(settings.desk_port, "DESK_PORT")


def data_folder(folder: Path) -> None:
    """The data directory exists, can be written to, and has room."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"sahayak" * 100)
        probe.unlink()
        free = shutil.disk_usage(folder).free // 10**6
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StartError(f"The disk that holds {folder} is full; make room or set DATA_DIR.") from error
        raise StartError(f"The data directory {folder} cannot be written to: {error.strerror}.") from error
    if free < NEEDED_MB:
        raise StartError(
            f"Only {free} MB are free for the data directory {folder}, and {NEEDED_MB} MB are needed;"
            " make room or set DATA_DIR."
        )


def port_free(port: int, setting: str) -> None:
    """A server may listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except PermissionError as error:
            raise StartError(f"This user may not open port {port}; set {setting} to 1024 or more.") from error
        except OSError as error:
            raise StartError(f"Port {port} is taken by another program; stop that one, or set {setting}.") from error


class DataLock:
    """The data directory is this process's alone until `release`, or until the process ends in whatever way."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises `StartError` if another instance has it."""
        file = open(self._path, "a+", encoding="ascii")  # noqa: SIM115 - kept open for as long as the lock is held
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise StartError(
                f"The data directory {self._path.parent} is in use by another Sahayak (process {holder});"
                " stop that one, or set DATA_DIR."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Another instance may have the folder."""
        if self._file is not None:
            self._file.close()
            self._file = None


def main() -> int:
    """`python -m runtime.preflight`: silent if Sahayak could start, else one sentence on stderr."""
    try:
        settings = Settings.load(os.environ, Path(".env"))
        data_folder(settings.data_dir)
        lock = DataLock(settings.data_dir)
        lock.take()
        check(settings)
        lock.release()
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
