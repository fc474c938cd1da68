"""The worker's Rasa without TensorFlow: the shipped model runs on it, a model that needs TensorFlow is known before."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from runtime import light
from runtime.worker.models import in_force

pytestmark = pytest.mark.rasa
ROOT = Path(__file__).resolve().parents[2]
PARSE = """
import asyncio, json, sys
from pathlib import Path
from runtime import light
light.leave_out(*light.NOT_SERVING)
from rasa.core.agent import Agent
import sklearn
import tensorflow as tf
agent = Agent.load(sys.argv[1])
print(json.dumps({
    "intent": asyncio.run(agent.parse_message("mujhe income certificate chahiye"))["intent"]["name"],
    "real": [name for name in ("tensorflow.python", "sklearn.utils", "slack_sdk.web.client") if name in sys.modules],
    "stand_in": tf.keras.layers.Dense is light.Absent,
}))
"""


def archive(folder: Path, *uses: str) -> Path:
    content = json.dumps(
        {"predict_schema": {"nodes": {str(n): {"uses": name} for n, name in enumerate(uses)}}}
    ).encode()
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        member = tarfile.TarInfo("metadata.json")
        member.size = len(content)
        file.addfile(member, BytesIO(content))
    return path


def test_the_model_in_force_runs_without_tensorflow() -> None:
    model = in_force(ROOT / "models")
    assert light.suits(model)
    done = subprocess.run([sys.executable, "-c", PARSE, str(model)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == {"intent": "apply_service", "real": [], "stand_in": True}


@pytest.mark.parametrize(
    ("uses", "suits"),
    [
        (("nlu.components.gate.Gate", "rasa.core.policies.rule_policy.RulePolicy"), True),
        (("nlu.components.gate.Gate", "rasa.nlu.classifiers.diet_classifier.DIETClassifier"), False),
        (("rasa.core.policies.ted_policy.TEDPolicy",), False),
        (("nlu.components.gate.Gate", "elsewhere.Classifier"), False),
    ],
)
def test_what_needs_tensorflow_is_known_before(tmp_path: Path, uses: tuple[str, ...], suits: bool) -> None:
    assert light.suits(archive(tmp_path, *uses)) is suits


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(b"not an archive")
    with pytest.raises(light.Unreadable, match=r"model\.tar\.gz"):
        light.suits(path)
