"""Our pipeline beside Rasa's stock one, in one run on one machine: `python -m nlu.evaluate.bench`.

Both learn from the same files through the same importer and are asked the same sentences by the same runner, that of
our workers; every tenth also by Rasa's own. Each is in a process of its own, so that its memory is its own. Never
asserted by a test: figures are for comparison.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from nlu.evaluate.sentences import read
from nlu.fingerprints import ROOT
from nlu.train import quiet

WAYS = ("ours", "stock")
FIGURES = (
    ("training, s", "train_s", "{:.0f}"),
    ("parse p50, ms", "p50_ms", "{:.2f}"),
    ("parse p95, ms", "p95_ms", "{:.2f}"),
    ("p50 as Rasa runs", "rasas_ms", "{:.2f}"),
    ("most memory, MB", "memory_mb", "{:.0f}"),
    ("model, MB", "model_mb", "{:.1f}"),
    ("intent accuracy", "intent", "{:.3f}"),
    ("service accuracy", "service", "{:.3f}"),
)


def config(way: str, epochs: int, names: bool = True) -> dict[str, Any]:
    """Rasa's configuration: the project's own, or what Rasa proposes for a new project.

    `names`: whether both also learn the catalogue's names; the stock classifier takes minutes for them.
    """
    ours: dict[str, Any] = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    ours["importers"] = [{**importer, "catalogue": names} for importer in ours["importers"]]
    if way == "ours":
        return ours
    pipeline = [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 1},
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ]
    return {**ours, "pipeline": pipeline, "policies": []}


def measure(
    way: str, epochs: int, data: Path, sentences: Path, names: bool = True, language: str = ""
) -> dict[str, float]:
    """Trains and asks in this process. `language`: learns and asks this one alone."""
    import rasa.model_training

    from nlu.evaluate import parsing, scoring

    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "config.yml"
        written.write_text(yaml.safe_dump(config(way, epochs, names)), encoding="utf-8")
        start = time.monotonic()
        model = Path(rasa.model_training.train_nlu(str(written), str(data / language), folder))
        trained = time.monotonic() - start
        asked = [one for one in read(sentences) if language in ("", one.language)]
        judged = parsing.judge(model, asked)
        rasas = median(parsing.rasas_own(model, asked[::10] or asked))
        size = model.stat().st_size / 1e6
    summary, latency = scoring.summary(judged), scoring.latency(judged)
    return {
        "train_s": trained,
        "p50_ms": latency["p50"],
        "p95_ms": latency["p95"],
        "rasas_ms": rasas,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "model_mb": size,
        "intent": summary["intent_accuracy"] or 0.0,
        "service": summary["service_accuracy"] or 0.0,
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """The figures side by side."""
    lines = [f"{'understanding':18}" + "".join(f"{way:>10}" for way in found)]
    for title, key, form in FIGURES:
        lines.append(f"{title:18}" + "".join(f"{form.format(one[key]):>10}" for one in found.values()))
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.evaluate.bench", description=__doc__)
    parser.add_argument("--epochs", type=int, default=100, help="of the stock classifier (%(default)s)")
    parser.add_argument("--data", type=Path, default=ROOT / "training_data")
    parser.add_argument("--sentences", type=Path, default=ROOT / "tests" / "nlu")
    parser.add_argument("--no-names", action="store_true", help="learn the sentences alone, not the catalogue's names")
    parser.add_argument("--language", default="", help="learn and ask this one alone, in much less time (default: all)")
    parser.add_argument("--only", choices=WAYS, help="measure one in this process and print JSON")
    options = parser.parse_args(arguments)
    if options.only:
        quiet()
        how = options.only, options.epochs, options.data, options.sentences, not options.no_names, options.language
        print(json.dumps(measure(*how)))
        return 0
    given = ["--epochs", str(options.epochs), "--data", str(options.data), "--sentences", str(options.sentences)]
    given += ["--language", options.language] if options.language else []
    given += ["--no-names"] if options.no_names else []
    found = {}
    for way in WAYS:
        command = [sys.executable, "-W", "ignore", "-m", "nlu.evaluate.bench", "--only", way, *given]
        child = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        found[way] = json.loads(child.stdout.splitlines()[-1])
    print(table(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
