from __future__ import annotations

from decimal import Decimal

import pytest

from nlu.text.data import rows
from nlu.text.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2 lakh", 120000),
        ("50k", 50000),
        ("1,20,000", 120000),
        ("डेढ़ लाख", 150000),
        ("ਢਾਈ ਲੱਖ", 250000),
        ("سوا لاکھ", 125000),
        ("sava do lakh", 225000),
        ("saadhe teen hazar", 3500),
        ("sadhe char sau", 450),
        ("do lakh pachas hazar", 250000),
        ("two hundred and fifty", 250),
        ("twenty five", 25),
        ("forty-two", 42),
        ("twenty-five thousand", 25000),
        ("ek crore bees lakh", 12000000),
        ("पौने दो लाख", 175000),
        ("saade paanch", "5.5"),
        ("१२ लाख ५० हजार", 1250000),
        ("2lakh", 200000),
        ("sava sau", 125),
        ("teen hazar do sau", 3200),
        ("dedh sau", 150),
        ("ek lakh bees hazar paanch sau pachas", 120550),
        ("ਸਾਢੇ ਤਿੰਨ ਹਜ਼ਾਰ", 3500),
        ("ڈیڑھ لاکھ", 150000),
        ("do", 2),
        ("دو لاکھ پچاس ہزار", 250000),
        ("ਇੱਕ ਲੱਖ ਵੀਹ ਹਜ਼ਾਰ", 120000),
        ("सवा करोड़", 12500000),
        ("निन्यानवे", 99),
        ("3cr", 30000000),
        ("सौ", 100),
        ("hundred", 100),
        ("aadha lakh", 50000),
        ("one lakh crore", 10**12),
    ],
)
def test_one_number(text: str, value: int | str) -> None:
    found = find_numbers(text)
    assert [item.value for item in found] == [Decimal(value)]
    assert text[found[0].start : found[0].end] == text


def test_a_letter_is_a_scale_only_right_behind_its_number() -> None:
    assert [item.value for item in find_numbers("2.5 cr")] == [Decimal("2.5")]
    assert [item.value for item in find_numbers("12 k paas")] == [12]


@pytest.mark.parametrize("text", ["how do I apply", "so sad", "no no no", "kya karun", "ok", "but so what"])
def test_everyday_words_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == []


def test_an_everyday_word_counts_before_what_is_counted() -> None:
    assert [item.value for item in find_numbers("mere do bachche hain")] == [2]


def test_separate_numbers_stay_separate() -> None:
    assert [int(item.value) for item in find_numbers("ghar 12 gali 5, 3 kamre")] == [12, 5, 3]


@pytest.mark.parametrize("cells", [row for row in rows("numbers") if row[0].isdigit()], ids=lambda row: row[0])
def test_every_form_of_every_number_word_is_read_alone(cells: list[str]) -> None:
    for cell in cells[1:]:
        for form in cell.split():
            assert [item.value for item in find_numbers(form.rstrip("!"))] == [Decimal(cells[0])], form
