"""Everything that Sahayak keeps, in one file, and back again.

A backup is a tar archive of the data directory taken while Sahayak runs or rests: Redis' append-only file (a copy of it
is valid at any moment; a half-written last command is dropped when it is read), the SQLite database through SQLite's
own backup, secrets, signing keys and the vault. What points comes before what it points to, so that nothing in the
archive points to something that was stored after it. A Redis or PostgreSQL server of one's own is that server's matter;
it is said, not passed over. The archive holds the keys, hence mode 0600 and a safe place.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from runtime import preflight
from runtime.errors import SahayakError, StartError
from runtime.settings import Settings

FORMAT = "sahayak-backup-1"
_LEFT_OUT = ("backups", "logs", "lock")
_FIRST = ("redis",)
_LAST = ("vault",)


def backup(settings: Settings, target: Path) -> Path:
    """Writes the archive, whole or not at all, and returns its path. Raises `StartError`."""
    if not settings.data_dir.is_dir():
        raise StartError(f"There is nothing to back up: {settings.data_dir} does not exist.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".backup-")
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", pax_headers={"comment": FORMAT}) as archive:
                for path in _files(settings.data_dir, target.parent):
                    _add(archive, settings.data_dir, path)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise StartError(f"The backup could not be written: {error.strerror}.") from error
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    return target


def restore(settings: Settings, source: Path) -> Path | None:
    """Puts an archive in place of the data directory, which is kept beside it; returns where. Raises `StartError`."""
    data = settings.data_dir
    lock = preflight.DataLock(data)
    if data.is_dir():
        lock.take()
    try:
        new = Path(tempfile.mkdtemp(dir=_parent(data), prefix=f".{data.name}-"))
        try:
            _unpack(source, new)
        except StartError:
            shutil.rmtree(new)
            raise
        old = None
        if data.exists():
            old = data.with_name(f"{data.name}.before-{datetime.now(timezone.utc):%Y%m%d-%H%M%S}")
            data.rename(old)
        new.rename(data)
        return old
    finally:
        lock.release()


def outside(settings: Settings) -> list[str]:
    """Sentences about what a backup of this machine does not hold."""
    said = []
    if settings.redis_url:
        said.append("REDIS_URL names a server of your own: conversations are in its backups, not in this one.")
    if not settings.database_url.startswith("sqlite:"):
        said.append("DATABASE_URL names a server of your own: back it up with pg_dump.")
    if not settings.key_store.startswith("file:"):
        said.append("The signing keys are in the device that SAHAYAK_KEY_STORE names.")
    return said


def _parent(data: Path) -> Path:
    data.parent.mkdir(parents=True, exist_ok=True)
    return data.parent


def _files(data: Path, apart: Path) -> Iterator[Path]:
    """Files in the order in which they are to be read."""

    def rank(top: Path) -> tuple[int, str]:
        return (0 if top.name in _FIRST else 2 if top.name in _LAST else 1, top.name)

    for top in sorted(data.iterdir(), key=rank):
        if top.name in _LEFT_OUT or top == apart:
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


def _add(archive: tarfile.TarFile, data: Path, path: Path) -> None:
    name = path.relative_to(data).as_posix()
    if path.suffix in (".sqlite3-wal", ".sqlite3-shm") or path.name.endswith(("-wal", "-shm", "-journal")):
        return
    if path.suffix == ".sqlite3":
        with tempfile.NamedTemporaryFile(prefix="sahayak-") as copy:
            with sqlite3.connect(path) as source, sqlite3.connect(copy.name) as into:
                source.backup(into)
            source.close()
            into.close()
            _put(archive, name, Path(copy.name))
        return
    try:
        _put(archive, name, path)
    except FileNotFoundError:
        # Erased since it was listed.
        return


def _put(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Adds as many bytes as the file had when it was opened, since it may be growing."""
    with open(path, "rb") as file:
        entry = tarfile.TarInfo(name)
        entry.size = os.fstat(file.fileno()).st_size
        entry.mode = 0o600
        archive.addfile(entry, file)


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, mode="r:") as archive:
            if archive.pax_headers.get("comment") != FORMAT:
                raise StartError(f"{source} is not a backup of Sahayak.")
            for entry in archive:
                target = (folder / entry.name).resolve()
                if not entry.isfile() or not target.is_relative_to(folder.resolve()):
                    raise StartError(f"{source} is not a backup of Sahayak.")
                content = archive.extractfile(entry)
                assert content is not None
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    while block := content.read(1 << 20):
                        file.write(block)
    except (OSError, tarfile.TarError) as error:
        raise StartError(f"The backup {source} cannot be read: {error}.") from error


def main(arguments: list[str]) -> int:
    """`python -m runtime.backup make|restore [FILE]`."""
    parser = argparse.ArgumentParser(prog="python -m runtime.backup", description="Back up and restore what is kept.")
    parser.add_argument("command", choices=("make", "restore"))
    parser.add_argument("file", nargs="?", type=Path, help="default: a new file in DATA_DIR/backups")
    options = parser.parse_args(arguments)
    try:
        settings = Settings.load(os.environ, Path(".env"))
        if options.command == "make":
            name = f"sahayak-{datetime.now(timezone.utc):%Y%m%d-%H%M%S}.tar"
            print(f"Written: {backup(settings, (options.file or settings.data_dir / 'backups' / name).absolute())}")
            print("It holds the keys to everything; keep it as you keep them.")
        elif options.file is None:
            raise StartError("Say which backup: make restore FILE=path/to/backup.tar")
        else:
            old = restore(settings, options.file)
            print(f"Restored to {settings.data_dir}." + (f" What was there before is in {old}." if old else ""))
        for sentence in outside(settings):
            print(sentence)
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
