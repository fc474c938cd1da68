"""Other people's data: the components on Hinglish-TOP (romanised Hindi and English, 58 intents), trained on its train
split and measured on its validation split. `python -m nlu.evaluate.hinglish FOLDER` (train.tsv, validation.tsv; from
google-research-datasets/Hinglish-TOP-Dataset).
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import yaml

from nlu.fingerprints import ROOT
from nlu.train import quiet

COMPONENTS = ("tokenizer", "spotter", "featurizer", "classifier")
"""Modules of the pipeline that have a part in the intent; the gate would refuse, and here nothing may be refused."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def training_file(train: Sequence[dict[str, str]], english: bool) -> dict[str, Any]:
    """Rasa's training data; `english` adds the English originals of the same sentences."""
    by_intent: dict[str, list[dict[str, str]]] = {}
    for row in train:
        texts = [row["cs_query"], *([row["en_query"]] if english else [])]
        by_intent.setdefault(row["intent"].lower(), []).extend({"text": text} for text in texts)
    return {"version": "3.1", "nlu": [{"intent": name, "examples": texts} for name, texts in by_intent.items()]}


def pipeline(leave_out: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The project's own configuration of the components, without views of the names in `leave_out`."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    kept = [one for one in config["pipeline"] if one["name"].split(".")[2] in COMPONENTS]
    if leave_out:
        from nlu.components.featurizer import ChannelFeaturizer

        for one in kept:
            if one["name"].endswith("ChannelFeaturizer"):
                channels = one.get("channels") or ChannelFeaturizer.get_default_config()["channels"]
                one["channels"] = [channel for channel in channels if channel["of"] not in leave_out]
    return kept


def measure(folder: Path, english: bool, leave_out: Sequence[str]) -> dict[str, float]:
    """Accuracy on the validation split, seconds of training, milliseconds of a parse."""
    import rasa.model_training
    from rasa.core.agent import Agent

    with tempfile.TemporaryDirectory() as place:
        data, config = Path(place) / "nlu.yml", Path(place) / "config.yml"
        data.write_text(yaml.safe_dump(training_file(rows(folder / "train.tsv"), english), allow_unicode=True))
        setup = {"recipe": "default.v1", "assistant_id": "hinglish", "language": "hi", "pipeline": pipeline(leave_out)}
        config.write_text(yaml.safe_dump(setup))
        start = time.monotonic()
        model = rasa.model_training.train_nlu(str(config), str(data), place)
        trained = time.monotonic() - start
        agent = Agent.load(str(model))
        right, times = 0, []
        checked = rows(folder / "validation.tsv")
        for row in checked:
            start = time.perf_counter()
            parse = asyncio.run(agent.parse_message(row["cs_query"]))
            times.append((time.perf_counter() - start) * 1000)
            right += parse["intent"]["name"] == row["intent"].lower()
    cuts = quantiles(times, n=20)
    return {"accuracy": right / len(checked), "train_s": trained, "p50_ms": cuts[9], "p95_ms": cuts[18]}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.evaluate.hinglish", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--english", action="store_true", help="train on the English originals too")
    parser.add_argument("--without", nargs="*", default=[], choices=["form", "lemma", "class"], help="views left out")
    options = parser.parse_args(arguments)
    quiet()
    for name, value in measure(options.folder, options.english, options.without).items():
        print(f"{name} {value:.4f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
