"""Whether a program of ours needs TensorFlow beside Rasa is known before Rasa is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu import libraries
from runtime import light

pytestmark = pytest.mark.rasa
ROOT = Path(__file__).resolve().parents[2]
OURS = "pipeline: [{name: nlu.components.gate.Gate}]\n"
RULES = "policies: [{name: RulePolicy}]\n"


@pytest.fixture
def left_out(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Filled when TensorFlow would be left out."""
    said: list[bool] = []
    monkeypatch.setattr(light, "leave_out", lambda: said.append(True))
    return said


def test_our_own_training_needs_none(left_out: list[bool]) -> None:
    libraries.for_training(ROOT / "config.yml", "")
    assert left_out


def test_an_encoder_that_is_exported_needs_none(left_out: list[bool]) -> None:
    libraries.for_training(ROOT / "config.yml", str(ROOT / "models" / "encoder"))
    assert left_out


@pytest.mark.parametrize(
    ("config", "encoder", "light_enough"),
    [
        (OURS + RULES, "", True),
        (OURS + "policies: [RulePolicy, AugmentedMemoizationPolicy]\n", "", True),
        (OURS + RULES, "/srv/muril", False),
        (OURS, "", False),
        ("", "", False),
        (RULES + "pipeline: [{name: WhitespaceTokenizer}, {name: DIETClassifier, epochs: 5}]\n", "", False),
        (RULES + "pipeline: [{name: rasa.nlu.classifiers.diet_classifier.DIETClassifier}]\n", "", False),
        (OURS + "policies: [{name: TEDPolicy}]\n", "", False),
        (RULES + "pipeline: [{name: nlu.components.encoder.EncoderFeaturizer, folder: /srv/muril}]\n", "", False),
    ],
)
def test_a_configuration_tells(
    tmp_path: Path, left_out: list[bool], config: str, encoder: str, light_enough: bool
) -> None:
    path = tmp_path / "config.yml"
    path.write_text(config)
    libraries.for_training(path, encoder)
    assert bool(left_out) is light_enough


def test_the_model_to_compare_with_tells_too(
    tmp_path: Path, left_out: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.yml"
    path.write_text(OURS + RULES)
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no archive")
    monkeypatch.setattr(light, "suits", lambda model: False)
    libraries.for_training(path, "", broken)
    libraries.for_parsing(broken)
    assert not left_out
    monkeypatch.undo()
    monkeypatch.setattr(light, "leave_out", lambda: left_out.append(True))
    libraries.for_training(path, "", broken)
    libraries.for_parsing(broken)
    assert len(left_out) == 2, "whoever loads it will be told that it is none"
