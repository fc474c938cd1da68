"""From judged sentences to figures. Pure arithmetic.

Shares are between 0 and 1, None where there is nothing to count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import quantiles
from typing import Any

from nlu.evaluate.parsing import FALLBACK, OUTSIDE, Judged
from nlu.text.normalise import normalise

BINS = 10
WORST = 60


def share(part: Sequence[Judged], right: Callable[[Judged], bool]) -> float | None:
    return round(sum(map(right, part)) / len(part), 4) if part else None


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures of a set of sentences."""
    within = [one for one in judged if one.sentence.intent != OUTSIDE]
    outside = [one for one in judged if one.sentence.intent == OUTSIDE]
    meant = [one for one in judged if one.sentence.service]
    unmeant = [one for one in within if not one.sentence.service]
    return {
        "sentences": len(judged),
        "intent_accuracy": share(judged, lambda one: one.right),
        "macro_f1": macro_f1(judged),
        "service_accuracy": share(meant, lambda one: one.service_right),
        "service_in_best_three": share(meant, lambda one: one.sentence.service in one.ranking),
        "service_invented": share(unmeant, lambda one: bool(one.service)),
        "outside_recall": share(outside, lambda one: one.right),
        "outside_accepted": share(outside, lambda one: not one.right),
        "inside_refused": share(within, lambda one: one.intent in (OUTSIDE, FALLBACK)),
        "ambiguous": share(within, lambda one: one.decision == "ambiguous"),
        "right_or_offered": share(within, offered),
        "language_accuracy": share(judged, lambda one: one.language == one.sentence.language),
        "calibration_error": calibration_error(judged),
    }


def offered(one: Judged) -> bool:
    """Whether the right intent is acted on, or among the two that are offered."""
    return one.right or (one.decision == "ambiguous" and one.second == one.sentence.intent)


def macro_f1(judged: Sequence[Judged]) -> float | None:
    scores = [f1(*counted) for counted in _intent_counts(judged).values()]
    return round(sum(scores) / len(scores), 4) if scores else None


def intents(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Of each intent: how many sentences, how many of them right, F1."""
    counts = _intent_counts(judged)
    return {
        intent: {
            "sentences": sum(one.sentence.intent == intent for one in judged),
            "accuracy": share([one for one in judged if one.sentence.intent == intent], lambda one: one.right),
            "f1": round(f1(*counts[intent]), 4),
        }
        for intent in sorted(counts)
    }


def entities(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Of each kind, over sentences whose entities somebody marked: exact values found, precision, recall, F1."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for one in judged:
        if one.sentence.entities is None:
            continue
        wanted = Counter((kind, comparable(value)) for kind, value in one.sentence.entities)
        given = Counter((kind, comparable(value)) for kind, value in one.entities)
        for (kind, _), count in wanted.items():
            there[kind] += count
        for (kind, _), count in given.items():
            found[kind] += count
        for (kind, _), count in (wanted & given).items():
            right[kind] += count
    return {
        kind: {
            "there": there[kind],
            "precision": round(right[kind] / found[kind], 4) if found[kind] else None,
            "recall": round(right[kind] / there[kind], 4) if there[kind] else None,
            "f1": round(f1(right[kind], found[kind], there[kind]), 4),
        }
        for kind in sorted(set(there) | set(found))
    }


def comparable(value: str) -> str:
    return " ".join(normalise(value).text.casefold().split())


def confusion(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Pairs (right intent, given intent) that differ, the most frequent first."""
    pairs = Counter((one.sentence.intent, one.intent) for one in judged if not one.right)
    return [{"right": right, "given": given, "times": times} for (right, given), times in pairs.most_common()]


def calibration(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """In tenths of confidence: how many guesses, their mean confidence, and how many were right."""
    rows = []
    for at in range(BINS):
        low, high = at / BINS, (at + 1) / BINS
        part = [one for one in judged if low <= one.confidence < high or one.confidence == high == 1.0]
        rows.append(
            {
                "from": low,
                "sentences": len(part),
                "confidence": round(sum(one.confidence for one in part) / len(part), 4) if part else None,
                "right": share(part, guessed),
            }
        )
    return rows


def guessed(one: Judged) -> bool:
    return one.guess == one.sentence.intent


def calibration_error(judged: Sequence[Judged]) -> float | None:
    """Mean distance between confidence and share of right guesses, over the tenths."""
    if not judged:
        return None
    rows = [row for row in calibration(judged) if row["sentences"]]
    distance: float = sum(row["sentences"] * abs(row["confidence"] - row["right"]) for row in rows)
    return round(distance / len(judged), 4)


def latency(judged: Sequence[Judged]) -> dict[str, float]:
    """Milliseconds of a whole parse."""
    times = [one.milliseconds for one in judged]
    cuts = quantiles(times, n=100) if len(times) > 1 else times * 99
    return {"p50": round(cuts[49], 3), "p95": round(cuts[94], 3), "most": round(max(times), 3)}


def worst(judged: Sequence[Judged], limit: int = WORST) -> list[dict[str, Any]]:
    """Sentences misunderstood, the most confident first."""
    wrong = [one for one in judged if not one.right or (one.sentence.service and not one.service_right)]
    wrong.sort(key=lambda one: (one.right, -one.confidence))
    return [
        {
            "text": one.sentence.text,
            "language": one.sentence.language,
            "script": one.sentence.script,
            "right": one.sentence.intent,
            "given": one.intent,
            "confidence": round(one.confidence, 3),
            "service": one.sentence.service,
            "service_given": one.service,
        }
        for one in wrong[:limit]
    ]


def f1(right: int, found: int, there: int) -> float:
    return 2 * right / (found + there) if found + there else 0.0


def _intent_counts(judged: Sequence[Judged]) -> dict[str, tuple[int, int, int]]:
    """Right, given and wanted times of each intent that is wanted; a refusal of what is out of scope counts as that."""
    wanted = Counter(one.sentence.intent for one in judged)
    given = Counter(_given(judged))
    right = Counter(one.sentence.intent for one in judged if one.right)
    return {intent: (right[intent], given[intent], wanted[intent]) for intent in wanted}


def _given(judged: Iterable[Judged]) -> Iterable[str]:
    return (one.sentence.intent if one.right else one.intent for one in judged)
