"""Backup and restore: a round trip with a running Redis, a database and the vault; nothing is lost or let out."""

from __future__ import annotations

import io
import signal
import sqlite3
import stat
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from runtime import backup
from runtime.errors import StartError
from runtime.preflight import DataLock
from runtime.settings import Settings
from runtime.vault import Vault
from tests.runtime.conftest import Stage


def test_a_round_trip_while_running(stage: Stage) -> None:
    process = stage.start()
    stage.until("Sahayak is ready")
    client = redis.Redis(unix_socket_path=str(stage.data / "redis" / "redis.sock"))
    client.xadd("stream", {"m": "kept"})
    blob = Vault(stage.data).put(b"a paper")
    database = sqlite3.connect(stage.data / "departments.sqlite3")
    database.execute("pragma journal_mode=wal")
    database.execute("create table application (number text)")
    database.execute("insert into application values ('INC-1')")
    database.commit()
    settings = Settings.load(stage.environ(), None)
    archive = backup.backup(settings, stage.folder / "kept" / "one.tar")
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    client.xadd("stream", {"m": "later"})
    database.close()
    with pytest.raises(StartError, match="in use by another Sahayak"):
        backup.restore(settings, archive)
    process.send_signal(signal.SIGTERM)
    stage.ended(5)

    Vault(stage.data).delete(blob)
    old = backup.restore(settings, archive)
    assert old is not None
    assert (old / "departments.sqlite3").exists()
    stage.lines.clear()
    stage.start()
    stage.until("Sahayak is ready")
    assert [entry[1] for entry in client.xrange("stream") or []] == [{b"m": b"kept"}]
    assert Vault(stage.data).get(blob) == b"a paper"
    with sqlite3.connect(stage.data / "departments.sqlite3") as restored:
        assert restored.execute("select number from application").fetchall() == [("INC-1",)]
    assert Settings.load(stage.environ(), None).department_secret == settings.department_secret


def test_restore_makes_a_directory_that_was_not_there(settings: Settings, tmp_path: Path) -> None:
    blob = Vault(settings.data_dir).put(b"x")
    archive = backup.backup(settings, settings.data_dir / "backups" / "one.tar")
    with tarfile.open(archive) as listed:
        assert not [name for name in listed.getnames() if name.startswith("backups")]
    elsewhere = replace(settings, data_dir=tmp_path / "new" / "var")
    assert backup.restore(elsewhere, archive) is None
    assert Vault(elsewhere.data_dir).get(blob) == b"x"
    assert stat.S_IMODE((elsewhere.data_dir / "secrets" / "vault").stat().st_mode) == 0o600


def hostile(path: Path, name: str, kind: bytes = tarfile.REGTYPE, comment: str = backup.FORMAT) -> Path:
    with tarfile.open(path, "w", pax_headers={"comment": comment}) as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 1 if kind == tarfile.REGTYPE else 0
        archive.addfile(entry, io.BytesIO(b"x"))
    return path


@pytest.mark.parametrize(
    ("name", "kind", "comment"),
    [
        ("../outside", tarfile.REGTYPE, backup.FORMAT),
        ("secrets/vault", tarfile.SYMTYPE, backup.FORMAT),
        ("secrets/vault", tarfile.REGTYPE, "something else"),
    ],
)
def test_what_is_no_backup_is_refused_and_nothing_changes(
    settings: Settings, tmp_path: Path, name: str, kind: bytes, comment: str
) -> None:
    blob = Vault(settings.data_dir).put(b"x")
    with pytest.raises(StartError, match="is not a backup of Sahayak"):
        backup.restore(settings, hostile(tmp_path / "bad.tar", name, kind, comment))
    assert Vault(settings.data_dir).get(blob) == b"x"
    assert {path.name for path in tmp_path.iterdir()} == {"bad.tar", "var"}
    lock = DataLock(settings.data_dir)
    lock.take()
    lock.release()


def test_a_missing_file_is_one_sentence(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read"):
        backup.restore(settings, tmp_path / "absent.tar")


def test_servers_of_ones_own_are_mentioned(settings: Settings) -> None:
    assert backup.outside(settings) == []
    own = replace(settings, redis_url="redis://db/0", database_url="postgresql://db/x", key_store="pkcs11:token=x")
    assert len(backup.outside(own)) == 3
