"""Verdicts: every status, every age, and nothing hostile accepted."""

from __future__ import annotations

import dataclasses
import io
import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates import cose, qr, status_list, verify
from certificates import credential as credentials
from certificates.credential import Person
from certificates.errors import CredentialTooLarge, Malformed
from certificates.issue import Issued
from certificates.key_files import FileKeyStore
from certificates.keys import KeySet, jwks
from certificates.pdf import seal
from certificates.verify import Known, check_bytes, check_pdf, check_text
from tests.certificates.conftest import LATER, NOW, Make, known_with
from tests.certificates.mutants import hostile, pdf_mutants, unsigned


@pytest.mark.parametrize("status", ["revoked", "suspended", "superseded"])
def test_what_the_list_says_counts(income: Issued, store: FileKeyStore, status: str) -> None:
    known = known_with(store, {5: status, 4: "revoked"})
    assert check_text(income.qr_text, known, LATER).verdict == status
    assert check_pdf(income.pdf, known, LATER).verdict == status


def test_without_a_fresh_list_nobody_says_valid(income: Issued, store: FileKeyStore) -> None:
    none = Known(KeySet.of(store))
    assert check_text(income.qr_text, none, LATER) == verify.Verdict(
        "too_old_to_tell", "no_status_list", income.credential
    )
    known = known_with(store, {})
    old = check_text(income.qr_text, known, LATER + timedelta(days=2))
    assert (old.verdict, old.reason, old.list_age) == ("too_old_to_tell", "status_list_old", 172800)


def test_a_revoked_certificate_stays_revoked_in_an_old_list(income: Issued, store: FileKeyStore) -> None:
    known = known_with(store, {5: "revoked"})
    assert check_text(income.qr_text, known, LATER + timedelta(days=90)).verdict == "revoked"


def test_a_certificate_younger_than_the_list_is_not_missed_in_it(income: Issued, store: FileKeyStore) -> None:
    before = known_with(store, {}, at=NOW - timedelta(hours=1), size=5)
    assert check_text(income.qr_text, before, NOW).verdict == "valid"
    after = known_with(store, {}, at=LATER, size=5)
    verdict = check_text(income.qr_text, after, LATER)
    assert (verdict.verdict, verdict.reason) == ("unknown_issuer", "not_in_register")


def test_a_slow_clock_is_no_fault_of_the_certificate(income: Issued, known: Known) -> None:
    assert check_text(income.qr_text, known, NOW - timedelta(days=1)).reason == "clock"


def test_nothing_hostile_is_accepted(income: Issued, store: FileKeyStore) -> None:
    known = known_with(store, {})
    cases = hostile(income, store)
    verdicts = [check_bytes(case, known, LATER).verdict for case in cases]
    assert len(cases) > 2000 and verdicts[0] == "valid"
    assert "valid" not in verdicts[1:] and set(verdicts) <= set(verify.VERDICTS)


