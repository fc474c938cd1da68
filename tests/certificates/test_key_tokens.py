"""The same key store on a PKCS#11 token (SoftHSM), and a certificate signed by it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.model import Catalogue
from certificates import keys
from certificates.errors import KeyStoreError
from certificates.issue import IssueRequest, issue
from certificates.verify import check_pdf, check_text
from tests.certificates.conftest import LATER, URL, known_with
from tests.certificates.test_keys import holds

MODULES = [Path("/usr/lib/softhsm/libsofthsm2.so"), *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so")]
MODULE = next((path for path in MODULES if path.exists()), None)
pytestmark = pytest.mark.skipif(
    MODULE is None or not shutil.which("softhsm2-util"), reason="SoftHSM is not installed here"
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a fresh token. The library reads its configuration once a process."""
    pytest.importorskip("pkcs11")
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    (folder / "pin").write_text("1234\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(config))
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", "sahayak", "--pin", "1234", "--so-pin", "12345678"],
            check=True,
            capture_output=True,
        )
        address = f"pkcs11:token=sahayak?module-path={MODULE}&pin-source={folder / 'pin'}"
        keys.open_store(f"{address}&x-history={folder / 'first'}")
    return address


def test_tokens_hold(token: str, tmp_path: Path) -> None:
    holds(keys.open_store(f"{token}&x-history={tmp_path}"))
    assert not list(tmp_path.glob("*.pem"))


def test_a_certificate_signed_by_a_token(
    token: str, tmp_path: Path, request_for: Callable[..., IssueRequest], catalogue: Catalogue
) -> None:
    address = f"{token}&x-history={tmp_path}"
    store = keys.open_store(address)
    issued = issue(request_for(), store, catalogue, URL)
    known = known_with(store, {})  # type: ignore[arg-type]
    assert check_pdf(issued.pdf, known, LATER).verdict == "valid"
    assert issue(request_for(), store, catalogue, URL).pdf != issued.pdf
    assert check_text(issue(request_for(), keys.open_store(address), catalogue, URL).qr_text, known, LATER).valid


def test_a_wrong_address_is_one_sentence(token: str, tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="module-path"):
        keys.open_store(f"pkcs11:token=sahayak?pin-source={__file__}&x-history={tmp_path}")
    with pytest.raises(KeyStoreError, match="cannot be opened"):
        keys.open_store(f"pkcs11:token=nobody?module-path={MODULE}&pin-source={__file__}&x-history={tmp_path}")
