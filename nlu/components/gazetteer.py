"""Makes entities of the names that the spotter found: departments, places, languages, fields. Nothing is learnt."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from nlu.components import entities, spotter
from nlu.components.component import Component
from nlu.components.entities import Entity
from nlu.components.spotter import NameSpotter


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class GazetteerExtractor(Component):
    """`entities`: kinds of names that become entities; `called`: kinds that become entities of another name."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [NameSpotter]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"entities": [], "called": {}}

    def process(self, messages: list[Message]) -> list[Message]:
        called = self.config["called"]
        for message in messages:
            found = [
                Entity(called.get(one.kind, one.kind), one.value, one.start, one.end, one.score)
                for one in spotter.named(message, *self.config["entities"])
            ]
            message.set(
                ENTITIES, entities.merged(message.get(ENTITIES), found, type(self).__name__), add_to_output=True
            )
        return messages
