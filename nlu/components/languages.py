"""Says in which language and script a message is written: parse key `language`.

The language decides the reply only; nothing in understanding is routed by it.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.component import Component
from nlu.text import language


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageIdentifier(Component):
    """Sets `language` to {"code", "script", "confidence"}.

    A channel that knows the conversation's language hands it in as `metadata["language"]`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"max_characters": 500}

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            known = message.get(METADATA)
            previous = known.get("language") if isinstance(known, dict) else None
            found = language.identify(message.get(TEXT)[: self.config["max_characters"]], previous)
            said = {"code": found.code, "script": found.script, "confidence": round(found.confidence, 4)}
            message.set("language", said, add_to_output=True)
        return messages
