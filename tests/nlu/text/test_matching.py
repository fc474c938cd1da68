from __future__ import annotations

import pytest

from nlu.text.distance import distance
from nlu.text.matching import Matcher, best

THINGS = {
    "income_certificate": ["income certificate", "aay praman patra", "आय प्रमाण पत्र"],
    "caste_certificate": ["caste certificate", "jati praman patra", "जाति प्रमाण पत्र"],
    "birth_certificate": ["birth certificate", "janm praman patra", "जन्म प्रमाण पत्र"],
    "shahdara": ["Shahdara"],
    "north_east": ["North East", "उत्तर पूर्व"],
    "east": ["East", "पूर्व"],
    "male": ["Male", "पुरुष", "ਮਰਦ"],
    "female": ["Female", "महिला", "ਔਰਤ"],
}
MATCHER = Matcher(THINGS)


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("mujhe income certifcate chahiye", "income_certificate", "income certifcate"),
        ("आय प्रमाणपत्र", "income_certificate", "आय प्रमाणपत्र"),
        ("jaati parman patar banwana hai", "caste_certificate", "jaati parman patar"),
        ("incomecertificate", "income_certificate", "incomecertificate"),
        ("انکم سرٹیفکیٹ", "income_certificate", "انکم سرٹیفکیٹ"),
        ("ਇਨਕਮ ਸਰਟੀਫਿਕੇਟ chahida", "income_certificate", "ਇਨਕਮ ਸਰਟੀਫਿਕੇਟ"),
        ("میں شاہدرہ سے ہوں", "shahdara", "شاہدرہ"),
        ("I live in shahadra", "shahdara", "shahadra"),
        ("shah dara delhi", "shahdara", "shah dara"),
        ("femal", "female", "femal"),
        ("MALE", "male", "MALE"),
        ("north east delhi", "north_east", "north east"),
    ],
)
def test_the_thing_named_and_where(text: str, key: str, named: str) -> None:
    match = MATCHER.find(text)[0]
    assert match.key == key
    assert text[match.start : match.end] == named


@pytest.mark.parametrize(
    "text", ["", "hi", "do", "namaste", "certificate", "mera naam Sunita hai", "12345", "ok", "malaria", "eat", "👍"]
)
def test_nothing_is_made_out_of_accidents(text: str) -> None:
    assert MATCHER.find(text) == []


def test_a_longer_name_hides_the_shorter_one_in_it() -> None:
    assert [match.key for match in MATCHER.find("north east")] == ["north_east"]


def test_several_things_best_first_and_no_more_than_asked_for() -> None:
    found = MATCHER.find("birth certificate aur caste certifcate dono, shahdara")
    assert {match.key for match in found} == {"birth_certificate", "caste_certificate", "shahdara"}
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert len(MATCHER.find("birth certificate aur caste certificate", limit=1)) == 1


def test_one_name_of_two_things_gives_both() -> None:
    found = best("civil lines", {"a": ["Civil Lines"], "b": ["Civil Lines"]})
    assert {match.key for match in found} == {"a", "b"}


def test_a_short_key_does_not_match_over_other_word_boundaries() -> None:
    names = {"domicile": ["mool niwas"]}
    assert best("दस ملین سے", names) == []
    assert best("مول نواس", names)[0].key == "domicile"


def test_the_better_spelling_scores_higher() -> None:
    scores = [best(text, {"x": ["certificate"]})[0].score for text in ("certificate", "certificat", "certificoot")]
    assert scores[0] == 1.0 and scores[0] > scores[1]


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [("", "", 0), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abc", "abcd", 1), ("abc", "xyz", 3)],
)
def test_distance(left: str, right: str, steps: int) -> None:
    assert distance(left, right, 5) == steps == distance(right, left, 5)
    assert distance(left, right, 0) == min(steps, 1)
