"""What people write is made harmless, and is never a template."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from catalogue import messages
from catalogue.model import LANGUAGES
from connectors.texts import harmless, name_of_file

STEERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(st.sampled_from("ab अਪب\n\u200c\u200d\0\x1b\U000e0041" + STEERING), max_size=60))
def test_what_steers_the_reading_direction_is_taken_out(text: str) -> None:
    left = harmless(text)
    assert not set(left) & set(STEERING + "\0\x1b\U000e0041")
    assert all(unicodedata.category(char) != "Cc" or char == "\n" for char in left)
    for kept in "aअਪب\u200c":
        assert left.count(kept) >= text.strip("\u200c\u200d").count(kept) - (kept == "\u200c") * text.count(kept)


@given(st.text(max_size=200))
def test_a_files_name_is_no_path(text: str) -> None:
    name = name_of_file(text)
    assert "/" not in name and "\\" not in name and name not in (".", "..") and len(name) <= 100


def test_a_value_is_never_a_template() -> None:
    evil = "{number} {0.__class__} %s ${x} {{7*7}} {service!r}"
    for lang in LANGUAGES:
        said = messages.load().render("submitted", lang, service=evil, number="REV-1")
        assert evil in said and said.count("REV-1") == 1
