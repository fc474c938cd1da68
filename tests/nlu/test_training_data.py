"""The sentences of `training_data/`: they load, their labels exist, they cover what they must, and tests share none."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from catalogue.loader import load
from catalogue.model import LANGUAGES
from nlu.text.identifiers import verhoeff

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "training_data"
TESTS = ROOT / "tests" / "nlu"
NORMAL_FORM = {
    "date": r"\d{4}-\d\d-\d\d",
    "phone": r"[6-9]\d{9}",
    "pincode": r"\d{6}",
    "aadhaar": r"[2-9]\d{11}",
    "amount": r"\d+",
    "application_number": r"[0-9A-Z/-]+",
    "certificate_number": r"[0-9A-Z/-]+",
    "language": "|".join(LANGUAGES),
}
NOT_SAID = {"nlu_fallback", "department_event", "for_staff"}
"""Intents of the domain that nobody utters."""
SENTENCE_WORDS = 3
"""Shorter messages ("yes", "ration card") are few in any language: two writers cannot avoid sharing them."""


class Sentence(NamedTuple):
    """One example: what is written, what it means, the services named in it and the one it means without naming it."""

    text: str
    intent: str
    entities: tuple[Mapping[str, Any], ...]
    named: frozenset[str]
    meant: str | None
    file: str


def normal(text: str) -> str:
    """Letters and digits only, case folded: what two writings of one sentence have in common."""
    folded = unicodedata.normalize("NFC", text).casefold()
    kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in folded)
    return " ".join("".join(kept).split())


def read(language: str) -> list[Sentence]:
    """All sentences of one language, read by Rasa itself."""
    from rasa.shared.nlu.training_data.loading import load_data

    found = []
    for path in sorted((DATA / language).glob("*.yml")):
        for example in load_data(str(path)).training_examples:
            entities = tuple(example.get("entities") or ())
            meant = ((example.get("metadata") or {}).get("example") or {}).get("service")
            named = frozenset(one["value"] for one in entities if one["entity"] == "service")
            found.append(Sentence(example.get("text"), example.get("intent"), entities, named, meant, path.stem))
    return found


@pytest.fixture(scope="module")
def sentences() -> dict[str, list[Sentence]]:
    return {language: read(language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "dialogue" / "domain.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / "schema.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def lexicon() -> dict[str, set[str]]:
    """Kind of entity to the values that the lexicons name."""
    from rasa.shared.nlu.training_data.loading import load_data

    found: dict[str, set[str]] = defaultdict(set)
    for table in load_data(str(DATA / "lexicons")).lookup_tables:
        kind, _, value = table["name"].partition(":")
        assert value, table["name"]
        found[kind].add(value)
    return found


def names(listed: list[Any]) -> set[str]:
    """Names in a list of Rasa's domain, where an entry may carry settings."""
    return {next(iter(entry)) if isinstance(entry, dict) else entry for entry in listed}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_holds_the_intent_it_is_named_after(language: str, sentences: dict[str, list[Sentence]]) -> None:
    misplaced = {one.text: one.intent for one in sentences[language] if one.intent != one.file}
    assert not misplaced


def test_schema_explains_exactly_the_labels_of_the_domain(domain: dict[str, Any], schema: dict[str, Any]) -> None:
    assert set(schema["intents"]) == names(domain["intents"]) - NOT_SAID
    assert set(schema["entities"]) <= names(domain["entities"])


def test_schema_explains_every_service_of_the_catalogue(schema: dict[str, Any]) -> None:
    launch = {one.id: one.launch for one in load().services.values()}
    assert {key: schema["services"][key]["launch"] for key in launch if key in schema["services"]} == launch


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_known(
    language: str, sentences: dict[str, list[Sentence]], schema: dict[str, Any], lexicon: dict[str, set[str]]
) -> None:
    values = {
        "service": set(schema["services"]),
        "field": lexicon["field"],
        "department": lexicon["department"],
        "language": set(LANGUAGES),
    }
    for one in sentences[language]:
        assert one.intent in schema["intents"], one
        assert one.meant is None or one.meant in values["service"], one
        for entity in one.entities:
            assert entity["entity"] in schema["entities"], one
            allowed = values.get(entity["entity"])
            assert allowed is None or entity["value"] in allowed, one


