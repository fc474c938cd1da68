"""The comparison with the stock pipeline, on a handful of sentences in one epoch: it runs, and both are measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good morning
    - namaste ji
- intent: thank
  examples: |
    - thank you
    - many thanks
    - shukriya
"""


def test_both_pipelines_are_measured_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text(NLU, encoding="utf-8")
    asked = "text\tlanguage\tscript\tintent\tservice\nhello ji\ten\tnative\tgreet\t\nthanks\ten\tnative\tthank\t\n"
    (tmp_path / "asked.tsv").write_text(asked, encoding="utf-8")
    given = [
        "--data",
        str(tmp_path / "nlu.yml"),
        "--sentences",
        str(tmp_path / "asked.tsv"),
        "--epochs",
        "1",
        "--no-names",
    ]
    command = [sys.executable, "-W", "ignore", "-m", "nlu.evaluate.bench", *given]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
    lines = {line[:18].strip(): line[18:].split() for line in found.stdout.splitlines()[-9:]}
    assert lines["understanding"] == ["ours", "stock"]
    assert all(
        float(value) > 0
        for title in ("training, s", "parse p50, ms", "p50 as Rasa runs", "most memory, MB")
        for value in lines[title]
    )
    assert all(0 <= float(value) <= 1 for value in lines["intent accuracy"])
