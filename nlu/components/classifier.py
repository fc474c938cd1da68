"""The intent of a message, with a confidence that can be believed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import gate, linear, rows
from nlu.components import storage as kept
from nlu.components.component import Component
from nlu.components.linear import Linear

NOTHING = {"name": None, "confidence": 0.0}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedClassifier(Component, IntentClassifier):
    """Linear classifier over the pipeline's sentence features.

    `cost` is the weight of errors against simplicity, `folds` how many parts the calibration holds out in turn,
    `ranking_length` how many intents `intent_ranking` lists. For the gate: `outside` is the intent of what is out of
    scope, `refused_share` how much of the rest may be refused, `precision` how often a guess acted on must be right.
    """

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "cost": 0.3,
            "folds": 4,
            "ranking_length": 5,
            "outside": "out_of_scope",
            "refused_share": 0.02,
            "precision": 0.7,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        super().__init__(config, storage, resource, name)
        self._model: Linear | None = None
        self._thresholds: gate.Thresholds | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from examples with an intent; with fewer than two intents nothing can be told apart."""
        examples = rows.labelled(training_data.training_examples)
        intents = [str(example.get(INTENT)) for example in examples]
        if len(set(intents)) < 2:
            return self.resource
        self._model, held = linear.fit(
            rows.matrix([rows.row(example) for example in examples]),
            intents,
            rows.groups(examples),
            rows.weights(examples),
            float(self.config["cost"]),
            int(self.config["folds"]),
        )
        if held:
            settings = self.config["outside"], float(self.config["refused_share"]), float(self.config["precision"])
            self._thresholds = gate.calibrate(held, intents, *settings)
        thresholds = asdict(self._thresholds) if self._thresholds else None
        kept.write(self.storage, self.resource, {**self._model.facts(), "gate": thresholds}, self._model.arrays())
        return self.resource

    def restore(self) -> None:
        found = kept.read(self.storage, self.resource)
        if found:
            self._model = Linear.restore(*found)
            thresholds = found[0]["gate"]
            self._thresholds = gate.Thresholds(**thresholds) if thresholds else None

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking = self._ranking(message)
            message.set("intent", dict(ranking[0]) if ranking else dict(NOTHING), add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set(gate.CALIBRATION, self._thresholds)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        features = rows.row(message)
        if self._model is None or not len(features.columns):
            # Nothing known is in the message: any guess would be the prior's, not the message's.
            return []
        chances = self._model.chances(features.columns, features.values)
        best = chances.argsort()[::-1][: int(self.config["ranking_length"])]
        return [{"name": self._model.labels[at], "confidence": round(float(chances[at]), 6)} for at in best]
