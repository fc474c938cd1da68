"""Questions told apart by their words alone, in all four languages, native and romanised."""

from __future__ import annotations

import pytest

from nlu.text.asking import asks_in_general, asks_what_is_left, is_question


@pytest.mark.parametrize(
    "text",
    [
        "how many questions are left",
        "aur kitna baki hai",
        "kitne kaagaz dene hain",
        "अभी कितने सवाल बाकी हैं?",
        "ਹੋਰ ਕਿੰਨੇ ਸਵਾਲ ਰਹਿ ਗਏ",
        "hor kinne sawal ne",
        "اور کتنے کاغذات باقی ہیں",
    ],
)
def test_what_is_left_is_asked(text: str) -> None:
    assert asks_what_is_left(text)


@pytest.mark.parametrize(
    "text",
    [
        "how many days are left",
        "kitna paisa baki hai",
        "kitne bache hain",
        "कितने दिन बाकी हैं",
        "my left eye",
        "baki sab theek",
        "ਕਿੰਨੇ ਪੈਸੇ ਬਾਕੀ",
        "photo ki kitni copy deni hai kaagaz ke saath",
        "",
    ],
)
def test_something_else_is_asked_or_nothing(text: str) -> None:
    assert not asks_what_is_left(text)


@pytest.mark.parametrize(
    "text",
    ["what is an EWS certificate", "pension ke baare mein batao", "डोमिसाइल क्या है", "ਪੈਨਸ਼ਨ ਬਾਰੇ ਦੱਸੋ", "بیوہ پنشن کیا ہے"],
)
def test_a_question_in_general(text: str) -> None:
    assert asks_in_general(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is the process",
        "pension ki fees kya hai",
        "tell me about the papers",
        "कैसे बनता है",
        "ਫੀਸ ਕੀ ਹੈ",
        "طریقہ کیا ہے",
        "hello",
    ],
)
def test_a_question_about_something_of_it(text: str) -> None:
    assert not asks_in_general(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("kya gawah rishtedar ho sakta hai", True),
        ("can my brother be the witness", True),
        ("ਕੀ ਗਵਾਹ ਰਿਸ਼ਤੇਦਾਰ ਹੋ ਸਕਦਾ ਹੈ", True),
        ("Rohini?", True),
        ("do bachche hain aur ek beti", False),
        ("kya resort", False),
        ("Will Smith", False),
        ("", False),
    ],
)
def test_a_question_by_its_mark_or_its_first_word(text: str, asks: bool) -> None:
    assert is_question(text) is asks
