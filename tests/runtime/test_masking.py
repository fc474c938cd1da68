"""Masking: the numbers and addresses that must not be kept, in all the ways in which people write them."""

from __future__ import annotations

import pytest

from runtime.masking import mask, verhoeff

AADHAAR = "234123412346"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("234123412346", "XXXX XXXX 2346"),
        ("2341 2341 2346", "XXXX XXXX 2346"),
        ("2341-2341-2346", "XXXX XXXX 2346"),
        ("2341.2341.2346", "XXXX XXXX 2346"),
        ("2341/2341/2346", "XXXX XXXX 2346"),
        ("2341_2341_2346", "XXXX XXXX 2346"),
        ("23 41 23 41 23 46", "XXXX XXXX 2346"),
        ("2 3 4 1 2 3 4 1 2 3 4 6", "XXXX XXXX 2346"),
        ("मेरा आधार २३४१ २३४१ २३४६ है", "मेरा आधार XXXX XXXX 2346 है"),
        ("ਮੇਰਾ ਆਧਾਰ ੨੩੪੧੨੩੪੧੨੩੪੬", "ਮੇਰਾ ਆਧਾਰ XXXX XXXX 2346"),
        ("آدھار ۲۳۴۱-۲۳۴۱-۲۳۴۶", "آدھار XXXX XXXX 2346"),
        ("2341\u200b2341\u00a02346", "XXXX XXXX 2346"),
        ("2341‑2341–2346", "XXXX XXXX 2346"),
        ("house 12, 2341 2341 2346", "house 12, XXXX XXXX 2346"),
        ("house 12 2341 2341 2346 110032", "house 12 XXXX XXXX 2346 110032"),
        ("2341 2341 2346, 9876543210", "XXXX XXXX 2346, XXXXXXXX10"),
        ("aadhaar234123412346", "aadhaarXXXX XXXX 2346"),
    ],
)
def test_aadhaar_numbers(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "9876543210",
        "98765 43210",
        "+919876543210",
        "+91 98765-43210",
        "09876543210",
        "919876543210",
        "९८७६५४३२१०",
        "۹۸۷۶۵ ۴۳۲۱۰",
    ],
)
def test_mobile_numbers(text: str) -> None:
    masked = mask(f"call {text} now")
    assert masked.lstrip("cal +").startswith("XXXXXXXX10")
    assert masked.endswith(" now")


def test_mail_addresses() -> None:
    assert mask("write to sunita.devi+1@mail.example.in, or सुनीता@डाक.भारत") == "write to ***@***, or ***@***"


@pytest.mark.parametrize(
    "text",
    [
        "2341 2341 2347",
        "134123412346",
        "1234 5678 9012 3456",
        "23412341234623412341",
        "INC/2026/000123456",
        "2026-11-22T18:10:00",
        "110032",
        "₹ 1,20,000",
        "f3a9876543210bcdef0123456789abcd",
        "sunita @ home",
    ],
)
def test_what_is_none_of_these_stays(text: str) -> None:
    assert mask(text) == text


def test_masking_twice_changes_nothing() -> None:
    once = mask("२३४१ २३४१ २३४६ / +91 98765 43210 / a@b.in")
    assert mask(once) == once


def test_verhoeff_finds_every_single_error_and_every_swap() -> None:
    assert verhoeff(AADHAAR)
    for position, digit in enumerate(AADHAAR):
        for other in "0123456789":
            if other != digit:
                assert not verhoeff(AADHAAR[:position] + other + AADHAAR[position + 1 :])
    for position in range(11):
        a, b = AADHAAR[position], AADHAAR[position + 1]
        if a != b:
            assert not verhoeff(AADHAAR[:position] + b + a + AADHAAR[position + 2 :])
