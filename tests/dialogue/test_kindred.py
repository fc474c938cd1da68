"""Services that a few words point to, without naming them."""

from __future__ import annotations

import pytest

from dialogue.kindred import kindred

PENSIONS = {"old_age_pension", "disability_pension", "widow_pension"}
CASTES = {"caste_sc_st", "caste_obc"}
WEDDINGS = {"marriage_registration", "marriage_solemnisation"}


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("pension", PENSIONS),
        ("पेंशन", PENSIONS),
        ("ਪੈਨਸ਼ਨ", PENSIONS),
        ("caste", CASTES),
        ("जाति", CASTES),
        ("shaadi", WEDDINGS),
        ("شادی", WEDDINGS),
    ],
)
def test_a_word_of_their_names_leads_to_all_of_them(text: str, services: set[str]) -> None:
    assert set(kindred(text)) == services


@pytest.mark.parametrize("text", ["income certificate", "driving licence", "old age pension"])
def test_a_service_that_is_named_is_not_guessed(text: str) -> None:
    assert kindred(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "", "👍", "certificate", "प्रमाण पत्र", "ok", "haan ji", "Ram Lal", "Sunita Devi", "for me", "12/03/1985",
        "train ticket", "i want to apply for something in delhi", "رام لال",
    ],
)  # fmt: skip
def test_words_that_point_nowhere(text: str) -> None:
    assert kindred(text) == ()


def test_one_word_among_others_is_too_little() -> None:
    assert kindred("income tax") == () and kindred("delhi metro card") == ()
