"""The vault: what goes in comes out, nothing is readable on disk, and damage is noticed."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest

from runtime.errors import BlobDamaged, BlobNotFound, SecretFileError
from runtime.vault import HEADER, Vault

PHOTO = b"\xff\xd8" + b"Sunita Devi " * 500


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "vault").rglob("*") if path.is_file()]


def test_what_was_put_comes_back_also_to_another_process(tmp_path: Path) -> None:
    blob = Vault(tmp_path).put(PHOTO)
    assert Vault(tmp_path).get(blob) == PHOTO
    assert Vault(tmp_path).get(Vault(tmp_path).put(b"")) == b""


def test_nothing_is_readable_on_disk(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put(PHOTO)
    vault.put(PHOTO)
    one, two = (path.read_bytes() for path in files(tmp_path))
    assert b"Sunita" not in one
    assert one[HEADER:] != two[HEADER:]
    assert stat.S_IMODE((tmp_path / "secrets" / "vault").stat().st_mode) == 0o600
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files(tmp_path))


def test_a_deleted_file_is_gone_and_may_be_deleted_again(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    blob = vault.put(PHOTO)
    vault.delete(blob)
    vault.delete(blob)
    assert files(tmp_path) == []
    with pytest.raises(BlobNotFound):
        vault.get(blob)


@pytest.mark.parametrize("blob", ["../secrets/vault", "", "g" * 32, "A" * 32, "0" * 31, "0" * 32 + "\n", "0" * 32])
def test_what_is_no_id_is_not_found(tmp_path: Path, blob: str) -> None:
    with pytest.raises(BlobNotFound):
        Vault(tmp_path).get(blob)


@pytest.mark.parametrize("position", [0, 4, 10, 40, HEADER + 2, -1])
def test_one_changed_bit_is_noticed(tmp_path: Path, position: int) -> None:
    vault = Vault(tmp_path)
    blob = vault.put(PHOTO)
    (path,) = files(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[position] ^= 1
    path.write_bytes(raw)
    with pytest.raises(BlobDamaged):
        vault.get(blob)


def test_files_cannot_be_exchanged_for_one_another(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    mine, other = vault.put(b"mine"), vault.put(b"other")
    paths = {path.name: path for path in files(tmp_path)}
    paths[mine].write_bytes(paths[other].read_bytes())
    with pytest.raises(BlobDamaged):
        vault.get(mine)


def test_rotation_wraps_everything_with_a_new_key(tmp_path: Path) -> None:
    vault, elsewhere = Vault(tmp_path), Vault(tmp_path)
    blobs = [vault.put(bytes([number])) for number in range(5)]
    before = {path.name: path.read_bytes() for path in files(tmp_path)}
    assert vault.rotate() == 5
    for path in files(tmp_path):
        assert path.read_bytes()[:HEADER] != before[path.name][:HEADER]
        assert path.read_bytes()[HEADER:] == before[path.name][HEADER:]
    assert [elsewhere.get(blob) for blob in blobs] == [bytes([number]) for number in range(5)]
    secret = (tmp_path / "secrets" / "vault").read_text().splitlines()
    (tmp_path / "secrets" / "vault").write_text(secret[-1] + "\n")
    assert Vault(tmp_path).get(blobs[0]) == b"\0"


def test_a_damaged_key_file_is_said(tmp_path: Path) -> None:
    Vault(tmp_path)
    (tmp_path / "secrets" / "vault").write_text("1:nonsense\n")
    with pytest.raises(SecretFileError, match="is damaged; restore it from a backup"):
        Vault(tmp_path)


def _store(folder: Path) -> str:
    return Vault(folder).put(b"at the same time")


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        blobs = pool.map(_store, [tmp_path] * 8)
    assert all(Vault(tmp_path).get(blob) == b"at the same time" for blob in blobs)
