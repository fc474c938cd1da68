"""`make train`: trains a model, holds it against the one in force on sentences neither has seen, and puts it in force.

A model that understands any language or intent worse than before is refused; the old one stays, and the sentences that
turned wrong are shown. `--back` goes back by one model.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from nlu import archives, libraries
from nlu.evaluate import page, report
from nlu.evaluate.sentences import Sentence, SentencesError, read
from nlu.fingerprints import ROOT, fingerprint
from runtime.errors import SahayakError
from runtime.settings import Settings

MARGIN = 0.02
"""Part of a language's or an intent's sentences that a new model may lose."""
SHOWN = 20


class TrainingFailed(Exception):
    """No model came out of the training; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        settings = Settings.load(os.environ, ROOT / ".env")
    except SahayakError as problem:
        print(problem, file=sys.stderr)
        return 1
    models, earlier = ROOT / "models", settings.data_dir / "models"
    encoder = str(settings.encoder or "")
    if encoder:
        os.environ["SAHAYAK_ENCODER"] = encoder
    try:
        if options.back:
            _say(f"in force again: {archives.back(models, earlier).name}")
            return 0
        if options.if_needed and archives.fits(archives.in_force(models), fingerprint(encoder=encoder)):
            _say("the model in force fits the present data")
            return 0
        return _train(models, earlier, options)
    except (archives.NoEarlierModel, TrainingFailed, SentencesError) as problem:
        print(problem, file=sys.stderr)
        return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m nlu.train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="put the new model in force even if it understands less")
    parser.add_argument("--back", action="store_true", help="put the earlier model in force again")
    parser.add_argument("--if-needed", action="store_true", help="train only if no model fits the present data")
    parser.add_argument(
        "--margin", type=float, default=MARGIN, help="loss allowed in a language or intent (%(default)s)"
    )
    parser.add_argument(
        "--sentences", type=Path, default=ROOT / "tests" / "nlu", help="folder of twin files, or a table"
    )
    return parser.parse_args(arguments)


def _train(models: Path, earlier: Path, options: argparse.Namespace) -> int:
    start = time.monotonic()
    old = archives.in_force(models)
    libraries.for_training(
        ROOT / "config.yml", os.environ.get("SAHAYAK_ENCODER", ""), *([old] if old is not None else [])
    )
    quiet()
    with tempfile.TemporaryDirectory(prefix="sahayak-train-") as folder:
        _say("training")
        candidate = _candidate(Path(folder))
        _say(f"trained in {time.monotonic() - start:.0f} s: {candidate.stat().st_size / 1e6:.1f} MB")
        # Somebody waits for the first start, and there is nothing to compare with: `make evaluate` tells how it does.
        sentences = [] if options.if_needed and old is None else _sentences(options.sentences)
        before, after = _compared(old, candidate, sentences, options.sentences, models / "report.json")
        if before and after:
            lost = report.losses(before, after, options.margin)
            _show(report.flips(before, after))
            if lost and not options.force:
                return _refuse(lost, candidate, earlier)
        target = archives.install(candidate, models, earlier)
        if after:
            page.publish(after, before, models)
            for line in report.lines(after):
                _say(line)
    _say(f"in force: models/{target.name} ({time.monotonic() - start:.0f} s in all)")
    return 0


def _candidate(folder: Path) -> Path:
    """A freshly trained archive. Raises `TrainingFailed`."""
    from rasa.shared.exceptions import RasaException

    from nlu import training

    print_of_data = fingerprint(encoder=os.environ.get("SAHAYAK_ENCODER", ""))
    target = folder / f"{archives.name(datetime.now(timezone.utc), print_of_data)}.tar.gz"
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        training.train("config.yml", "dialogue/domain.yml", ["training_data", "dialogue/rules"], target)
    except RasaException as problem:
        raise TrainingFailed(f"Rasa refuses the data: {problem}") from problem
    finally:
        os.chdir(here)
    return target


def _sentences(path: Path) -> list[Sentence]:
    if path.is_dir() and not any(path.glob("*/*.yml")):
        _say("no sentences to check a model with: it is taken as it is")
        return []
    return read(path)


def _compared(
    old: Path | None, candidate: Path, sentences: list[Sentence], source: Path, written: Path
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Reports of the model in force (None: none, or it cannot be loaded any more) and of the candidate.

    `written`: the last report; if it is of the model in force and these very sentences, that model need not be asked.
    """
    from nlu.evaluate import parsing

    if not sentences:
        return None, None
    told = source.relative_to(ROOT).as_posix() if source.is_relative_to(ROOT) else source.name
    _say(f"checking with {len(sentences)} sentences")
    after = report.make(candidate.name, told, parsing.judge(candidate, sentences))
    if old is None:
        return None, after
    known = report.read(written)
    if known and known["model"] == old.name and report.same_sentences(known, after):
        return known, after
    return _asked(old, told, sentences), after


def _asked(old: Path, told: str, sentences: list[Sentence]) -> dict[str, Any] | None:
    from rasa.engine.exceptions import GraphComponentException
    from rasa.shared.exceptions import RasaException

    from nlu.evaluate import parsing

    try:
        return report.make(old.name, told, parsing.judge(old, sentences))
    except (
        RasaException,
        GraphComponentException,
        ImportError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as no:
        # An archive of an earlier state of the code: there is nothing to compare with.
        _say(f"the model in force cannot be asked any more ({type(no).__name__}): nothing to compare with")
        return None


def _show(flips: list[dict[str, Any]]) -> None:
    worse = [one for one in flips if not one["better"]]
    _say(f"{len(flips) - len(worse)} sentences are understood that were not, {len(worse)} no longer")
    for one in worse[:SHOWN]:
        given = f"{one['given']} {one['service_given']}".strip()
        wanted = f"{one['intent']} {one['service']}".strip()
        _say(f"  {one['language']} {one['script']}: {one['text']!r}: {wanted}, taken for {given}")


def _refuse(lost: list[str], candidate: Path, earlier: Path) -> int:
    refused = earlier / "refused"
    refused.mkdir(parents=True, exist_ok=True)
    shutil.move(str(candidate), refused / candidate.name)
    print("The new model is refused, the old one stays in force. It understands less:", file=sys.stderr)
    for line in lost:
        print(f"  {line}", file=sys.stderr)
    print("See the sentences above. To put it in force all the same: make train FORCE=1", file=sys.stderr)
    return 1


def quiet() -> None:
    """No reports home, and no chatter of libraries between the lines that people want to read."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    import logging
    import warnings

    import structlog

    warnings.simplefilter("ignore")
    logging.getLogger().setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
