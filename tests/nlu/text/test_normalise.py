from __future__ import annotations

import pytest

from nlu.text.normalise import normalise

SAME = [
    ("क़लम", "क\u093cलम"),
    ("ज़मीन", "\u095bमीन"),
    ("हूँ", "हूं"),
    ("क्\u200dया", "क्या"),
    ("ਪੱਤਰ", "ਪਤਰ"),
    ("ਪੰਜਾਬ", "ਪਂਜਾਬ"),
    ("ਸ਼ਹਿਰ", "\u0a36ਹਿਰ"),
    ("علي", "علی"),
    ("كتاب", "کتاب"),
    ("هے", "ہے"),
    ("مُحَمَّد", "محمد"),
    ("آدھار", "ا\u0653دھار"),
    ("१२३", "123"),
    ("੧੨੩", "123"),
    ("۱۲۳", "123"),
    ("١٢٣", "123"),
    ("ｆｏｒｍ", "form"),
    ("𝐟𝐨𝐫𝐦", "form"),
    ("sooooo", "soo"),
    ("हाााा", "हा"),
    ("\u202eनाम\u202c", "नाम"),
    ("na\u00a0am", "na am"),
    ("अाय", "आय"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_that_mean_the_same_have_one_normal_form(one: str, other: str) -> None:
    assert normalise(one).text == normalise(other).text


@pytest.mark.parametrize("text", ["सुनीता", "ਗੁਰਪ੍ਰੀਤ", "شناختی", "O'Neil", "INC-2026-000123"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert normalise(text).text == text


def test_emoji_controls_and_half_surrogates_leave_a_gap() -> None:
    assert normalise("haan👍ji").text == "haan ji"
    assert normalise("a\x00b").text == "a b"
    assert normalise("a\ud83db").text == "a b"


def test_spans_lead_back_over_what_was_dropped_and_composed() -> None:
    text = "\u202eمُحَمَّد ज\u093cमीन"
    normal = normalise(text)
    start = normal.text.index("ज")
    first, last = normal.span(start, len(normal.text))
    assert text[first:last] == "ज\u093cमीन"
    first, last = normal.span(0, normal.text.index(" "))
    assert text[first : last + 1].strip().startswith("م")


def test_squeezing_is_left_out_where_spelling_is_exact() -> None:
    assert normalise("aaab@x.in", squeeze=False).text == "aaab@x.in"
