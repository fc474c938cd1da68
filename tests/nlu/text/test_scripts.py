from __future__ import annotations

import pytest

from nlu.text.scripts import script_of, share


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("mera naam", "Latn"),
        ("मेरा नाम", "Deva"),
        ("ਮੇਰਾ ਨਾਂ", "Guru"),
        ("میرا نام", "Arab"),
        ("12 👍 !", "Zyyy"),
        ("", "Zyyy"),
        ("१९९०", "Deva"),
        ("José", "Latn"),
        ("\ud83d", "Zyyy"),
        ("نام Ram Lal Sharma", "Latn"),
    ],
)
def test_dominant_script(text: str, script: str) -> None:
    assert script_of(text) == script


def test_shares_count_letters_with_their_vowel_signs() -> None:
    assert share("नाम name") == {"Latn": pytest.approx(4 / 7), "Deva": pytest.approx(3 / 7)}
    assert share("123") == {}
