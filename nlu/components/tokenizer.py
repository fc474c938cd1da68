"""Cuts a message into words that carry their cross-script key as lemma, and makes any string safe to understand.

Every later component sees the words of this one. A text that begins with "/" would be taken by Rasa as an intent at
confidence 1.0; here its first stroke is exchanged for one that only looks alike, so offsets stay true.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.component import Component
from nlu.text import roman, tokens
from nlu.text.normalise import normalise
from nlu.text.transliterate import transliterate

STROKE = "\N{DIVISION SLASH}"
FORM = "form"
"""Key under which a token's comparable spelling is kept, see `form`."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=65536)
def form(word: str) -> str:
    """Spelling to compare by, in any script: rendered in Roman letters, lower case, free spelling folded."""
    return roman.fold(transliterate(normalise(word).text.lower(), "Latn").lower())


def safe(text: str) -> str:
    """The text, character for character, without halves of characters and without Rasa's sign for an intent."""
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    start = len(text) - len(text.lstrip())
    if text.startswith(INTENT_MESSAGE_PREFIX, start):
        return text[:start] + STROKE + text[start + 1 :]
    return text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class PivotTokenizer(Component, Tokenizer):
    """Tokens with pivot lemmas. `max_characters`: what lies beyond is not looked at; bounds the time of a parse."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "max_characters": 2000,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        Component.__init__(self, config, storage, resource, name)
        Tokenizer.__init__(self, self.config)
        self._limit = int(self.config["max_characters"])

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = str(message.get(attribute))[: self._limit]
        return [
            Token(found.text, found.start, found.end, {FORM: form(found.text)}, found.lemma)
            for found in tokens.tokens(text)
        ]

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            message.set(TEXT, safe(str(message.get(TEXT) or "")))
        processed: list[Message] = super().process(messages)
        return processed
