"""`make evaluate`: how well the model in force understands; writes `models/report.json` and `models/report.html`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nlu import archives, libraries
from nlu.evaluate import page, parsing, report
from nlu.evaluate.sentences import SentencesError, read
from nlu.fingerprints import ROOT
from nlu.train import quiet


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.evaluate", description=__doc__)
    parser.add_argument("sentences", nargs="?", type=Path, default=ROOT / "tests" / "nlu", help="twin folder or TSV")
    parser.add_argument("--model", type=Path, help="archive (default: the one in force)")
    parser.add_argument("--out", type=Path, default=ROOT / "models", help="folder of the report (%(default)s)")
    options = parser.parse_args(arguments)
    model = options.model or archives.in_force(ROOT / "models")
    if model is None:
        print("there is no model in models/: run make train first", file=sys.stderr)
        return 1
    try:
        sentences = read(options.sentences)
    except (SentencesError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    libraries.for_parsing(model)
    quiet()
    source = options.sentences.name if options.sentences.is_file() else "tests/nlu"
    made = report.make(model.name, source, parsing.judge(model, sentences))
    page.publish(made, report.read(options.out / "report.json"), options.out)
    for line in report.lines(made):
        print(line)
    print(f"report: {options.out / 'report.html'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
