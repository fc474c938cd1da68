"""The letters that come from the library correspond as Unicode lays them out, and none of Punjabi is missing."""

from __future__ import annotations

import pytest

from nlu.text.brahmic import GURMUKHI
from nlu.text.pivot import pivot

PUNJABI = "ਅਆਇਈਉਊਏਐਓਔਕਖਗਘਙਚਛਜਝਞਟਠਡਢਣਤਥਦਧਨਪਫਬਭਮਯਰਲਵਸਹੜਾਿੀੁੂੇੈੋੌੰਂ਼੍"


def test_every_letter_of_punjabi_has_a_counterpart() -> None:
    assert set(PUNJABI) <= set(GURMUKHI)


@pytest.mark.parametrize("letter", [letter for letter in PUNJABI if letter not in "ੜੰ"])
def test_counterparts_stand_at_the_same_place_of_their_blocks(letter: str) -> None:
    assert ord(letter) - ord("\u0a00") == ord(GURMUKHI[letter]) - ord("\u0900")


@pytest.mark.parametrize(
    ("guru", "deva"), [("ਜਾਤੀ", "जाति"), ("ਸਰਟੀਫਿਕੇਟ", "सर्टिफिकेट"), ("ਪੰਜਾਬ", "पंजाब"), ("ਸੜਕ", "सड़क")]
)
def test_both_scripts_share_a_key(guru: str, deva: str) -> None:
    assert pivot(guru) == pivot(deva)
