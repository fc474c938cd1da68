from __future__ import annotations

import pytest

from nlu.text.yesno import yes_no


@pytest.mark.parametrize(
    "text",
    [
        "haan ji",
        "theek hai na",
        "हाँ ना",
        "haan",
        "Yes",
        "ok",
        "OK 👍",
        "👍",
        "👍🏽",
        "theek hai",
        "thik h",
        "sahi hai",
        "ji",
        "bilkul",
        "yes please",
        "haan mere paas hai",
        "हाँ",
        "हां जी",
        "जी हाँ",
        "ठीक है",
        "सही है",
        "ਹਾਂਜੀ",
        "ਹਾਂ ਜੀ",
        "ਠੀਕ ਹੈ",
        "جی ہاں",
        "ہاں",
        "ٹھیک ہے",
        "yes sab sahi hai",
        "y",
    ],
)
def test_yes(text: str) -> None:
    assert yes_no(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "nahi",
        "nahi ji",
        "no",
        "No!",
        "nope",
        "👎",
        "❌",
        "n",
        "galat hai",
        "sahi nahi hai",
        "nahi galat hai",
        "नहीं",
        "जी नहीं",
        "ਨਹੀਂ",
        "ਨਹੀਂ ਜੀ",
        "نہیں",
        "جی نہیں",
        "nahi mere paas nahi hai",
        "no i don't have it",
        "mat karo",
    ],
)
def test_no(text: str) -> None:
    assert yes_no(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "income certificate",
        "haan lekin naam galat hai",
        "kya?",
        "Sunita Devi",
        "👍👎",
        "15/8/1990",
        "yes but change the name",
        "😀",
        "haan ya nahi",
        "no problem",
        "not sure",
        "pata nahi",
        "मुझे नहीं पता",
        "koi baat nahi",
        "dont know",
    ],
)
def test_neither(text: str) -> None:
    assert yes_no(text) is None
