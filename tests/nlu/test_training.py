"""A training of ours takes short cuts through Rasa's; what is learnt from is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

pytestmark = pytest.mark.rasa
ROOT = Path(__file__).resolve().parents[2]
IMPORTERS = "importers: [{name: dialogue.importer.CatalogueImporter}]\n"
GREET = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - good morning\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "config.yml").write_text(IMPORTERS)
    (tmp_path / "domain.yml").write_text('version: "3.1"\nintents: [greet, faq]\nactions: [action_greet]\n')
    (tmp_path / "greet.yml").write_text(GREET)
    return tmp_path


def importer(project: Path) -> Any:
    from nlu import training

    return training._importer(str(project / "config.yml"), str(project / "domain.yml"), [str(project)])


def test_sentences_with_words_are_those_that_rasa_would_read() -> None:
    from rasa.shared.importers.importer import TrainingDataImporter

    from dialogue.importer import CatalogueImporter
    from nlu import training

    paths = str(ROOT / "config.yml"), "dialogue/domain.yml", ["training_data/en", "dialogue/rules"]
    ours = training._importer(*paths)
    assert isinstance(ours, CatalogueImporter)
    data, rasas = ours.get_nlu_data(), TrainingDataImporter.load_from_config(*paths).get_nlu_data()
    assert data.training_examples == [one for one in rasas.training_examples if one.get("text")]
    assert data.lookup_tables == rasas.lookup_tables and data.entity_synonyms == rasas.entity_synonyms
    assert len(data.training_examples) > 1000


def test_equal_sentences_of_two_files_are_one(project: Path) -> None:
    (project / "again.yml").write_text(GREET + "    - namaste\n")
    data = importer(project).get_nlu_data()
    said = [one.get("text") for one in data.training_examples if not one.get("metadata")]
    assert sorted(said) == ["good morning", "hello", "namaste"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.yml", ""),
        ("config.yml", "importers: [{name: RasaFileImporter}]\n"),
        ("faq.yml", 'version: "3.1"\nnlu:\n- intent: faq/hours\n  examples: |\n    - when do you open\n'),
        (
            "stories.yml",
            'version: "3.1"\nstories:\n- story: words\n  steps:\n  - user: hello there\n  - action: action_greet\n',
        ),
    ],
)
def test_what_only_rasas_wrappers_can_do_is_left_to_them(project: Path, name: str, text: str) -> None:
    from rasa.shared.importers.importer import E2EImporter

    (project / name).write_text(text)
    assert isinstance(importer(project), E2EImporter)


def test_nodes_that_nothing_waits_for_are_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from nlu import training

    ran: list[str] = []

    class Schema:
        target_names = ("tagger", "classifier", "features")
        nodes: ClassVar[dict[str, SimpleNamespace]] = {
            "read": SimpleNamespace(needs={"importer": "__importer__"}),
            "features": SimpleNamespace(needs={"data": "read"}),
            "tagger": SimpleNamespace(needs={"data": "read"}),
            "classifier": SimpleNamespace(needs={"data": "features"}),
        }

        def minimal_graph_schema(self, targets: object) -> Schema:
            return self

    def node(name: str) -> Any:
        def run(*inputs: tuple[str, str]) -> tuple[str, str]:
            ran.append(name)
            return name, f"{name}({','.join(value for _, value in inputs)})"

        return run

    def at_once(jobs: list[Any]) -> list[Any]:
        assert ran == ["read", "features"]
        return [job() for job in jobs]

    monkeypatch.setattr(training, "at_once", at_once)
    runner = training.UncachedRunner.__new__(training.UncachedRunner)
    runner._graph_schema, runner._instantiated_nodes = Schema(), {name: node(name) for name in Schema.nodes}
    found = runner.run({"__importer__": "data"})
    assert found == {"tagger": "tagger(read(data))", "classifier": "classifier(features(read(data)))",
                     "features": "features(read(data))"}  # fmt: skip
