"""Whatever a person sends: no finder fails, every offset lies inside their own text, and time stays bounded."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.text import amounts, dates, identifiers, language, names, numbers, tokens, yesno
from nlu.text.matching import Matcher
from nlu.text.neutral import neutral
from nlu.text.normalise import normalise
from nlu.text.pivot import pivot
from nlu.text.scripts import script_of, share

TODAY = date(2026, 11, 22)
MATCHER = Matcher({"income": ["income certificate", "आय प्रमाण पत्र"], "shahdara": ["Shahdara", "شاہدرہ"], "do": ["दो"]})
PIECES = st.sampled_from(
    [
        "मेरा नाम सुनीता है",
        "डेढ़ लाख",
        "ਢਾਈ ਲੱਖ",
        "سوا لاکھ",
        "١٥ اگست ۱۹۹۰",
        "15/8/1990",
        "kal",
        "2 din pehle",
        "50k",
        "₹1,20,000/-",
        "98765 43210",
        "2341 2341 2346",
        "a@b.in",
        "haan ji",
        "नहीं",
        "income certifcate",
        "hindi me bolo",
        "👍🏽",
        "\u202e",
        "\u200d",
        "\ud83d",
        "\udc4d",
        "\x00",
        "क\u093c",
        "ا\u0653",
        "े",
        "ਂ",
        " ",
        "\n",
        "aaaaaa",
        "ااااا",
        "1" * 40,
        ",",
        ".",
        "-",
        "/",
        "ŉ",
        "ﬁ",
        "İ",
        "㍻",
        "½",
        "𝐇𝐢",
        "ﷺ",
        "e\u0301\u0302\u0303",
    ]
)
ANY = st.one_of(
    st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=9).map(" ".join)
)


def spans(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for finder in (numbers.find_numbers, amounts.find_amounts, identifiers.find_all, tokens.tokens, MATCHER.find):
        found += [(item.start, item.end) for item in finder(text)]
    found += [(item.start, item.end) for past in (True, False, None) for item in dates.find_dates(text, TODAY, past)]
    return found


@given(ANY)
@settings(max_examples=400, deadline=None)
def test_every_offset_lies_inside_the_persons_text(text: str) -> None:
    for start, end in spans(text):
        assert 0 <= start < end <= len(text)
    name = names.strip_frame(text)
    assert 0 <= name.start <= name.end <= len(text)


@given(ANY)
@settings(max_examples=400, deadline=None)
def test_the_normal_form_is_stable_and_leads_back(text: str) -> None:
    for squeeze in (True, False):
        normal = normalise(text, squeeze)
        assert len(normal.text) == len(normal.offsets) == len(normal.ends)
        assert list(normal.offsets) == sorted(normal.offsets)
        assert all(0 <= a < b <= len(text) for a, b in zip(normal.offsets, normal.ends, strict=True))
        assert not any("\ud800" <= char <= "\udfff" or "\u202a" <= char <= "\u202e" for char in normal.text)
        assert normalise(normal.text, squeeze).text == normal.text


@given(ANY)
@settings(max_examples=200, deadline=None)
def test_tokens_lie_in_order_and_carry_the_persons_spelling(text: str) -> None:
    found = tokens.tokens(text)
    assert all(token.text == text[token.start : token.end] and token.lemma for token in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(ANY)
@settings(max_examples=200, deadline=None)
def test_judgements_never_fail(text: str) -> None:
    assert yesno.yes_no(text) in (True, False, None)
    assert language.requested(text) in ("en", "hi", "pa", "ur", None)
    for previous in (None, "hi", "ur", "nonsense"):
        found = language.identify(text, previous)
        assert found.code in ("en", "hi", "pa", "ur") and 0 <= found.confidence <= 1
    assert sum(share(text).values()) == pytest.approx(1) if share(text) else script_of(text) == "Zyyy"
    names.is_name(text)
    pivot(text)
    for script in ("Latn", "Deva", "Guru", "Arab"):
        names.transliterate(text, script)


@given(ANY)
@settings(max_examples=200, deadline=None)
def test_a_neutral_value_has_no_controls_and_cannot_turn_the_line(text: str) -> None:
    shown = neutral(text)
    assert shown == neutral(shown)
    assert not set(shown) & set("*_~`\n\r\t\x00\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    shown.encode("utf-8")


LONG = {
    "one letter": "a" * 10_000,
    "spaces": "1" + " " * 9_999,
    "digits": "9" * 10_000,
    "spaced digits": "9 " * 5_000,
    "dates": "15/8/1990 " * 1_000,
    "months": "15 mar " * 1_400,
    "scales": "lakh " * 2_000,
    "fractions": "साढ़े " * 1_600,
    "ands": "1 hundred and " * 700,
    "marks": "क" + "\u0301\u093c" * 5_000,
    "surrogates": "\ud83d" * 10_000,
    "overrides": "\u202e\u202d" * 5_000,
    "directions": "नाम نام name " * 700,
    "mails": "a." * 5_000 + "@" + "b." * 500,
    "names": "naam is " * 1_250,
    "languages": "hindi english " * 700,
    "emoji": "👍🏽" * 5_000,
    "separators": "1-/." * 2_500,
    "income": "income certificat " * 550,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_ten_thousand_characters_take_bounded_time(text: str) -> None:
    begin = time.process_time()
    spans(text)
    names.strip_frame(text)
    language.identify(text)
    language.requested(text)
    yesno.yes_no(text)
    names.transliterate(text, "Deva")
    assert time.process_time() - begin < 2
