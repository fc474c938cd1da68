"""Every name of the lookup tables that a message holds, found once for all components that ask.

The featurizer puts the kind in a name's place, the gazetteer makes entities of them, the resolver weighs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import lexicon
from nlu.components import storage as kept
from nlu.components.component import Component
from nlu.components.processes import mapped
from nlu.text.matching import Match, Matcher

NAMED = "named"
"""Message key under which the names are kept."""
LIMIT = 12
"""Names looked for in one message."""
SURE = 0.95
"""Likeness of a name met letter by letter, but for free Roman spelling."""
LONG = 8
"""Letters of a single word from which on likeness in sound is no accident."""


class Named(NamedTuple):
    """`value` of `kind` is named in the text from `start` to `end`; `score` is the likeness of the spelling."""

    kind: str
    value: str
    score: float
    start: int
    end: int


def named(message: Message, *kinds: str) -> list[Named]:
    """The names of these kinds that the spotter found, the best first."""
    return [one for one in message.get(NAMED) or () if one.kind in kinds]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NameSpotter(Component):
    """`entities`: kinds looked for, all in one pass, so that the longest name wins; `minimum`: least likeness."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"entities": [], "minimum": 0.8, "max_characters": 600}

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

    def restore(self) -> None:
        found = kept.read(self.storage, self.resource)
        if found:
            self._prepare(found[0]["spellings"])

    def _prepare(self, known: Mapping[str, Sequence[str]]) -> None:
        self._matcher = Matcher(known) if known else None

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            message.set(NAMED, self.named(message))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        for example, found in zip(examples, mapped(self.named, examples), strict=True):
            example.set(NAMED, found)
        return training_data

    def named(self, message: Message) -> list[Named]:
        return self.find(str(message.get(TEXT))[: self.config["max_characters"]])

    def find(self, text: str) -> list[Named]:
        """Names in the text that are like enough, the longest first."""
        if self._matcher is None:
            return []
        found = [match for match in self._matcher.find(text, LIMIT) if self._like_enough(match, text)]
        found.sort(key=lambda match: (match.start - match.end, -match.score, match.key))
        return [_named(match) for match in found]

    def _like_enough(self, match: Match, text: str) -> bool:
        """One word that only sounds like a name must be a long one: "restart" has the consonants of "rashtriyata"."""
        if match.score < self.config["minimum"]:
            return False
        spelt = text[match.start : match.end]
        return match.score >= SURE or " " in spelt or len(spelt) >= LONG


def _named(match: Match) -> Named:
    kind, _, value = match.key.partition(":")
    return Named(kind, value, match.score, match.start, match.end)
