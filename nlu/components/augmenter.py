"""More ways to say what the training data says, made while training and never written down.

Names change into other names of the same thing, whatever their language and script (code-switching); words get slips of
spelling. A copy tells which sentence it descends from, so that the two are never on both sides of a check, and counts
less than what a person wrote. At parse time nothing happens.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import lexicon, rows
from nlu.components.component import Component
from nlu.text import tokens
from nlu.text.letters import WORDS
from nlu.text.slips import slip

Names = Mapping[tuple[str, str], Sequence[str]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Augmenter(Component):
    """Stands before the tokenizer. `names`: kinds of entities whose names are exchanged; `name_copies`: copies of each
    sentence with such a name, `slip_copies` of every other sentence (half a copy: one of every second sentence);
    `slips`: share of words that are misspelt; `weight`: what a copy counts beside a sentence; `seed` of the chance.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"names": [], "name_copies": 1, "slip_copies": 0, "slips": 0.3, "weight": 0.5, "seed": 11}

    def process(self, messages: list[Message]) -> list[Message]:
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        chance = random.Random(self.config["seed"])
        names = {
            (kind, value): texts
            for kind in self.config["names"]
            for value, texts in lexicon.spellings(training_data, kind, examples=False).items()
        }
        copies = [
            made
            for example in training_data.training_examples
            if example.get(TEXT) and example.get(INTENT)
            for made in self._copies(example, names, chance)
        ]
        # Not merged: Rasa would copy and fingerprint every sentence once more. No copy is equal to a sentence.
        augmented = copy(training_data)
        augmented.training_examples = [*training_data.training_examples, *TrainingData(copies).training_examples]
        return augmented

    def _copies(self, example: Message, names: Names, chance: random.Random) -> list[Message]:
        if _whole(example):
            return []
        named = any(_names(entity, names) for entity in example.get(ENTITIES) or ())
        count = float(self.config["name_copies"] if named else self.config["slip_copies"])
        whole, part = divmod(count, 1.0)
        extra = bool(part) and chance.random() < part
        return [self._copy(example, names, chance) for _ in range(int(whole) + extra)]

    def _copy(self, example: Message, names: Names, chance: random.Random) -> Message:
        text = str(example.get(TEXT))
        pieces: list[str] = []
        entities, at = [], 0
        for entity in sorted(example.get(ENTITIES) or (), key=lambda one: int(one[ENTITY_ATTRIBUTE_START])):
            start, end = entity[ENTITY_ATTRIBUTE_START], entity[ENTITY_ATTRIBUTE_END]
            others = _names(entity, names)
            pieces.append(self._misspelt(text[at:start], chance))
            begin = sum(map(len, pieces))
            pieces.append(chance.choice(others) if others else text[start:end])
            place = {ENTITY_ATTRIBUTE_START: begin, ENTITY_ATTRIBUTE_END: begin + len(pieces[-1])}
            entities.append({**entity, **place})
            at = end
        pieces.append(self._misspelt(text[at:], chance))
        made = Message({**example.data, TEXT: "".join(pieces), ENTITIES: entities})
        made.set(rows.DESCENT, " ".join(token.lemma for token in tokens.tokens(text)) or text)
        made.set(rows.WEIGHT, float(self.config["weight"]))
        return made

    def _misspelt(self, text: str, chance: random.Random) -> str:
        share = float(self.config["slips"])
        return WORDS.sub(lambda word: slip(word.group(), chance) if chance.random() < share else word.group(), text)


def _whole(example: Message) -> bool:
    """Whether the example is nothing but one name: its other names are examples already."""
    text = str(example.get(TEXT))
    return any(
        one[ENTITY_ATTRIBUTE_START] == 0 and one[ENTITY_ATTRIBUTE_END] == len(text)
        for one in example.get(ENTITIES) or ()
    )


def _names(entity: Mapping[str, Any], names: Names) -> Sequence[str]:
    return names.get((entity[ENTITY_ATTRIBUTE_TYPE], str(entity.get(ENTITY_ATTRIBUTE_VALUE))), ())
