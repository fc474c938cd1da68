from __future__ import annotations

from nlu.text.roman import fold
from nlu.text.tokens import tokens, words


def test_vowel_signs_stay_with_their_letters() -> None:
    text = "मेरा नाम ਮੇਰਾ ਨਾਂ میرا نام"
    assert [token.text for token in tokens(text)] == text.split()


def test_numbers_signs_and_emoji() -> None:
    found = tokens("don't 15/8/1990, ₹50 👍!")
    assert [(token.text, token.lemma) for token in found] == [
        ("don't", "dnt"),
        ("15/8/1990", "15/8/1990"),
        (",", ","),
        ("₹", "₹"),
        ("50", "50"),
        ("!", "!"),
    ]


def test_a_lemma_joins_the_scripts_and_digits() -> None:
    assert tokens("certificate १२")[0].lemma == tokens("सर्टिफिकेट")[0].lemma
    assert tokens("१२")[0].lemma == "12"


def test_offsets_are_of_the_original() -> None:
    text = "\u200eज\u093cमीन  का"
    assert [text[word.start : word.end] for word in words(text)] == ["ज\u093cमीन", "का"]


def test_folding_of_free_roman_spelling() -> None:
    for spellings in ("zameen jamin zamiin jameen", "shaadi shadi saadi", "phone fone", "wala vala vaala"):
        assert len({fold(word) for word in spellings.split()}) == 1
    assert fold("kam") != fold("kim")
    assert fold("नाम") == "नाम"
