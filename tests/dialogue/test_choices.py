"""What a free text stands for when a proof of one fact is asked for, or awaited."""

from __future__ import annotations

import pytest

from dialogue.choices import awaited, intent_of, proof_wanted

NUMBER = "REVC-2026-482159374"
PENDING = f"more:proof:{NUMBER}:income_below:250000"
OFFERED = ((f"more:proof:{NUMBER}", "Another fact"), ("menu", "Menu"))


def test_what_is_written_after_the_question_is_the_receiver() -> None:
    tapped = awaited("  State Bank,\n Shahdara: branch 2 ", PENDING, OFFERED)
    assert tapped == f"{PENDING}:State Bank, Shahdara: branch 2" and intent_of(tapped) == "download_certificate"


@pytest.mark.parametrize(
    ("text", "pending", "offered"),
    [
        ("no", PENDING, OFFERED),
        ("नहीं", PENDING, OFFERED),
        ("  ", PENDING, OFFERED),
        ("State Bank", "", OFFERED),
        ("State Bank", "withdraw:REV-2026-482159379", OFFERED),
        ("State Bank", PENDING, (("menu", "Menu"),)),
        ("State Bank", PENDING, ()),
    ],
)
def test_anything_else_is_not(text: str, pending: str, offered: tuple[tuple[str, str], ...]) -> None:
    assert awaited(text, pending, offered) is None


@pytest.mark.parametrize(
    "text",
    [
        "I must prove that my income is below 2.5 lakh",
        "proof of my age please",
        "mujhe sabit karna hai ki meri aay kam hai",
        "मुझे साबित करना है कि मेरी आय 2.5 लाख से कम है",
        "ਮੈਂ ਸਾਬਤ ਕਰਨਾ ਹੈ ਕਿ ਆਮਦਨ ਘੱਟ ਹੈ",
        "مجھے ثابت کرنا ہے کہ آمدنی کم ہے",
    ],
)
def test_who_wants_to_prove_something_is_led_to_the_newest_certificate(text: str) -> None:
    assert proof_wanted(text, ["REVC-1", NUMBER]) == f"more:proof:{NUMBER}"
    assert proof_wanted(text, []) is None


@pytest.mark.parametrize("text", ["which proof of address?", "send my certificate", "improve", "income proof needed?"])
def test_a_paper_called_proof_is_no_wish_to_prove(text: str) -> None:
    assert proof_wanted(text, [NUMBER]) is None
