"""Train, persist, reload, parse: all components together, as any Rasa project would use them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.rasa

Parse = Callable[[str], dict[str, Any]]


def entities(parse: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in parse["entities"] if one["entity"] == kind]


def test_intent_and_ranking(parse: Parse) -> None:
    found = parse("please bring me coffee")
    assert found["intent"]["name"] == "order"
    assert found["intent_ranking"][0]["name"] == "order"
    confidences = [one["confidence"] for one in found["intent_ranking"]]
    assert confidences == sorted(confidences, reverse=True) and sum(confidences) <= 1.0001


def test_one_language_serves_another_script(parse: Parse) -> None:
    assert parse("मुझे चाय चाहिए")["intent"]["name"] == "order"
    assert parse("नमस्ते जी")["intent"]["name"] == "hello"


def test_a_named_thing_stands_where_it_is_named(parse: Parse) -> None:
    text = "mujhe ek चाय chahiye"
    (one,) = entities(parse(text), "drink")
    assert one["value"] == "tea" and text[one["start"] : one["end"]] == "चाय"
    assert 0.5 <= one["confidence_entity"] <= 1


def test_a_thing_meant_without_its_name_spans_the_text(parse: Parse) -> None:
    text = "the one with roasted black beans please"
    found = parse(text)
    (one,) = entities(found, "drink")
    assert (one["value"], one["start"], one["end"]) == ("coffee", 0, len(text))
    assert found["drink_ranking"][0]["id"] == "coffee" and len(found["drink_ranking"]) <= 3


def test_nothing_meant_is_nothing_found(parse: Parse) -> None:
    assert not entities(parse("namaste ji"), "drink")


def test_patterns_give_normal_forms_at_their_place(parse: Parse) -> None:
    text = "मेरा फोन ९८७६५४३२१० है, जन्म 15 अगस्त १९९०"
    found = {one["entity"]: one for one in parse(text)["entities"]}
    assert found["phone"]["value"] == "9876543210"
    assert text[found["phone"]["start"] : found["phone"]["end"]] == "९८७६५४३२१०"
    assert found["date"]["value"] == "1990-08-15"


def test_lookup_elements_take_their_synonym_as_value(parse: Parse) -> None:
    (one,) = entities(parse("hello from agra"), "city")
    assert one["value"] == "agra_city"


def test_a_name_unseen_in_training_is_found_in_its_frame(parse: Parse) -> None:
    (one,) = entities(parse("mera naam Harpreet Kaur hai"), "person_name")
    assert one["value"] == "Harpreet Kaur"


def test_language_of_the_message(parse: Parse) -> None:
    assert parse("ਮੈਨੂੰ ਚਾਹ ਚਾਹੀਦੀ ਹੈ")["language"] == {"code": "pa", "script": "Guru", "confidence": 1.0}


@pytest.mark.parametrize(
    "text", ["/restart", "  /restart", "/order", '/hello{"drink": "tea"}', "/hello@0.9", "\x1c/hello"]
)
def test_a_typed_stroke_is_no_command(parse: Parse, text: str) -> None:
    found = parse(text)
    assert found["intent"]["confidence"] < 1.0
    assert len(found["text"]) == len(text.strip()), "Rasa strips what a person sends; nothing else may move"
    assert all(one.get("extractor") != "RegexMessageHandler" for one in found["entities"])


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\ud83d", "\x00\x07", "؟؟", "١"])
def test_what_says_nothing_is_not_understood(parse: Parse, text: str) -> None:
    found = parse(text)
    assert found["intent"]["name"] == "nlu_fallback"
    assert found["gate"]["decision"] == "refuse"


@pytest.mark.parametrize("unit", ["a", "अब ", "9", "/", "1,", "\u202e", "ਕ੍", "a b ", "12/", "'"])
def test_ten_thousand_characters_take_bounded_time(parse: Parse, unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    start = time.process_time()
    parse(text)
    assert time.process_time() - start < 2.0


def sane(found: dict[str, Any], text: str) -> None:
    assert found["intent"]["name"] in {"order", "hello", "tell_name", "out_of_scope", "nlu_fallback"}
    assert 0.0 <= found["intent"]["confidence"] <= 1.0
    assert len(found["text"]) == len(text.strip())
    assert found["gate"]["decision"] in {"act", "ambiguous", "refuse"}
    for one in found["entities"]:
        assert 0 <= one["start"] < one["end"] <= len(text.strip()) and one["value"]
    json.dumps(found).encode()
    found["text"].encode()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(blacklist_categories=()), max_size=60)
    | st.text("अआइईकखगघ\u093c\u094d\u200c\u200dਕਖਗੱੰآبپتٹ ی ك 0९੫٣/,.-:+@{}\"'\n aeiou", max_size=80)
)
def test_any_text_gets_a_sane_parse(parse: Parse, text: str) -> None:
    sane(parse(text), text)
