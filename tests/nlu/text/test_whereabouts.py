"""Places in sentences that tell where something happened, in all languages and both alphabets."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.model import HAPPENINGS as TOLD
from nlu.text.dates import without_dates
from nlu.text.whereabouts import HAPPENINGS, happening, place_alone, whereabouts

DELHI = ("rohini", "lajpat nagar", "shahdara", "रोहिणी", "ਰੋਹਿਣੀ", "روہنی", "شاہدرہ", "ਸ਼ਾਹਦਰਾ")


def known(words: str) -> bool:
    return any(place in words.lower() for place in DELHI)


def broken(text: str) -> str:
    return without_dates(text, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("12/02/2020 ko Rohini me shaadi hui", "marriage", "Rohini"),
        ("hamari shaadi Rohini mein 12/02/2020 ko hui thi", "marriage", "Rohini"),
        ("meri shadi 12/02/2020 ko Arya Samaj Mandir, Shahdara mein hui", "marriage", "Arya Samaj Mandir, Shahdara"),
        ("12 Feb 2020 ko shaadi Rohini ke Arya Samaj Mandir mein hui", "marriage", "Rohini ke Arya Samaj Mandir"),
        ("Amit aur Neha ki shaadi 12/02/2020 ko Rohini me hui", "marriage", "Rohini"),
        ("married on 5 March 2019 at Lajpat Nagar", "marriage", "Lajpat Nagar"),
        ("we were married at the community hall in Rohini on 1 Jan 2020", "marriage", "community hall in Rohini"),
        ("born 3 May 2021 in Safdarjung hospital", "birth", "Safdarjung hospital"),
        ("born on 3 May 2021 at St. Stephen's Hospital", "birth", "St. Stephen's Hospital"),
        ("beti ka janm 3 May 2021 ko GTB hospital m hua", "birth", "GTB hospital"),
        ("papa Ram Lal ki death 5 June 2026 ko LNJP hospital me hui", "death", "LNJP hospital"),
        ("viah 12/02/2020 nu Rohini vich hoya si", "marriage", "Rohini"),
        ("sadi beti da janam 3 May 2021 nu GTB Hospital vich hoya", "birth", "GTB Hospital"),
        ("nikah 12 march 2020 ko Jama Masjid me hua", "marriage", "Jama Masjid"),
        ("मेरी शादी 12/02/2020 को रोहिणी में हुई", "marriage", "रोहिणी"),
        ("बेटे का जन्म 3 मई 2021 को सफदरजंग अस्पताल में हुआ", "birth", "सफदरजंग अस्पताल"),
        ("ਸਾਡਾ ਵਿਆਹ 12/02/2020 ਨੂੰ ਗੁਰਦੁਆਰਾ ਸਾਹਿਬ, ਸ਼ਾਹਦਰਾ ਵਿੱਚ ਹੋਇਆ", "marriage", "ਗੁਰਦੁਆਰਾ ਸਾਹਿਬ, ਸ਼ਾਹਦਰਾ"),
        ("ਪਿਤਾ ਜੀ ਦਾ ਦਿਹਾਂਤ 5 ਜੂਨ 2026 ਨੂੰ ਐਲਐਨਜੇਪੀ ਹਸਪਤਾਲ ਵਿੱਚ ਹੋਇਆ", "death", "ਐਲਐਨਜੇਪੀ ਹਸਪਤਾਲ"),
        ("ہماری شادی 12/02/2020 کو جامع مسجد، شاہدرہ میں ہوئی", "marriage", "جامع مسجد، شاہدرہ"),
        ("بیٹی کی پیدائش 3 مئی 2021 کو صفدر جنگ ہسپتال میں ہوئی", "birth", "صفدر جنگ ہسپتال"),
        ("والد جی کی وفات 5 جون 2026 کو جی ٹی بی ہسپتال میں ہوئی", "death", "جی ٹی بی ہسپتال"),
        ("married on 5 March 2019 at Lajpat Nagar, Shahdara", "marriage", "Lajpat Nagar, Shahdara"),
        ("12/02/2020 Rohini", "", "Rohini"),
    ],
)
def test_what_happened_and_where(text: str, kind: str, place: str) -> None:
    found = whereabouts(broken(text), known)
    assert (happening(broken(text)), found.value if found else None) == (kind, place)
    assert found and text[found.start : found.end] == place


@pytest.mark.parametrize(
    "text",
    [
        "born on 3 May 2021 in the morning",
        "born in hospital on 3 May 2021",
        "shaadi 12-2-2020 ko ghar par hui",
        "married 12/02/2020 in a hindu ceremony",
        "बच्चे का जन्म 3 मई 2021 को सुबह में हुआ",
        "ਵਿਆਹ 12/02/2020 ਨੂੰ ਘਰ ਵਿੱਚ ਹੋਇਆ",
        "12/02/2020 pata nahi",
        "Ram Lal, 12/02/2020, GTB Hospital, Shahdara, B-42 Rohini, Delhi",
        "Amit Sharma 12/02/2020",
        "born in Lucknow, moved 3 May 2021 in Kanpur",
        "",
    ],
)
def test_what_is_no_place_or_no_one_place(text: str) -> None:
    assert whereabouts(broken(text), known) is None


def test_a_place_alone_loses_its_frame_and_nothing_else() -> None:
    for text, place in (
        ("हमारी शादी रोहिणी में हुई", "रोहिणी"),
        ("our wedding was in Rohini", "Rohini"),
        ("Rohini me", "Rohini"),
        ("House 5 in Rohini", "House 5 in Rohini"),
        ("Plot 5 in Rohini", None),
        ("Arya Samaj Mandir, Shahdara", None),
        ("ghar par", None),
    ):
        found = place_alone(text, known)
        assert (found.value if found else None) == place


def test_weddings_in_other_spellings_and_other_words_of_their_spelling() -> None:
    assert [happening(text) for text in ("shaadee hui", "nikaah", "sadi beti", "born and married", "12/3/1990")] == [
        "marriage",
        "marriage",
        "",
        "",
        "",
    ]


def test_the_catalogue_knows_the_same_happenings() -> None:
    assert TOLD == HAPPENINGS
