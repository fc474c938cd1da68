from __future__ import annotations

import pytest

from nlu.text.identifiers import (
    find_aadhaar,
    find_all,
    find_application_numbers,
    find_emails,
    find_phones,
    find_pincodes,
    verhoeff,
)


def test_verhoeff_against_published_examples() -> None:
    # 236 has check digit 3 (Verhoeff 1969, the example used in most descriptions).
    assert verhoeff("2363") and not any(verhoeff(f"236{digit}") for digit in "012456789")
    assert not verhoeff("")


def test_verhoeff_catches_every_wrong_digit_and_every_swap_of_neighbours() -> None:
    number = "234123412346"
    assert verhoeff(number)
    for index, right in enumerate(number):
        assert not any(
            verhoeff(number[:index] + wrong + number[index + 1 :]) for wrong in "0123456789" if wrong != right
        )
    for index in range(len(number) - 1):
        if number[index] != number[index + 1]:
            assert not verhoeff(number[:index] + number[index + 1] + number[index] + number[index + 2 :])


@pytest.mark.parametrize("text", ["234123412346", "2341 2341 2346", "2341-2341-2346", "२३४१ २३४१ २३४६", "۲۳۴۱۲۳۴۱۲۳۴۶"])
def test_aadhaar_in_any_writing(text: str) -> None:
    assert [found.value for found in find_aadhaar(f"mera aadhaar {text} hai")] == ["234123412346"]


@pytest.mark.parametrize("text", ["2341 2341 2345", "1341 2341 2346", "2341 2341 2346 1", "23412341234"])
def test_no_aadhaar(text: str) -> None:
    assert find_aadhaar(text) == []


@pytest.mark.parametrize(
    "text",
    ["9876543210", "98765 43210", "+91 98765-43210", "+919876543210", "09876543210", "९८७६५४३२१०", "987-654-3210"],
)
def test_phone(text: str) -> None:
    found = find_phones(f"number {text}.")
    assert [item.value for item in found] == ["9876543210"]


@pytest.mark.parametrize("text", ["5876543210", "987654321", "98765432101", "2341 2341 2346"])
def test_no_phone(text: str) -> None:
    assert find_phones(text) == []


def test_pincode() -> None:
    assert [found.value for found in find_pincodes("Shahdara, Delhi-110032")] == ["110032"]
    assert [found.value for found in find_pincodes("Delhi 110 032, ११००९४")] == ["110032", "110094"]
    assert find_pincodes("010032 1100321 110032.50 9876543210") == []


def test_email() -> None:
    assert [found.value for found in find_emails("Mail Sunita.Devi+x@Example.co.IN, ok")] == [
        "sunita.devi+x@example.co.in"
    ]
    assert find_emails("a@b @c.in x@.in") == []


def test_application_numbers() -> None:
    assert [found.value for found in find_application_numbers("inc2026000123 / INC-2026-000123")] == [
        "INC-2026-000123"
    ] * 2
    assert [found.value for found in find_application_numbers("90500000123456")] == ["90500000123456"]
    assert [found.value for found in find_application_numbers("my number is 9050000012345")] == ["9050000012345"]
    assert [found.value for found in find_application_numbers("it is 2026 12345678, no 2026000123")] == ["2026000123"]
    assert find_application_numbers("234123412346") == []
    assert find_application_numbers("9876543210") == []


def test_each_stretch_is_one_thing() -> None:
    text = "aadhaar 2341 2341 2346, phone 9876543210 pin 110032, INC-2026-000123, a@b.in"
    assert [(found.value.kind, text[found.start : found.end]) for found in find_all(text)] == [
        ("aadhaar", "2341 2341 2346"),
        ("phone", "9876543210"),
        ("pincode", "110032"),
        ("application_number", "INC-2026-000123"),
        ("email", "a@b.in"),
    ]
