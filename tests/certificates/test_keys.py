"""Keys: made once, private, rotated, withdrawn; files and tokens behave the same."""

from __future__ import annotations

import json
import stat
import threading
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates import jwk, keys
from certificates.errors import KeyStoreError
from certificates.issue import Issued
from certificates.key_files import FileKeyStore
from certificates.keys import KeySet, KeyStore, jwks
from certificates.verify import Known, check_text
from tests.certificates.conftest import LATER, NOW


def holds(store: KeyStore) -> None:
    """What every key store must do."""
    first = store.current("revenue", NOW)
    assert store.current("revenue", NOW).kid == first.kid
    assert store.current("transport", NOW).kid != first.kid
    assert store.current("revenue", NOW + timedelta(days=60)).kid != first.kid
    signature = first.sign(b"message")
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    record = KeySet.of(store).find(first.kid)
    assert record is not None and record.department == "revenue" and record.year == 2026
    record.public.verify(encode_dss_signature(r, s), b"message", ec.ECDSA(hashes.SHA256()))
    second = store.rotate("revenue", LATER)
    assert second.kid != first.kid and store.current("revenue", LATER).kid == second.kid
    store.withdraw(second.kid, LATER)
    assert store.current("revenue", LATER).kid not in (first.kid, second.kid)
    record = KeySet.of(store).find(second.kid)
    assert record is not None and not record.counts_at(int(LATER.timestamp()))
    assert record.counts_at(int(LATER.timestamp()) - 1)
    with pytest.raises(KeyStoreError):
        store.withdraw(b"12345678", NOW)
    with pytest.raises(KeyStoreError):
        store.current("../revenue", NOW)
    assert KeySet.from_jwks(json.loads(json.dumps(jwks(store)))).keys.keys() == KeySet.of(store).keys.keys()


def test_files_hold(keys_folder: FileKeyStore) -> None:
    holds(keys_folder)


def test_private_keys_are_readable_by_their_owner_alone(keys_folder: FileKeyStore) -> None:
    keys_folder.current("revenue", NOW)
    files = list(keys_folder.folder.glob("*.pem"))
    assert files and all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert stat.S_IMODE(keys_folder.folder.stat().st_mode) == 0o700
    assert not any(name in json.dumps(jwks(keys_folder)) for name in ('"d"', "PRIVATE"))


def test_file_keys_sign_deterministically(keys_folder: FileKeyStore) -> None:
    key = keys_folder.current("revenue", NOW)
    again = FileKeyStore(keys_folder.folder).current("revenue", NOW)
    assert key.sign(b"x") == again.sign(b"x") and key.certificate == again.certificate


def test_two_processes_make_one_key(keys_folder: FileKeyStore) -> None:
    made: list[bytes] = []
    stores = [FileKeyStore(keys_folder.folder) for _ in range(8)]
    threads = [threading.Thread(target=lambda s=s: made.append(s.current("revenue", NOW).kid)) for s in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len(set(made)) == 1


def test_a_key_file_that_was_exchanged_is_refused(keys_folder: FileKeyStore) -> None:
    kid = keys_folder.current("revenue", NOW).kid
    other = keys_folder.current("transport", NOW).kid
    (keys_folder.folder / f"{kid.hex()}.pem").write_bytes((keys_folder.folder / f"{other.hex()}.pem").read_bytes())
    with pytest.raises(KeyStoreError):
        FileKeyStore(keys_folder.folder).current("revenue", NOW)


def test_what_a_withdrawn_key_signed_before_still_counts(
    income: Issued, known: Known, keys_folder: FileKeyStore
) -> None:
    record = known.keys.keys[jwk.unb64(income.kid)]
    for moment, verdict in ((NOW + timedelta(seconds=1), "valid"), (NOW, "unknown_issuer")):
        import dataclasses

        changed = dataclasses.replace(record, withdrawn_from=int(moment.timestamp()))
        held = Known(KeySet({record.kid: changed}), known.lists)
        assert check_text(income.qr_text, held, LATER).verdict == verdict


def test_a_key_under_a_false_name_makes_the_set_unusable(keys_folder: FileKeyStore) -> None:
    keys_folder.current("revenue", NOW)
    document = jwks(keys_folder)
    document["keys"][0]["kid"] = "AAAAAAAAAAA"
    with pytest.raises(KeyStoreError):
        KeySet.from_jwks(document)


def test_the_keeper_s_commands(keys_folder: FileKeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(keys_folder.folder)
    assert keys.main(["rotate", folder, "revenue"], NOW) == 0
    kid = capsys.readouterr().out.split()[0]
    assert keys.main(["withdraw", folder, kid, "--from", "2026-11-22T18:00"], NOW) == 0
    assert keys.main(["list", folder], NOW) == 0
    entry = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert entry["kid"] == kid and entry["withdrawn_from"] == 1795350600
    assert keys.main(["withdraw", folder, "AAAAAAAAAAA"], NOW) == 1
