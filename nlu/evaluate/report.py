"""The report of a model: figures over all sentences, by language, by language and script; and what changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu.evaluate import scoring
from nlu.evaluate.parsing import Judged

Report = dict[str, Any]


def make(model: str, source: str, judged: Sequence[Judged]) -> Report:
    """`source` says in words where the sentences come from: never from training data."""
    cells = sorted({(one.sentence.language, one.sentence.script) for one in judged})
    languages = sorted({language for language, _ in cells})
    return {
        "model": model,
        "sentences_from": source,
        "all": scoring.summary(judged),
        "languages": {
            language: scoring.summary([one for one in judged if one.sentence.language == language])
            for language in languages
        },
        "cells": [
            {"language": language, "script": script, **_cell(judged, language, script)} for language, script in cells
        ],
        "intents": scoring.intents(judged),
        "entities": scoring.entities(judged),
        "calibration": scoring.calibration(judged),
        "confusion": scoring.confusion(judged),
        "worst": scoring.worst(judged),
        "latency_ms": scoring.latency(judged),
        "answers": [answer(one) for one in judged],
    }


def _cell(judged: Sequence[Judged], language: str, script: str) -> dict[str, Any]:
    part = [one for one in judged if (one.sentence.language, one.sentence.script) == (language, script)]
    by_intent = {name: figures["accuracy"] for name, figures in scoring.intents(part).items()}
    return {**scoring.summary(part), "entities": scoring.entities(part), "intents": by_intent}


def answer(one: Judged) -> dict[str, Any]:
    """What the next report compares itself with."""
    return {
        "text": one.sentence.text,
        "language": one.sentence.language,
        "script": one.sentence.script,
        "intent": one.sentence.intent,
        "given": one.intent,
        "right": one.right,
        "service": one.sentence.service,
        "service_given": one.service,
    }


def flips(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sentences of both reports whose intent or service was right and is wrong now, or the other way round."""
    before = {(one["language"], one["text"]): one for one in old.get("answers", ())}
    changed = []
    for now in new["answers"]:
        then = before.get((now["language"], now["text"]))
        if then is None or _good(then) == _good(now):
            continue
        was = {"given_before": then["given"], "service_before": then["service_given"]}
        changed.append({**now, **was, "better": _good(now)})
    return sorted(changed, key=lambda one: (one["better"], one["language"], one["text"]))


def same_sentences(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two reports are about the same sentences with the same right answers."""

    def asked(report: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return sorted((a["language"], a["script"], a["text"], a["intent"], a["service"]) for a in report["answers"])

    return asked(one) == asked(other)


def _good(one: Mapping[str, Any]) -> bool:
    return bool(one["right"] and (not one["service"] or one["service"] == one["service_given"]))


def losses(old: Mapping[str, Any], new: Mapping[str, Any], margin: float) -> list[str]:
    """Sentences for people: each language and intent whose accuracy fell by more than `margin`.

    One sentence more that is misunderstood is chance, so an intent must lose two.
    """
    found = []
    for kind in ("languages", "intents"):
        figure = "intent_accuracy" if kind == "languages" else "accuracy"
        for name, now in new[kind].items():
            then = old.get(kind, {}).get(name)
            if then is None or then[figure] is None or now[figure] is None:
                continue
            lost = then[figure] - now[figure]
            if lost > margin and round(lost * now["sentences"]) >= 2:
                what = "language" if kind == "languages" else "intent"
                found.append(f"{what} {name}: {then[figure]:.1%} before, {now[figure]:.1%} now")
    return found


def read(path: Path) -> Report | None:
    """A report written earlier, or None when there is none that can be read."""
    try:
        report: Report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return report if "answers" in report else None


def write(report: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def lines(report: Mapping[str, Any]) -> Iterable[str]:
    """The few figures that people want first."""
    for cell in report["cells"]:
        yield (
            f"{cell['language']} {cell['script']:6} {cell['sentences']:5} sentences  "
            f"intent {_percent(cell['intent_accuracy'])}  service {_percent(cell['service_accuracy'])}  "
            f"out of scope found {_percent(cell['outside_recall'])}  refused {_percent(cell['inside_refused'])}"
        )
    whole = report["all"]
    yield (
        f"all       {whole['sentences']:5} sentences  intent {_percent(whole['intent_accuracy'])}  "
        f"service {_percent(whole['service_accuracy'])}  out of scope found {_percent(whole['outside_recall'])}  "
        f"refused {_percent(whole['inside_refused'])}  {report['latency_ms']['p50']} ms"
    )


def _percent(value: float | None) -> str:
    return "     –" if value is None else f"{value:6.1%}"
