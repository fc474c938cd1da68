"""How people ask for what they filed from another number, and which words answer a step of the claim."""

from __future__ import annotations

import pytest

from dialogue.choices import awaited, intent_of
from dialogue.claiming import CLAIM, completed, parts, wanted

OFFERED = ((CLAIM, "From the beginning"), ("menu", "Main menu"))
NUMBER = "REV-2026-482159379"


@pytest.mark.parametrize(
    "text",
    [
        "my number changed and I need my certificate again",
        "I have a new phone, where is my application?",
        "mera number badal gaya hai, praman patra chahiye",
        "mera phone kho gaya, certificate dobara bhejo",
        "मेरा नंबर बदल गया है, प्रमाण पत्र चाहिए",
        "नए नंबर पर प्रमाण पत्र भेजिए",
        "ਮੇਰਾ ਨੰਬਰ ਬਦਲ ਗਿਆ, ਸਰਟੀਫਿਕੇਟ ਚਾਹੀਦਾ ਹੈ",
        "میرا نمبر بدل گیا ہے، سرٹیفکیٹ چاہیے",
    ],
)
def test_who_has_another_number_is_led_to_a_claim(text: str) -> None:
    assert wanted(text) == CLAIM and intent_of(CLAIM) == "download_certificate"


@pytest.mark.parametrize(
    "text",
    [
        "I need an income certificate",
        "my certificate number is REVC-2026-482159374",
        "I changed my phone",
        "मेरा प्रमाण पत्र कहाँ है",
        "new driving licence",
        "x" * 400,
    ],
)
def test_other_words_are_no_claim(text: str) -> None:
    assert wanted(text) is None


@pytest.mark.parametrize(
    ("pending", "text"),
    [
        (CLAIM, "REV 2026 482159379"),
        (f"{CLAIM}:{NUMBER}", "१२ मार्च १९८५"),
        (f"{CLAIM}:{NUMBER}:1985-03-12", "सुनीता देवी"),
        (f"{CLAIM}:{NUMBER}:1985-03-12:Sunita Devi", "98765 43210"),
    ],
)
def test_an_answer_becomes_the_last_part(pending: str, text: str) -> None:
    tap = awaited(text, pending, OFFERED)
    assert tap == f"{pending}:{text}" and parts(tap) == [*parts(pending), text]


def test_a_colon_does_not_make_two_parts_of_one() -> None:
    assert completed("no. REV:2026", CLAIM, OFFERED) == f"{CLAIM}:no. REV 2026"


@pytest.mark.parametrize(
    ("pending", "text", "offered"),
    [
        (CLAIM, "no", OFFERED),
        (CLAIM, "I do not know it", OFFERED),
        (CLAIM, "is it 2026?", OFFERED),
        (CLAIM, NUMBER, (("menu", "Main menu"),)),
        (CLAIM, NUMBER, ()),
        (f"{CLAIM}:{NUMBER}", "in march", OFFERED),
        (f"{CLAIM}:{NUMBER}:1985-03-12", "12", OFFERED),
        (f"{CLAIM}:{NUMBER}:1985-03-12", "what papers do I need for an income certificate please", OFFERED),
    ],
)
def test_what_cannot_be_the_answer_is_left_to_the_model(pending: str, text: str, offered: object) -> None:
    assert completed(text, pending, offered) is None  # type: ignore[arg-type]
