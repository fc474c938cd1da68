"""Which of many things a person means, named or not: here, the service of the catalogue.

A classifier over the pipeline's sentence features and over the names found in the text gives the ranking; whether
anything is meant is `meant`'s to say, which knows the intent too. The names become entities where they stand; a thing
that is meant without being named becomes an entity over the whole text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, ENTITY_ATTRIBUTE_TYPE, ENTITY_ATTRIBUTE_VALUE, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import entities, linear, meant, rows, spotter
from nlu.components import storage as kept
from nlu.components.component import Component
from nlu.components.entities import Entity
from nlu.components.linear import HeldOut, Linear
from nlu.components.meant import Meant
from nlu.components.rows import Row
from nlu.components.spotter import Named, NameSpotter

NONE = ""
"""Label of an example that means none."""
NAMED = 0.5
"""Least confidence of a thing that is named exactly and that the classifier chooses too."""

SURE = 0.95
"""Likeness from which a name needs no support by the words around it."""
PLAUSIBLE = 0.02
"""Least chance, by the classifier, of a thing whose name was only nearly met ("kitne" is no "khatauni")."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ServiceResolver(Component):
    """Sets `<entity>_ranking` and adds entities of the kind `entity`.

    The label of a training example is its metadata under `entity`, else its first annotated entity of that kind.
    `names_weight` is the worth of a name beside the words; `threshold`: least probability that anything is meant (a
    thing too many is only offered, one too few has to be asked for).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [NameSpotter]

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "entity": "service",
            "cost": 0.3,
            "folds": 4,
            "names_weight": 1.0,
            "threshold": 0.25,
            "ranking_length": 3,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        super().__init__(config, storage, resource, name)
        self._model: Linear | None = None
        self._values: dict[str, int] = {}
        self._meant: Meant | None = None

    def train(self, training_data: TrainingData) -> Resource:
        kind = str(self.config["entity"])
        examples = rows.labelled(training_data.training_examples)
        self._prepare(sorted({one.value for example in examples for one in spotter.named(example, kind)}))
        targets = [self._label(example) for example in examples]
        if len(set(targets)) > 1:
            features = rows.matrix([self._row(example, spotter.named(example, kind)) for example in examples])
            self._model, held = linear.fit(
                features,
                targets,
                rows.groups(examples),
                rows.weights(examples),
                float(self.config["cost"]),
                int(self.config["folds"]),
            )
            if held and NONE in held.labels:
                intents = [str(example.get(INTENT)) for example in examples]
                names = [_likeness(spotter.named(example, kind)) for example in examples]
                self._meant = meant.fit(_odds(held), intents, names, [target != NONE for target in targets])
        facts = {
            "values": list(self._values),
            "meant": self._meant.facts() if self._meant else None,
            **(self._model.facts() if self._model else {}),
        }
        kept.write(self.storage, self.resource, facts, self._model.arrays() if self._model else {})
        return self.resource

    def restore(self) -> None:
        found = kept.read(self.storage, self.resource)
        if found:
            facts, arrays = found
            self._prepare(facts["values"])
            self._meant = Meant.restore(facts["meant"]) if facts["meant"] else None
            self._model = Linear.restore(facts, arrays) if arrays else None

    def process(self, messages: list[Message]) -> list[Message]:
        kind = str(self.config["entity"])
        for message in messages:
            named = spotter.named(message, kind)
            chances = self._chances(message, named)
            best = sorted(((chance, value) for value, chance in chances.items() if value != NONE), reverse=True)
            ranking = [
                {"id": value, "confidence": round(chance, 6)}
                for chance, value in best[: int(self.config["ranking_length"])]
            ]
            message.set(f"{kind}_ranking", ranking, add_to_output=True)
            found = []
            if self._something(message, named, chances, best):
                found = self._entities(str(message.get(TEXT)), named, chances, best)
            message.set(ENTITIES, entities.added(message.get(ENTITIES), found, type(self).__name__), add_to_output=True)
        return messages

    def _prepare(self, values: Sequence[str]) -> None:
        self._values = {value: at for at, value in enumerate(values)}

    def _label(self, example: Message) -> str:
        kind = str(self.config["entity"])
        told = rows.about(example, kind)
        if told:
            return told
        for one in example.get(ENTITIES) or ():
            if one[ENTITY_ATTRIBUTE_TYPE] == kind:
                return str(one[ENTITY_ATTRIBUTE_VALUE])
        return NONE

    def _row(self, message: Message, named: Sequence[Named]) -> Row:
        """The message's features and one column a value: how surely it is named."""
        extra: dict[int, float] = {}
        for match in named:
            at = self._values.get(match.value)
            if at is not None:
                extra[at] = max(extra.get(at, 0.0), match.score * float(self.config["names_weight"]))
        columns = sorted(extra)
        values = np.array([extra[at] for at in columns], dtype=np.float32)
        return rows.beside([rows.row(message), Row(np.array(columns, dtype=np.int32), values, len(self._values))])

    def _chances(self, message: Message, named: Sequence[Named]) -> dict[str, float]:
        features = self._row(message, named)
        if self._model is None or not len(features.columns):
            return {match.value: match.score * NAMED for match in named}
        return dict(
            zip(self._model.labels, self._model.chances(features.columns, features.values).tolist(), strict=True)
        )

    def _something(
        self,
        message: Message,
        named: Sequence[Named],
        chances: Mapping[str, float],
        best: Sequence[tuple[float, str]],
    ) -> bool:
        """Whether the message means anything."""
        if self._meant is None or not best:
            return bool(best)
        ranking = {one["name"]: float(one["confidence"]) for one in message.get("intent_ranking") or ()}
        chance = self._meant.chance(best[0][0], chances.get(NONE, 0.0), ranking, _likeness(named))
        return chance >= float(self.config["threshold"])

    def _entities(
        self, text: str, named: Sequence[Named], chances: Mapping[str, float], best: Sequence[tuple[float, str]]
    ) -> list[Entity]:
        kind = str(self.config["entity"])
        something = sum(chance for chance, _ in best) or 1.0
        top = best[0][1]
        found = []
        for match in named:
            chance = chances.get(match.value, 0.0)
            if match.score >= SURE or chance >= PLAUSIBLE:
                # What is named is meant in part only ("my dl expired" means its renewal): the classifier has seen the
                # name too, so its first choice is never outdone by a name it did not choose.
                share = NAMED + (1 - NAMED) * chance / something if match.value == top else NAMED * chance / something
                found.append(Entity(kind, match.value, match.start, match.end, match.score * share))
        if top not in {one.value for one in found}:
            found.append(Entity(kind, top, 0, len(text), best[0][0] / something))
        return found


def _likeness(named: Sequence[Named]) -> float:
    return max((one.score for one in named), default=0.0)


def _odds(held: HeldOut) -> NDArray[Any]:
    """Examples × 2: probability of the best thing, and of none."""
    nothing = held.labels.index(NONE)
    things = np.delete(held.probabilities, nothing, axis=1)
    return np.column_stack([things.max(axis=1), held.probabilities[:, nothing]])
