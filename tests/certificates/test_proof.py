"""A proof of one fact: says what the certificate shows, to whom, for how long, and nothing else."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from certificates import layout, proof, qr
from certificates.credential import Person
from certificates.errors import LayoutError, NotProvable
from certificates.issue import Issued
from certificates.key_files import FileKeyStore
from certificates.proof import Statement, derive, holds
from certificates.verify import Known, check_bytes, check_pdf, check_text
from tests.certificates.conftest import LATER, NOW, Make, known_with
from tests.certificates.mutants import hostile_proofs, with_proof_inside

BELOW = Statement("income_below", 250000)


def made(issued: Issued, store: FileKeyStore, statement: Statement = BELOW, whom: str = "Delhi Bank") -> bytes:
    fact = derive(issued.credential, statement, whom, LATER, bytes(12))
    return proof.sign(fact, store.current("revenue", NOW))


def test_it_holds_for_a_quarter_of_an_hour_and_without_a_list(income: Issued, store: FileKeyStore) -> None:
    known = Known(known_with(store, {}).keys)
    text = qr.text(made(income, store), "https://sahayak.delhi.gov.in")
    good = check_text(text, known, LATER + timedelta(seconds=899))
    assert good.valid and good.proof is not None and good.credential is None
    assert (good.proof.audience, good.proof.statement, good.proof.local) == ("Delhi Bank", BELOW, "सुनीता देवी")
    assert check_text(text, known, LATER + timedelta(seconds=900)).reason == "proof_over"
    assert check_text(text, known, LATER - timedelta(hours=1)).reason == "clock"


def test_neither_value_nor_number_nor_birth_is_in_it(income: Issued, store: FileKeyStore) -> None:
    data = made(income, store)
    for secret in (b"INC-2026-0000123", b"Ram Lal", (123456).to_bytes(4, "big"), (19900504).to_bytes(4, "big")):
        assert secret not in data
    assert len(data) <= 260


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        (Statement("income_below", 123457), True),
        (Statement("income_below", 123456), False),
        (Statement("age_at_least", 36), True),
        (Statement("age_at_least", 37), False),
        (Statement("resident_at_least", 1), False),
        (Statement("caste", 1), False),
    ],
)
def test_only_what_the_certificate_shows_is_proved(income: Issued, statement: Statement, shown: bool) -> None:
    assert holds(income.credential, statement, LATER) is shown
    if not shown:
        with pytest.raises(NotProvable) as caught:
            derive(income.credential, statement, "Delhi Bank", LATER, bytes(12))
        assert caught.value.code == "does_not_hold"


def test_years_are_counted_by_birthdays(make: Make) -> None:
    home = make("domicile_certificate", "pa").credential
    assert holds(home, Statement("resident_at_least", 22), LATER)
    assert not holds(home, Statement("resident_at_least", 23), LATER)
    born = dataclasses.replace(home, persons=(Person("Aarav", "", born=20081123),))
    assert not holds(born, Statement("age_at_least", 18), NOW)
    assert holds(born, Statement("age_at_least", 18), NOW + timedelta(days=1))
    year_alone = dataclasses.replace(home, persons=(Person("Aarav", "", born=1950),))
    assert not holds(year_alone, Statement("age_at_least", 18), NOW)


def test_a_couple_s_certificate_proves_nothing_of_one(make: Make) -> None:
    assert not holds(make("marriage_registration", "hi").credential, Statement("age_at_least", 18), LATER)


@pytest.mark.parametrize("whom", ["", "x", "B" * 81, "Bank\u202e of Delhi", "Bank\x00"])
def test_the_receiver_must_have_a_name_that_can_be_shown(income: Issued, whom: str) -> None:
    with pytest.raises(NotProvable) as caught:
        derive(income.credential, BELOW, whom, LATER, bytes(12))
    assert caught.value.code == "audience"


def test_an_expired_certificate_proves_nothing_and_its_last_minutes_bound_the_proof(income: Issued) -> None:
    ends = NOW.fromtimestamp(income.credential.expires_at, NOW.tzinfo)
    with pytest.raises(NotProvable):
        derive(income.credential, BELOW, "Delhi Bank", ends, bytes(12))
    last = derive(income.credential, BELOW, "Delhi Bank", ends - timedelta(minutes=5), bytes(12))
    assert last.expires_at == income.credential.expires_at


def test_nothing_hostile_is_accepted(income: Issued, store: FileKeyStore) -> None:
    known = known_with(store, {})
    verdicts = [check_bytes(case, known, LATER).verdict for case in hostile_proofs(income, store, LATER)]
    assert len(verdicts) > 1500 and verdicts[0] == "valid" and "valid" not in verdicts[1:]


def test_a_proof_in_the_place_of_a_file_s_credential_is_refused(
    income: Issued, store: FileKeyStore, known: Known
) -> None:
    forged = with_proof_inside(income, made(income, store), store)
    assert check_pdf(forged, known, LATER).reason == "pdf_attachment"


def test_layouts_say_which_facts_are_asked_for() -> None:
    assert BELOW in layout.load("income").proofs and layout.load("marriage").proofs == ()
    text = "persons: [{name: a}]\nrows: [{label: {en: a, hi: a, pa: a, ur: a}, field: a}]\nproofs: {%s}\n"
    for wrong in ("height: [1]", "income_below: 5", "income_below: [many]"):
        with pytest.raises(LayoutError):
            layout.read(text % wrong, "x")
