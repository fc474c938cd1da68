"""An `Outbound` as WhatsApp messages. The stand-in's rules, written from Meta's reference, are the judge."""

from __future__ import annotations

from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import RenderError
from connectors.whatsapp.measure import cut, split, units
from connectors.whatsapp.render import Uploaded, Words, addressed, render, render_template
from runtime.records import Choice, Outbound, TemplateRef
from tests.standin.rules import check_message

WORDS = Words(choose="चुनें")
FILE = Uploaded("4711", "application/pdf", "certificate.pdf")


def outbound(text: str, *choices: Choice) -> Outbound:
    return Outbound("o1", "a-1", "whatsapp", text=text, choices=choices)


def checked(payloads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for payload in payloads:
        whole = {"messaging_product": "whatsapp", **addressed(payload, "919800000001", "", "o1")}
        check_message(whole, lambda identifier: identifier == "4711", {("t", "hi"): 2})
    return payloads


def test_up_to_three_short_choices_are_buttons_in_the_same_message() -> None:
    [payload] = checked(
        render(outbound("Is this right?", Choice("confirm:yes", "Yes"), Choice("confirm:no", "No")), WORDS)
    )
    assert payload["interactive"]["type"] == "button"
    assert payload["interactive"]["body"]["text"] == "Is this right?"


def test_more_are_a_list_whose_cut_titles_stand_whole_below() -> None:
    long = "आय प्रमाण पत्र के लिए नया आवेदन"
    choices = [Choice(f"service:{number}", f"{number} {long}") for number in range(10)]
    [payload] = checked(render(outbound("Which one?", *choices), WORDS))
    rows = payload["interactive"]["action"]["sections"][0]["rows"]
    assert len(rows) == 10 and rows[3]["description"] == f"3 {long}" and rows[3]["title"].endswith("…")
    assert payload["interactive"]["action"]["button"] == "चुनें"


def test_long_titles_of_buttons_are_numbered_and_whole_in_the_body() -> None:
    choices = (
        Choice("a:1", "Scheduled Caste certificate for Delhi"),
        Choice("a:2", "Scheduled Caste certificate, migrant"),
    )
    [payload] = checked(render(outbound("Which?", *choices), WORDS))
    assert "1. Scheduled Caste certificate for Delhi" in payload["interactive"]["body"]["text"]
    titles = [button["reply"]["title"] for button in payload["interactive"]["action"]["buttons"]]
    assert titles[0].startswith("1. Scheduled") and titles[1].startswith("2. Scheduled")


def test_a_long_text_with_choices_keeps_its_end_with_them() -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 60 for number in range(6)) + "\n\nShall I send it?"
    payloads = checked(render(outbound(text, Choice("confirm:yes", "Yes")), WORDS))
    assert [payload["type"] for payload in payloads] == ["text", "interactive"]
    assert payloads[-1]["interactive"]["body"]["text"].endswith("Shall I send it?")


def test_a_file_with_choices_is_one_message() -> None:
    [payload] = checked(render(outbound("Your certificate", Choice("menu", "Menu")), WORDS, FILE))
    assert payload["interactive"]["header"]["document"] == {"id": "4711", "filename": "certificate.pdf"}
    [alone] = checked(render(outbound("Your certificate"), WORDS, FILE))
    assert alone["document"]["caption"] == "Your certificate"
    both = checked(render(outbound("x", *(Choice(f"a:{n}", str(n)) for n in range(5))), WORDS, FILE))
    assert [payload["type"] for payload in both] == ["document", "interactive"]


def test_what_has_no_form_is_an_error() -> None:
    with pytest.raises(RenderError):
        render(outbound("x", *(Choice(f"a:{n}", str(n)) for n in range(11))), WORDS)
    with pytest.raises(RenderError):
        render(outbound("  "), WORDS)
    with pytest.raises(RenderError):
        render(outbound("x", Choice("x" * 300, "x")), WORDS)
    with pytest.raises(RenderError):
        addressed({"type": "text"}, "", "", "o1")


def test_a_template_has_its_parameters_on_one_line() -> None:
    payload = render_template(TemplateRef("t", "hi", ("आय\n\tप्रमाण    पत्र", "")), ["status:1"])
    checked([payload])
    parameters = payload["template"]["components"][0]["parameters"]
    assert [parameter["text"] for parameter in parameters] == ["आय प्रमाण पत्र", "-"]


LETTERS = st.sampled_from(list("aZ9 \n") + ["क्षि", "ਸ਼੍ਰੀ", "ؤُ", "👩‍👩‍👧", "🇮🇳", "े", "\u200d", "ङ्क्ष", "é"])
TEXT = st.lists(LETTERS, min_size=1, max_size=300).map("".join)
LONG = st.lists(LETTERS, min_size=900, max_size=6000).map("".join)
TITLE = st.lists(LETTERS, min_size=1, max_size=60).map(lambda parts: "".join(parts).replace("\n", " "))
CHOICES = st.lists(st.tuples(TITLE, st.just("") | TITLE), max_size=10)


@settings(max_examples=300, deadline=None)
@given(TEXT | LONG, CHOICES, st.sampled_from([None, FILE]))
def test_nothing_that_is_rendered_is_refused(text: str, raw: list[tuple[str, str]], file: Uploaded | None) -> None:
    choices = [Choice(f"value:f:{n}", "x" + title, note.strip()) for n, (title, note) in enumerate(raw)]
    if not text.strip() and not choices and file is None:
        return
    payloads = checked(render(outbound(text, *choices), WORDS, file))
    said = "".join(str(payload) for payload in payloads)
    for choice in choices:
        assert choice.id in said


@settings(max_examples=300, deadline=None)
@given(TEXT, st.integers(12, 80))
def test_cuts_fall_between_letters(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    letters = regex.findall(r"\X", text)
    kept = regex.findall(r"\X", short.removesuffix("…").rstrip()) if short != text else letters
    assert "".join(kept).rstrip() == "".join(letters[: len(kept)]).rstrip()


@settings(max_examples=200, deadline=None)
@given(LONG, st.integers(40, 1500))
def test_splitting_loses_no_word(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
