from __future__ import annotations

import pytest

from nlu.text.neutral import neutral


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Sunita Devi", "Sunita Devi"),
        ("*Sunita* _Devi_ ~x~ `y` ```z```", "Sunita Devi x y z"),
        ("Ram\u202e laL\u202c", "Ram laL"),
        ("a\nb\r\nc\td", "a b c d"),
        ("\x00\x1b[31mRam", "[31mRam"),
        ("\ud83dRam", "Ram"),
        ("क्\u200dष", "क्\u200dष"),
        ("محمد\u2067", "محمد"),
        ("  ", ""),
    ],
)
def test_neutral(text: str, shown: str) -> None:
    assert neutral(text) == shown
