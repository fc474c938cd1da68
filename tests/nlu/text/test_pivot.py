from __future__ import annotations

import time
from pathlib import Path

import pytest

from nlu.text.pivot import pivot

LOANWORDS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "loanwords.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def key(phrase: str) -> str:
    return "".join(pivot(word) for word in phrase.split())


@pytest.mark.parametrize("words", LOANWORDS, ids=[row[0] for row in LOANWORDS])
def test_an_english_word_has_one_key_in_all_scripts(words: list[str]) -> None:
    assert {key(word) for word in words} == {key(words[0])}


@pytest.mark.parametrize(
    "words",
    [
        "जाति jati jaati jaatee ਜਾਤੀ جاتی",
        "प्रमाण praman pramaan ਪ੍ਰਮਾਣ",
        "विवाह vivah vivaah ਵਿਵਾਹ",
        "शादी shadi shaadi sadi ਸ਼ਾਦੀ شادی",
        "पढ़ाई padhai parhai ਪੜ੍ਹਾਈ پڑھائی",
        "ज़मीन zameen jamin zamin ਜ਼ਮੀਨ زمین",
        "चाहिए chahiye chahie چاہیے",
        "सरकारी sarkari sarkaari ਸਰਕਾਰੀ سرکاری",
        "certificate certifcate सर्टिफिकेट",
        "registration registraton",
        "marriage marrige marraige",
        "में me mein",
        "नहीं nahi nahin nhi",
    ],
)
def test_free_spellings_share_a_key(words: str) -> None:
    assert len({pivot(word) for word in words.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("zameen", "janm"), ("aay", "aayu"), ("jati", "jaat"), ("male", "mahila")])
def test_words_of_other_meaning_keep_other_keys(one: str, other: str) -> None:
    assert pivot(one) != pivot(other)


def test_what_is_no_word_is_its_own_key() -> None:
    assert pivot("१२") == "12"
    assert pivot("") == ""


def test_a_new_word_takes_microseconds() -> None:
    words = [f"{a}{b}{c}" for a in ("praman", "प्रमाण", "ਪ੍ਰਮਾਣ", "شناختی") for b in "abcdefghij" for c in "abcdefghij"]
    begin = time.process_time()
    for word in words:
        pivot(word)
    # 20 µs is the aim; the test leaves room for a busy machine.
    assert (time.process_time() - begin) / len(words) < 100e-6