def test_the_signature_s_other_form_is_the_same_certificate(income: Issued, store: FileKeyStore) -> None:
    """ECDSA has two forms of every signature, so the bytes of a code do not identify a certificate: its `cti` does."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = income.cose[:-32] + (order - int.from_bytes(income.cose[-32:], "big")).to_bytes(32, "big")
    known = known_with(store, {5: "revoked"})
    first, second = (check_bytes(data, known, LATER) for data in (income.cose, other))
    assert other != income.cose and first == second and first.verdict == "revoked"
    assert second.credential is not None and second.credential.cti == income.credential.cti


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "hello",
        "https://x/verify#",
        "0123",
        "-1",
        "1e9",
        "१२३",
        "²",
        "9" * 5000,
        "9" * 2001,
        "1" * 1999,
        "#1#x",
    ],
)
def test_texts_that_are_no_code_are_altered(known: Known, text: str) -> None:
    assert check_text(text, known, LATER).verdict in ("altered",)


def test_the_address_of_a_code_is_not_believed(income: Issued, known: Known) -> None:
    digits = income.qr_text.partition("#")[2]
    assert check_text(f"https://verify.example/verify#{digits}", known, LATER).valid
    assert check_text(digits, known, LATER).valid


def test_a_credential_of_another_department_s_key_is_unknown(income: Issued, store: FileKeyStore) -> None:
    foreign = dataclasses.replace(income.credential, issuer="transport")
    data = cose.sign(credentials.payload(foreign), store.current("revenue", NOW))
    assert check_bytes(data, known_with(store, {}), LATER).reason == "not_its_key"


def test_compression_is_used_only_where_it_helps(store: FileKeyStore, income: Issued) -> None:
    key = store.current("revenue", NOW)
    assert income.cose[0] == 0xD2
    long = dataclasses.replace(income.credential, persons=(Person("Ab " * 60, "अब " * 60),))
    packed = credentials.sign(long, key)
    assert packed[0] == 0x78 and credentials.parse(credentials.unpack(packed).payload) == long
    drawn = random.Random(1)
    noise = ["".join(chr(drawn.randrange(0x905, 0x939)) for _ in range(60)) for _ in range(9)]
    too_long = dataclasses.replace(income.credential, persons=tuple(Person(name, "") for name in noise))
    with pytest.raises(CredentialTooLarge):
        credentials.sign(too_long, key)


class TestFiles:
    def test_no_tampered_file_is_accepted(self, income: Issued, known: Known) -> None:
        for case in pdf_mutants(income.pdf, random.Random(3), 60):
            assert check_pdf(case, known, LATER).verdict == "altered"

    def test_an_overlay_added_after_signing_is_refused(self, income: Issued, known: Known) -> None:
        writer = IncrementalPdfFileWriter(io.BytesIO(income.pdf))
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"].data.replace(b"f", b"F")
        page["/Rotate"] = type(page["/StructParents"])(0)
        writer.update_container(page)
        out = io.BytesIO()
        writer.write(out)
        assert len(out.getvalue()) > len(income.pdf)
        assert check_pdf(out.getvalue(), known, LATER).verdict == "altered"

    def test_a_file_sealed_by_a_stranger_is_unknown(self, income: Issued, known: Known, tmp_path: Path) -> None:
        stranger = FileKeyStore(tmp_path / "stranger").current("revenue", NOW)
        writer = IncrementalPdfFileWriter(io.BytesIO(unsigned(income.pdf)))
        forged = seal.sign(writer, stranger, NOW, "forged")  # type: ignore[arg-type]
        assert check_pdf(forged, known, LATER).verdict == "unknown_issuer"

    def test_a_genuine_credential_in_another_person_s_paper_is_refused(
        self, make: Make, income: Issued, store: FileKeyStore, known: Known, request_for: object
    ) -> None:
        from certificates import layout
        from certificates.fonts import load
        from certificates.issue import _content
        from certificates.pdf import document, sheet
        from certificates.values import Values
        from tests.certificates.conftest import URL
        from tests.certificates.conftest import load as catalogue

        request = request_for()  # type: ignore[operator]
        request = dataclasses.replace(request, values={**request.values, "applicant_name": "Meena Kumari"}, local={})
        certificate = request.service.certificate
        values = Values(request.service, catalogue(), request.values, {}, "hi")
        content = _content(
            request, certificate, layout.load("income"), values, income.credential, income.qr_text, URL, "k"
        )
        about = document.Description("t", "a", "s", "en", NOW)
        writer = document.build(sheet.draw(content, load), about, income.cose)
        pdf = seal.sign(writer, store.current("revenue", NOW), NOW, "insider")
        assert check_pdf(pdf, known, LATER).reason == "pdf_text"
        other = make(number="INC-2026-0000999", cti=bytes(12))
        writer = document.build(sheet.draw(content, load), about, other.cose)
        pdf = seal.sign(writer, store.current("revenue", NOW), NOW, "insider")
        assert check_pdf(pdf, known, LATER).reason == "pdf_qr"
        pdf = seal.sign(
            document.build(sheet.draw(content, load), about, income.cose), store.current("mcd", NOW), NOW, "x"
        )
        assert check_pdf(pdf, Known(KeySet.of(store), known.lists), LATER).reason == "pdf_signer"


class TestStatusList:
    def test_a_million_certificates_stay_small(self, store: FileKeyStore) -> None:
        drawn = random.Random(5).sample(range(1_000_000), 1000)
        data = status_list.make(
            "revenue-2026", 1_000_000, dict.fromkeys(drawn, "revoked"), store.current("revenue", NOW), NOW
        )
        assert len(data) < 4000
        read = status_list.read(data, KeySet.of(store))
        assert read.status(credentials.StatusRef(2026, drawn[0])) == "revoked"
        assert read.status(credentials.StatusRef(2026, 999_999)) in ("valid", "revoked")
        assert read.status(credentials.StatusRef(2026, 1_000_000)) is None

    def test_a_list_is_refused_from_any_but_its_department(self, store: FileKeyStore) -> None:
        data = status_list.make("transport-2026", 10, {}, store.current("revenue", NOW), NOW)
        with pytest.raises(Malformed):
            status_list.read(data, KeySet.of(store))

    def test_every_flipped_bit_is_refused(self, store: FileKeyStore) -> None:
        keys = KeySet.of(store)
        data = status_list.make("revenue-2026", 10, {}, store.current("revenue", NOW), NOW)
        for at in range(len(data)):
            with pytest.raises(Malformed):
                status_list.read(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :], keys)

    def test_an_index_outside_is_a_fault_of_the_caller(self, store: FileKeyStore) -> None:
        with pytest.raises(ValueError, match="outside"):
            status_list.make("revenue-2026", 10, {10: "revoked"}, store.current("revenue", NOW), NOW)


def test_the_command_says_the_verdict(
    income: Issued, store: FileKeyStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, list_, paper, code = (tmp_path / name for name in ("jwks.json", "list.cose", "paper.pdf", "code.cose"))
    keys.write_text(json.dumps(jwks(store)))
    list_.write_bytes(status_list.make("revenue-2026", 100, {}, store.current("revenue", NOW), LATER))
    paper.write_bytes(income.pdf)
    code.write_bytes(income.cose)
    for what in (str(paper), str(code), income.qr_text):
        assert verify.main(["--keys", str(keys), "--status", str(list_), what], LATER) == 0
        assert capsys.readouterr().out.startswith("valid: signature_and_status")
    assert verify.main(["--keys", str(keys), income.qr_text], LATER) == 1
    assert verify.main(["--keys", str(tmp_path / "none"), "1"], LATER) == 2


def test_qr_text_round_trip_and_size() -> None:
    for size in (1, 255, 300, 600):
        data = bytes(random.Random(size).randrange(256) for _ in range(size))
        text = qr.text(data, "https://sahayak.delhi.gov.in/")
        assert qr.read(text) == data
        symbol = qr.symbol(text)
        assert symbol.side >= 50 and symbol.module >= 0.55 - 1e-9
    with pytest.raises(CredentialTooLarge):
        qr.symbol("https://x/verify#" + "1" * 5000)
