from __future__ import annotations

from datetime import date

import pytest

from nlu.text.data import rows
from nlu.text.dates import find_dates

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15/8/1990", "1990-08-15"),
        ("15-08-90", "1990-08-15"),
        ("1990-08-15", "1990-08-15"),
        ("15 अगस्त १९९०", "1990-08-15"),
        ("15 aug 1990", "1990-08-15"),
        ("١٥ اگست ۱۹۹۰", "1990-08-15"),
        ("3rd march 2001", "2001-03-03"),
        ("15.8.1990", "1990-08-15"),
        ("15081990", "1990-08-15"),
        ("aug 15, 1990", "1990-08-15"),
        ("15 8 1990", "1990-08-15"),
        ("15Aug1990", "1990-08-15"),
        ("15-Aug-90", "1990-08-15"),
        ("१५/०८/१९९०", "1990-08-15"),
        ("੧੫/੮/੧੯੯੦", "1990-08-15"),
        ("15 ਅਗਸਤ 1990", "1990-08-15"),
        ("pichhle saal ki 3 march", "2025-03-03"),
        ("पिछले साल की 3 मार्च", "2025-03-03"),
        ("aaj", "2026-11-22"),
        ("آج", "2026-11-22"),
        ("kal hua tha", "2026-11-21"),
        ("kal aunga", "2026-11-23"),
        ("3 din pehle", "2026-11-19"),
        ("do saal pehle", "2024-11-22"),
        ("15 august ko 1990 mein", "1990-08-15"),
        ("29/2/2024", "2024-02-29"),
        ("yesterday", "2026-11-21"),
        ("1 jan 25", "2025-01-01"),
        ("5th of May, 1999", "1999-05-05"),
        ("15 tarikh august 1990", "1990-08-15"),
        ("5 mahine baad", "2027-04-22"),
        ("pandrah august unnis sau nabbe", "1990-08-15"),
        ("पंद्रह अगस्त दो हज़ार पाँच", "2005-08-15"),
        ("ਪੰਦਰਾਂ ਅਗਸਤ ਦੋ ਹਜ਼ਾਰ ਪੰਜ", "2005-08-15"),
        ("پندرہ اگست دو ہزار پانچ", "2005-08-15"),
        ("three march nineteen ninety five", "1995-03-03"),
        ("paanch may", "2026-05-05"),
    ],
)
def test_a_date(text: str, day: str) -> None:
    assert [str(found.value) for found in find_dates(text, TODAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2001",
        "29/2/2023",
        "12/13/2001",
        "2001",
        "kal",
        "0/5/1990",
        "15/8/1500",
        "9876543210",
        "ab kal ka",
        "mai 5 saal se",
        "110 032",
    ],
)
def test_no_date(text: str) -> None:
    assert find_dates(text, TODAY) == []


def test_open_words_go_the_way_they_are_told() -> None:
    assert [found.value for found in find_dates("kal", TODAY, past=True)] == [date(2026, 11, 21)]
    assert [found.value for found in find_dates("कल", TODAY, past=False)] == [date(2026, 11, 23)]
    assert [found.value for found in find_dates("پرسوں", TODAY, past=False)] == [date(2026, 11, 24)]


def test_a_day_without_year_is_the_last_one_or_the_next() -> None:
    assert [found.value for found in find_dates("25 december", TODAY, past=True)] == [date(2025, 12, 25)]
    assert [found.value for found in find_dates("25 december", TODAY, past=False)] == [date(2026, 12, 25)]
    assert [found.value for found in find_dates("29 feb", TODAY, past=True)] == [date(2024, 2, 29)]


def test_two_digit_years_of_the_past_never_lie_ahead() -> None:
    assert [found.value.year for found in find_dates("1/1/30", TODAY, past=True)] == [1930]
    assert [found.value.year for found in find_dates("1/1/30", TODAY)] == [2030]
    assert [found.value.year for found in find_dates("30/12/26", TODAY, past=True)] == [1926]


def test_several_dates_with_their_places() -> None:
    text = "born 5 may 1999, married ६ जून २००१"
    found = find_dates(text, TODAY)
    assert [text[item.start : item.end] for item in found] == ["5 may 1999", "६ जून २००१"]


@pytest.mark.parametrize("cells", rows("months"), ids=lambda cells: cells[0])
def test_every_month_name_is_read(cells: list[str]) -> None:
    for name in cells[1].split():
        assert [found.value for found in find_dates(f"7 {name} 1990", TODAY)] == [date(1990, int(cells[0]), 7)], name
