"""Whether anything is meant at all: a person who greets means no service, one who asks for a fee mostly does.

Weighs three witnesses: the resolver's own odds of "something" against "nothing", how often something is meant under the
intent of the message, and whether a name stands in it. Logistic regression over held-out odds. Knows no Rasa.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

FLOOR = 1e-6
PRIOR = 2.0
"""Examples with and without that every intent is thought to have had, so that none is certain."""
SURE = 0.95
"""Likeness of a name from which on it is no accident."""


@dataclass(frozen=True)
class Meant:
    """`shares`: of each intent, how often something is meant; `share` is that of all; `weights` ends in the bias."""

    shares: Mapping[str, float]
    share: float
    weights: tuple[float, ...]

    def chance(self, something: float, nothing: float, intents: Mapping[str, float], named: float) -> float:
        """Probability that something is meant.

        `something`: the best thing's probability, `nothing`: that of none; `intents`: probabilities of the intents;
        `named`: likeness of the best name in the text, 0 without one.
        """
        known = sum(intents.values())
        told = sum(chance * self.shares.get(name, self.share) for name, chance in intents.items())
        share = told + max(0.0, 1.0 - known) * self.share
        seen = witnesses(something, nothing, share, named)
        score = sum(weight * one for weight, one in zip(self.weights, (*seen, 1.0), strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))

    def facts(self) -> dict[str, Any]:
        return {"shares": dict(self.shares), "share": self.share, "weights": list(self.weights)}

    @classmethod
    def restore(cls, facts: Mapping[str, Any]) -> Meant:
        return cls(dict(facts["shares"]), float(facts["share"]), tuple(facts["weights"]))


def witnesses(something: float, nothing: float, share: float, named: float) -> tuple[float, float, float, float]:
    """What the regression sees of a message."""
    share = min(max(share, 0.01), 0.99)
    return (
        math.log(something + FLOOR) - math.log(nothing + FLOOR),
        math.log(share / (1.0 - share)),
        float(named >= SURE),
        float(named > 0),
    )


def fit(odds: NDArray[Any], intents: Sequence[str], named: Sequence[float], targets: Sequence[bool]) -> Meant | None:
    """`odds` is examples × 2: held-out probability of the best thing, and of none. None where there is one answer."""
    if len(set(targets)) < 2:
        return None
    meant = np.asarray(targets)
    shares = {
        intent: float((meant[inside].sum() + PRIOR) / (inside.sum() + 2 * PRIOR))
        for intent, inside in ((one, np.array([one == other for other in intents])) for one in sorted(set(intents)))
    }
    seen = [
        witnesses(float(pair[0]), float(pair[1]), shares[intent], name)
        for pair, intent, name in zip(odds, intents, named, strict=True)
    ]
    machine = LogisticRegression().fit(seen, meant)
    weights = (*machine.coef_[0].tolist(), float(machine.intercept_[0]))
    return Meant(shares, float(meant.mean()), weights)
