from __future__ import annotations

import pytest

from nlu.text.language import identify, requested


@pytest.mark.parametrize(
    ("text", "code", "script"),
    [
        ("मुझे आय प्रमाण पत्र चाहिए", "hi", "Deva"),
        ("ਮੈਨੂੰ ਆਮਦਨ ਸਰਟੀਫਿਕੇਟ ਚਾਹੀਦਾ ਹੈ", "pa", "Guru"),
        ("مجھے آمدنی کا سرٹیفکیٹ چاہیے", "ur", "Arab"),
        ("mujhe income certificate apply karna hai", "hi", "Latn"),
        ("mera application reject ho gaya", "hi", "Latn"),
        ("fees kitni hai", "hi", "Latn"),
        ("mainu income certificate chahida hai", "pa", "Latn"),
        ("tusi kive ho", "pa", "Latn"),
        ("kithe jana pavega", "pa", "Latn"),
        ("meri darkhast ka status bataiye janab", "ur", "Latn"),
        ("assalam alaikum mujhe domicile banwana hai", "ur", "Latn"),
        ("I need an income certificate", "en", "Latn"),
        ("how to apply for caste certificate", "en", "Latn"),
        ("do i need to go there", "en", "Latn"),
        ("mera नाम Sunita Devi है", "hi", "Latn"),
    ],
)
def test_language_of_a_message(text: str, code: str, script: str) -> None:
    found = identify(text)
    assert (found.code, found.script) == (code, script)
    assert found.confidence > 0.4


@pytest.mark.parametrize("text", ["Ram Lal", "15/8/1990", "ok", "", "👍", "income certificate"])
def test_where_the_words_are_silent_the_language_before_stays(text: str) -> None:
    for previous in ("hi", "pa", "ur", "en"):
        assert identify(text, previous).code == previous
    assert identify(text).confidence <= 0.5


def test_hindi_in_roman_letters_stays_urdu_in_an_urdu_conversation() -> None:
    assert identify("mujhe certificate chahiye", "ur").code == "ur"
    assert identify("I need an income certificate", "ur").code == "en"


def test_a_reason_is_given() -> None:
    assert identify("नाम").reason == "script"
    assert identify("mujhe chahiye").reason == "function_words"
    assert identify("Ram Lal", "pa").reason == "previous"
    assert identify("Ram Lal").reason == "default"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Punjabi please", "pa"),
        ("हिंदी में बोलो", "hi"),
        ("اردو میں", "ur"),
        ("english", "en"),
        ("Gurmukhi vich", "pa"),
        ("I don't know english, hindi please", "hi"),
        ("english nahi aati hindi me batao", "hi"),
        ("switch to urdu", "ur"),
        ("kya aap hindi me baat kar sakte hain", "hi"),
        ("ਪੰਜਾਬੀ ਵਿੱਚ ਗੱਲ ਕਰੋ", "pa"),
        ("not english, punjabi", "pa"),
        ("हिन्दी", "hi"),
        ("angrezi mein likhiye", "en"),
        ("اردو میں بات کریں", "ur"),
        ("can we talk in hindi", "hi"),
        ("پنجابی وچ گل کرو", "pa"),
        ("ਹਿੰਦੀ ਵਿੱਚ", "hi"),
    ],
)
def test_a_language_is_asked_for(text: str, code: str) -> None:
    assert requested(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "punjabi bagh",
        "english medium school ka form",
        "hindi me form kaise bharu",
        "english samajh nahi aati",
        "",
        "mujhe form chahiye",
        "हिंदू विवाह",
        "main Punjabi Bagh mein rehta hoon",
        "urdu bazar",
        "hindi english",
    ],
)
def test_no_language_is_asked_for(text: str) -> None:
    assert requested(text) is None
