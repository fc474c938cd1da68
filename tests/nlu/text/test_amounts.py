from __future__ import annotations

import pytest

from nlu.text.amounts import Amount, find_amounts


@pytest.mark.parametrize(
    ("text", "rupees", "per"),
    [
        ("1.2 lakh", 120000, None),
        ("50k", 50000, None),
        ("₹1,20,000/-", 120000, None),
        ("डेढ़ लाख", 150000, None),
        ("ਢਾਈ ਲੱਖ", 250000, None),
        ("سوا لاکھ", 125000, None),
        ("20 hazar mahina", 20000, "month"),
        ("Rs. 500", 500, None),
        ("we earn about 1.2 lakh a year", 120000, "year"),
        ("saal me 2 lakh", 200000, "year"),
        ("5000/month", 5000, "month"),
        ("Rs 15,000 p.m.", 15000, "month"),
        ("2 lakh p.a.", 200000, "year"),
        ("mahine ke 15000 rupaye", 15000, "month"),
        ("aay 240000 rupye salana", 240000, "year"),
        ("2.4 lpa", 240000, "year"),
        ("सालाना आय दो लाख रुपये", 200000, "year"),
        ("ਮਹੀਨੇ ਦਾ ਦਸ ਹਜ਼ਾਰ", 10000, "month"),
        ("ماہانہ بیس ہزار روپے", 20000, "month"),
        ("120000", 120000, None),
        ("10 hazar rupaye har mahine", 10000, "month"),
        ("دو لاکھ روپے سالانہ", 200000, "year"),
    ],
)
def test_an_amount(text: str, rupees: int, per: str | None) -> None:
    assert [item.value for item in find_amounts(text)] == [Amount(rupees, per)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["mera pin 110032", "i was born in 1990", "call 9876543210 now", "2 bachche hain", "15 august"]
)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert find_amounts(text) == []


def test_bare_numbers_only_when_asked_for() -> None:
    assert find_amounts("mera number 240000 hai") == []
    assert [item.value.rupees for item in find_amounts("mera number 240000 hai", bare=True)] == [240000]


def test_the_span_takes_in_the_currency() -> None:
    text = "fees ₹ 1,500/- thi"
    found = find_amounts(text)[0]
    assert text[found.start : found.end] == "₹ 1,500/-"


def test_a_year_of_a_monthly_amount() -> None:
    assert Amount(10_000, "month").yearly == 120_000
    assert Amount(10_000).yearly == 10_000


@pytest.mark.parametrize(
    ("text", "rupees"),
    [
        ("income 60000 not 80000", [60000, 80000]),
        ("मेरी आय 96000 लिखो", [96000]),
        ("kamai 1,20,000", [120000]),
        ("income certificate of 2024 for 110032", []),
        ("aay praman patra, phone 9810012345", []),
    ],
)
def test_where_an_income_is_spoken_of_a_bare_number_is_one(text: str, rupees: list[int]) -> None:
    assert [found.value.rupees for found in find_amounts(text)] == rupees
