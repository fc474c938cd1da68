"""Decides whether a guess is good enough to act on: act, offer the two nearest, or say that it was not understood.

Below the lower threshold the intent becomes `nlu_fallback`; between both the parse is marked ambiguous, unless the
second guess is that the message is out of scope: then there is nothing to offer, and doubt decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.component import Component
from nlu.components.linear import HeldOut

FALLBACK = "nlu_fallback"
CALIBRATION = "gate_calibration"
"""Message key under which a classifier hands over the thresholds that its held-out examples suggest."""
WINDOW = 0.1


@dataclass(frozen=True)
class Thresholds:
    """Confidence below which nothing is done, and above which the best guess is acted on."""

    refuse: float
    act: float


def calibrate(held: HeldOut, targets: Sequence[str], outside: str, share: float, precision: float) -> Thresholds:
    """Thresholds from examples that the scorer had not seen.

    At most `share` of those within scope (label other than `outside`) fall below `refuse`; from `act` on, examples of
    about that confidence are judged right at least as often as `precision`.
    """
    best = held.probabilities.argmax(axis=1)
    top = held.probabilities.max(axis=1)
    right = np.array([held.labels[at] == target for at, target in zip(best, targets, strict=True)])
    within = np.array([target != outside for target in targets])
    refuse = float(np.quantile(top[within], share)) if within.any() else 0.0
    for act in np.arange(refuse, 1.0, 0.02):
        near = (top >= act) & (top < act + WINDOW)
        if near.sum() < 5 or right[near].mean() >= precision:
            return Thresholds(round(refuse, 4), round(float(act), 4))
    return Thresholds(round(refuse, 4), 1.0)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Gate(Component):
    """`refuse` and `act`: thresholds (None: the classifier's calibration, or else 0.3 and 0.5); `outside`: the
    intent of what is out of scope.

    Sets `gate` to {"decision": "act" | "ambiguous" | "refuse", "ambiguous", "candidates", "refuse", "act"}.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"refuse": None, "act": None, "outside": "out_of_scope"}

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._judge(message)
        return messages

    def _judge(self, message: Message) -> None:
        limits = self._limits(message)
        ranking = list(message.get("intent_ranking") or ())
        confidence = float((message.get(INTENT) or {}).get("confidence") or 0.0)
        decision = "refuse" if confidence < limits.refuse or not ranking else "act"
        if decision == "act" and confidence < limits.act and len(ranking) > 1:
            outside = self.config["outside"] in [one["name"] for one in ranking[:2]]
            decision = "refuse" if outside else "ambiguous"
        if decision == "refuse":
            fallback = {"name": FALLBACK, "confidence": round(1.0 - confidence, 6)}
            message.set("intent", fallback, add_to_output=True)
            message.set("intent_ranking", [fallback, *ranking], add_to_output=True)
        candidates = [one["name"] for one in ranking[:2]] if decision == "ambiguous" else []
        judged = {"decision": decision, "ambiguous": decision == "ambiguous", "candidates": candidates}
        message.set("gate", {**judged, **asdict(limits)}, add_to_output=True)

    def _limits(self, message: Message) -> Thresholds:
        suggested = message.get(CALIBRATION) or Thresholds(0.3, 0.5)
        refuse, act = self.config["refuse"], self.config["act"]
        low = suggested.refuse if refuse is None else float(refuse)
        return Thresholds(low, max(low, suggested.act if act is None else float(act)))
