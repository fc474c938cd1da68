from __future__ import annotations

import pytest

from nlu.text.names import is_honorific, is_name, strip_frame, titlecase

FRAMED = [
    ("mera naam Sunita Devi hai", "Sunita Devi"),
    ("मेरा नाम सुनीता देवी है", "सुनीता देवी"),
    ("my name is Sunita Devi", "Sunita Devi"),
    ("ਮੇਰਾ ਨਾਂ ਗੁਰਪ੍ਰੀਤ ਕੌਰ ਹੈ", "ਗੁਰਪ੍ਰੀਤ ਕੌਰ"),
    ("میرا نام سنیتا دیوی ہے", "سنیتا دیوی"),
    ("name: Ram Lal", "Ram Lal"),
    ("Name - RAM LAL", "RAM LAL"),
    ("pita ka naam Ram Lal hai", "Ram Lal"),
    ("पिता जी का नाम राम लाल है", "राम लाल"),
    ("mere pita ka naam shri Ram Lal ji hai", "Ram Lal"),
    ("I am Sunita Devi from Shahdara, need income certificate", "Sunita Devi"),
    ("main Ramesh Kumar bol raha hoon", "Ramesh Kumar"),
    ("मैं राम लाल हूँ", "राम लाल"),
    ("Smt. Sunita Devi ji", "Sunita Devi"),
    ("mera naam hai Sunita", "Sunita"),
    ("father's name is wrong, it is Ram Lal", "Ram Lal"),
    ("पिता का नाम गलत है, राम लाल है", "राम लाल"),
    ("Sunita Devi", "Sunita Devi"),
    ("  Sunita   Devi. ", "Sunita Devi"),
    ("mainu naam Gurpreet Kaur hai ji", "Gurpreet Kaur"),
]


@pytest.mark.parametrize(("text", "name"), FRAMED)
def test_the_name_comes_out_of_its_sentence(text: str, name: str) -> None:
    found = strip_frame(text)
    assert found.value == name
    assert " ".join(text[found.start : found.end].split()) == name


@pytest.mark.parametrize("text", ["i am married", "naam", "12", ""])
def test_without_a_name_the_text_stays(text: str) -> None:
    assert strip_frame(text).value == text


@pytest.mark.parametrize(
    "text",
    ["Sunita Devi", "सुनीता देवी", "ਗੁਰਪ੍ਰੀਤ ਕੌਰ", "محمد عمران", "A. P. J. Abdul Kalam", "O'Neil-Roy", "ज\u093cीनत", "Jo"],
)
def test_names(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text", ["", "A", "R2D2", "Ram 5", "राम १", "a@b", "x" * 101, "a b c d e f g", "...", "Иван", "Ram_Lal", "👍👍"]
)
def test_no_names(text: str) -> None:
    assert not is_name(text)


def test_titlecase_respects_a_persons_own_capitals() -> None:
    assert titlecase("sunita  DEVI") == "Sunita Devi"
    assert titlecase("sunita devi") == "Sunita Devi"
    assert titlecase("RAM LAL") == "Ram Lal"
    assert titlecase("McDonald d'souza") == "McDonald D'souza"
    assert titlecase("o'neil-roy") == "O'Neil-Roy"
    assert titlecase("सुनीता देवी") == "सुनीता देवी"


def test_words_of_honour_are_no_part_of_a_name() -> None:
    assert all(is_honorific(word, 1) for word in ("Shri", "late", "स्वर्गीय", "مرحوم", "Dr."))
    assert not any(is_honorific(word, 2) for word in ("Sunita", "राम", "خان"))
    assert is_honorific("ਸਰਦਾਰ", 2) and not is_honorific("Sardar", 1)
