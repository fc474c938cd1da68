"""Entities that are known by name: departments, places, languages, fields; any script, any spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from typing_extensions import Self

from nlu.components import entities, lexicon
from nlu.components import storage as kept
from nlu.components.component import Component
from nlu.components.entities import Entity
from nlu.text.matching import Matcher


LIMIT = 12
"""Names looked for in one message."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class GazetteerExtractor(Component):
    """`entities`: kinds looked for, all in one pass, so that the longest name wins; `minimum`: least likeness."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"entities": [], "minimum": 0.8, "max_characters": 2000}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        super().__init__(config, storage, resource, name)
        self._matcher: Matcher | None = None

    def train(self, training_data: TrainingData) -> Resource:
        known = {
            f"{kind}:{value}": texts
            for kind in self.config["entities"]
            for value, texts in lexicon.spellings(training_data, kind).items()
        }
        self._prepare(known)
        kept.write(self.storage, self.resource, {"spellings": known}, {})
        return self.resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        component = cls(config, model_storage, resource, execution_context.node_name)
        found = kept.read(model_storage, resource)
        if found:
            component._prepare(found[0]["spellings"])
        return component

    def _prepare(self, known: Mapping[str, Sequence[str]]) -> None:
        self._matcher = Matcher(known) if known else None

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = self.find(message.get(TEXT)[: self.config["max_characters"]])
            message.set(ENTITIES, entities.merged(message.get(ENTITIES), found, type(self).__name__), add_to_output=True)
        return messages

    def find(self, text: str) -> list[Entity]:
        """Names in the text that are like enough, the best first."""
        if self._matcher is None:
            return []
        matches = [match for match in self._matcher.find(text, LIMIT) if match.score >= self.config["minimum"]]
        matches.sort(key=lambda match: (match.start - match.end, -match.score))
        split = [(match, *match.key.split(":", 1)) for match in matches]
        return [Entity(kind, value, match.start, match.end, match.score) for match, kind, value in split]
