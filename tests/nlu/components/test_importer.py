"""What the importer hands to Rasa, whatever paths a command was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import loader
from catalogue.model import LANGUAGES

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def importer():  # type: ignore[no-untyped-def]
    from dialogue.importer import CatalogueImporter

    return CatalogueImporter(str(ROOT / "config.yml"), "domain.yml", ["data"])


def test_rasas_default_paths_become_ours(importer) -> None:  # type: ignore[no-untyped-def]
    assert "apply_service" in importer.get_domain().intents
    assert importer.get_stories().story_steps
    assert len(importer.get_nlu_data().intents) > 30


def test_every_service_can_be_named_in_four_languages(importer) -> None:  # type: ignore[no-untyped-def]
    named = {table["name"]: table["elements"] for table in importer.get_nlu_data().lookup_tables}
    for service in loader.load().services.values():
        assert {service.name[lang] for lang in LANGUAGES} <= set(named[f"service:{service.id}"])


def test_bare_names_are_requests_of_their_service(importer) -> None:  # type: ignore[no-untyped-def]
    service = next(iter(loader.load().services.values()))
    found = [one for one in importer.get_nlu_data().training_examples if one.get("text") == service.name["ur"]]
    assert ("apply_service", service.id) in {(one.get("intent"), one.get("entities")[0]["value"]) for one in found}


def test_gaps_and_schema_are_no_training_data(tmp_path: Path) -> None:
    from dialogue.importer import CatalogueImporter

    for name in ("known_gaps.yml", "schema.yml", "greet.yml"):
        text = f'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - from {name}\n'
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = CatalogueImporter(None, None, [str(tmp_path)], catalogue=False).get_nlu_data()
    assert [one.get("text") for one in read.training_examples] == ["from greet.yml"]


def test_the_fingerprint_is_no_lottery(tmp_path: Path) -> None:
    from dialogue.importer import CatalogueImporter

    path = tmp_path / "greet.yml"
    path.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n', encoding="utf-8")

    def fingerprint() -> str:
        return str(CatalogueImporter(None, None, [str(tmp_path)], catalogue=False).fingerprint())

    first = fingerprint()
    assert first == fingerprint()
    path.write_text(path.read_text(encoding="utf-8") + "    - hi\n", encoding="utf-8")
    assert fingerprint() != first


def test_example_metadata_reaches_the_components(tmp_path: Path) -> None:
    from dialogue.importer import CatalogueImporter
    from nlu.components import rows

    (tmp_path / "a.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: apply_service\n  examples:\n  - text: |\n      beti ki shaadi ho gayi\n'
        "    metadata:\n      service: marriage_registration\n",
        encoding="utf-8",
    )
    (example,) = CatalogueImporter(None, None, [str(tmp_path)], catalogue=False).get_nlu_data().training_examples
    assert rows.about(example, "service") == "marriage_registration"


def test_what_linguists_wrote_down_is_no_bare_request(importer) -> None:  # type: ignore[no-untyped-def]
    labels: dict[str, set[str]] = {}
    for example in importer.get_nlu_data().training_examples:
        labels.setdefault(example.get("text").casefold(), set()).add(example.get("intent"))
    assert {text for text, said in labels.items() if len(said) > 1} == set()


def test_places_within_and_beyond_delhi_are_listed(importer) -> None:  # type: ignore[no-untyped-def]
    tables = {table["name"] for table in importer.get_nlu_data().lookup_tables}
    assert {"place:nizamuddin", "place:kalkaji", "elsewhere:bihar"} <= tables
    within = {name.partition(":")[2] for name in tables if name.startswith("place:")}
    beyond = {name.partition(":")[2] for name in tables if name.startswith("elsewhere:")}
    assert not within & beyond
