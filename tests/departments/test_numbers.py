"""Numbers that people type badly."""

from __future__ import annotations

import itertools
import random

import pytest

from catalogue.loader import load
from departments import numbers


@pytest.fixture
def number() -> str:
    return numbers.make("revenue", 2026, random.Random(7).randrange)


def test_form(number):
    assert numbers.PATTERN.match(number) and numbers.valid(number)
    certificate = numbers.make("revenue", 2026, random.Random(7).randrange, certificate=True)
    assert certificate.startswith("REVC-2026-") and numbers.valid(certificate)
    assert not numbers.valid(number.replace("REV", "REVC")), "the letters are part of the check"


def test_every_wrong_digit_and_every_swap_is_found():
    draw = random.Random(1)
    for _ in range(200):
        number = numbers.make("transport", 2026, draw.randrange)
        places = [i for i, c in enumerate(number) if c.isdigit()]
        for place in places:
            for digit in "0123456789":
                wrong = number[:place] + digit + number[place + 1 :]
                assert numbers.valid(wrong) == (wrong == number)
        for a, b in itertools.pairwise(places):
            if b == a + 1 and number[a] != number[b]:
                swapped = number[:a] + number[b] + number[a] + number[b + 1 :]
                assert not numbers.valid(swapped), (number, swapped)


@pytest.mark.parametrize(
    "typed",
    [
        "rev-2026-482159379",
        "REV2026482159379",
        " rev 2026 4821 59379 ",
        "REV–2026–482159379",
        "REV/2026/48215-9379",
        "REV-2O26-482I59379",
        "REV-२०२६-४८२१५९३७९",
        "REV-੨੦੨੬-੪੮੨੧੫੯੩੭੯",
        "REV-۲۰۲۶-۴۸۲۱۵۹۳۷۹",
        "ＲＥＶ２０２６４８２１５９３７９",
    ],
)
def test_read_as_typed(typed):
    assert numbers.read(typed) == "REV-2026-482159379"
    assert numbers.valid("REV-2026-482159379")


@pytest.mark.parametrize("typed", ["", "REV", "9050000123456", "RE-2026-482159379", "REV-2026-4821593799", "a" * 5000])
def test_not_a_number(typed):
    assert numbers.read(typed) is None


def test_letters_differ_for_all_departments():
    letters = [numbers.letters_of(name) for name in load().departments]
    assert len(set(letters)) == len(letters) and all(len(three) == 3 for three in letters)
    assert not {f"{three}C" for three in letters} & set(letters)
