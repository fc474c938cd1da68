"""One name in several scripts and spellings, and names that are not one."""

from __future__ import annotations

import pytest

from nlu.text.same_name import same_name


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sunita Devi", "सुनीता देवी"),
        ("Sunita Devi", "ਸੁਨੀਤਾ ਦੇਵੀ"),
        ("Sunita Devi", "سنیتا دیوی"),
        ("सुनीता देवी", "سنیتا دیوی"),
        ("sunita devi", "Smt. Devi Suneeta"),
        ("Mohammad Aslam", "محمد اسلم"),
        ("Mohammad Aslam", "मोहम्मद असलम"),
        ("Harpreet Kaur", "ਹਰਪ੍ਰੀਤ ਕੌਰ"),
        ("Ram-Lal", "Ram Lal"),
    ],
)
def test_one_name(first: str, second: str) -> None:
    assert same_name(first, second) and same_name(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sunita Devi", "Sunita"),
        ("Sunita Devi", "Sunita Devi Sharma"),
        ("Sunita Devi", "Anita Devi"),
        ("Ram Lal", "Ram Ram"),
        ("Sunita Devi", "राम लाल"),
        ("", ""),
        ("...", "..."),
    ],
)
def test_two_names(first: str, second: str) -> None:
    assert not same_name(first, second) and not same_name(second, first)