def test_lexicons_name_ids_of_the_catalogue(lexicon: dict[str, set[str]], schema: dict[str, Any]) -> None:
    catalogue = load()
    assert lexicon["language"] == set(LANGUAGES)
    assert lexicon["department"] <= set(catalogue.departments)
    assert set(schema["services"]) == set(catalogue.services)
    assert lexicon["field"] <= set(catalogue.fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_in_normal_form(language: str, sentences: dict[str, list[Sentence]]) -> None:
    for one in sentences[language]:
        for entity in one.entities:
            kind, value = entity["entity"], str(entity["value"])
            assert re.fullmatch(NORMAL_FORM.get(kind, ".+"), value), one
            if kind == "date":
                date.fromisoformat(value)
            if kind == "aadhaar":
                assert verhoeff(value), one


@pytest.mark.parametrize("language", LANGUAGES)
def test_entities_begin_and_end_at_words(language: str, sentences: dict[str, list[Sentence]]) -> None:
    for one in sentences[language]:
        for entity in one.entities:
            text = one.text[entity["start"] : entity["end"]]
            assert text == text.strip() and text, one
            around = one.text[: entity["start"]][-1:] + one.text[entity["end"] :][:1]
            assert not any(unicodedata.category(char)[0] in "LMN" for char in around), one


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_is_named_or_meant_but_not_both(language: str, sentences: dict[str, list[Sentence]]) -> None:
    assert not [one for one in sentences[language] if one.named and one.meant]


@pytest.mark.parametrize("language", LANGUAGES)
def test_launch_services_are_covered_by_name_and_by_purpose(
    language: str, sentences: dict[str, list[Sentence]], schema: dict[str, Any]
) -> None:
    named = Counter(service for one in sentences[language] for service in one.named)
    meant = Counter(one.meant for one in sentences[language])
    for service, about in schema["services"].items():
        least_named, least_meant = (8, 6) if about["launch"] else (3, 2)
        assert named[service] >= least_named, (service, named[service])
        assert meant[service] >= least_meant, (service, meant[service])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_is_covered(language: str, sentences: dict[str, list[Sentence]], schema: dict[str, Any]) -> None:
    counted = Counter(one.intent for one in sentences[language])
    assert {intent: counted[intent] for intent in schema["intents"] if counted[intent] < 12} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_is_out_of_scope(language: str, sentences: dict[str, list[Sentence]]) -> None:
    outside = [one for one in sentences[language] if one.intent == "out_of_scope"]
    assert len(outside) >= 0.12 * len(sentences[language])
    assert not [one for one in outside if one.named or one.meant]


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_native_and_roman_writing_are_balanced(language: str, sentences: dict[str, list[Sentence]]) -> None:
    native = [one for one in sentences[language] if any(ord(char) > 0x5FF and char.isalpha() for char in one.text)]
    assert 0.4 <= len(native) / len(sentences[language]) <= 0.6


def test_urdu_is_written_with_urdu_letters(sentences: dict[str, list[Sentence]]) -> None:
    arabic = {"ي", "ك", "ى", "ة"}
    assert not [one.text for one in sentences["ur"] if arabic & set(one.text)]


def test_no_sentence_means_two_things(sentences: dict[str, list[Sentence]]) -> None:
    meanings: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for one in (one for language in LANGUAGES for one in sentences[language]):
        meanings[normal(one.text) or one.text].add((one.intent, one.meant))
    assert {text: said for text, said in meanings.items() if len(said) > 1} == {}


def test_gaps_are_not_trained_on(sentences: dict[str, list[Sentence]]) -> None:
    gaps = yaml.safe_load((DATA / "known_gaps.yml").read_text(encoding="utf-8"))["gaps"]
    for gap in gaps:
        written = {normal(one.text): one.intent for one in sentences[gap["language"]]}
        assert written.get(normal(str(gap["text"])), gap["expected"]["intent"]) == gap["expected"]["intent"], gap
        assert gap["why"]


def texts(node: Any, key: str = "") -> Iterator[str]:
    """Every sentence that a file of tests may hold: strings that are not labels, line by line."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from texts(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, key)
    elif isinstance(node, str) and key not in {
        "note",
        "notes",
        "why",
        "reason",
        "intent",
        "service",
        "script",
        "entity",
        "value",
    }:
        for line in node.splitlines():
            yield re.sub(r"\[([^\]]+)\](\{[^}]*\}|\([a-z_]+\))", r"\1", line.removeprefix("- "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_tests_share_no_sentence(language: str, sentences: dict[str, list[Sentence]]) -> None:
    trained = {normal(one.text) for one in sentences[language]}
    tested = {
        normal(text)
        for path in sorted((TESTS / language).rglob("*.y*ml"))
        for text in texts(yaml.safe_load(path.read_text(encoding="utf-8")))
    }
    shared = {text for text in trained & tested if len(text.split()) >= SENTENCE_WORDS}
    assert not shared, f"{len(shared)} sentences of the tests are trained on"
