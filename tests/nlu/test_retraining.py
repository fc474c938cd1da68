"""`make train` and `make back` from end to end, in a small copy of the project: a worse model cannot slip in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parents[2]
INTENTS = ("greet", "thank", "goodbye", "apply_service", "out_of_scope")
LANGUAGES = ("en", "hi")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with five intents in two languages."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("nlu", "dialogue", "catalogue", "runtime"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "config.yml", copy)
    for tree in ("training_data", "tests/nlu"):
        for language in LANGUAGES:
            (copy / tree / language).mkdir(parents=True)
            for intent in INTENTS:
                shutil.copy(ROOT / tree / language / f"{intent}.yml", copy / tree / language)
    return copy


def train(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SAHAYAK_", "DATA_DIR"))}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "nlu.train", *arguments],
        cwd=project, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def in_force(project: Path) -> str:
    (model,) = (project / "models").glob("*.tar.gz")
    return model.name


def test_a_worse_model_is_refused_taken_by_force_and_taken_back(project: Path) -> None:
    first = train(project)
    assert first.returncode == 0, first.stderr
    good = in_force(project)
    assert (project / "models" / "report.html").is_file()
    again = train(project, "--if-needed")
    assert again.returncode == 0 and "fits the present data" in again.stdout and in_force(project) == good

    # A slip of the kind that happens: all the thanks stand in the file of the greetings too, and nowhere else.
    for language in LANGUAGES:
        folder = project / "training_data" / language
        thanks = (folder / "thank.yml").read_text(encoding="utf-8")
        (folder / "thank.yml").write_text(thanks.replace("intent: thank", "intent: greet"), encoding="utf-8")
    worse = train(project)
    assert worse.returncode == 1
    assert "refused" in worse.stderr and "intent thank" in worse.stderr and "FORCE=1" in worse.stderr
    assert "no longer" in worse.stdout and ": thank, taken for greet" in worse.stdout, "the lost sentences are shown"
    assert in_force(project) == good
    assert len(list((project / "var" / "models" / "refused").glob("*.tar.gz"))) == 1

    forced = train(project, "--force")
    assert forced.returncode == 0, forced.stderr
    assert in_force(project) != good and (project / "var" / "models" / good).is_file()

    back = train(project, "--back")
    assert back.returncode == 0 and good in back.stdout and in_force(project) == good
    none = train(project, "--back")
    assert none.returncode == 1 and "no earlier model" in none.stderr and in_force(project) == good
