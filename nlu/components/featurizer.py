"""Sparse features of a message: words and characters, over its spelling, over the cross-script pivot, over classes.

Measured in cross-validation on our own sentences (docs in models/README.md): the spelling of each script by itself adds
nothing to its Roman rendering and the pivot, so it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from nlu.components import storage as kept
from nlu.components.component import Component
from nlu.components.ngrams import Channel, Vocabulary
from nlu.components.processes import at_once, mapped
from nlu.components.vectorizer import Vectorizer
from nlu.components.views import Views, views

CHANNELS: tuple[Channel, ...] = (
    Channel("form", "word", 1, 2, 1, 1.0),
    Channel("form", "char", 2, 5, 2, 1.5),
    Channel("lemma", "word", 1, 2, 1, 1.5),
    Channel("lemma", "char", 2, 4, 2, 1.5),
    Channel("class", "word", 1, 2, 1, 1.5),
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class ChannelFeaturizer(Component):
    """Sentence features. `channels`: list of {of, unit, low, high, minimum, weight} (see `ngrams.Channel`)."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"channels": [asdict(channel) for channel in CHANNELS]}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        super().__init__(config, storage, resource, name)
        self._prepare(())

    def train(self, training_data: TrainingData) -> Resource:
        messages = [views(example) for example in training_data.training_examples if example.get(TEXT)]
        channels = [Channel(**channel) for channel in self.config["channels"]]
        fitted = at_once([partial(Vocabulary.fit, channel, messages) for channel in channels])
        self._prepare(fitted)
        facts = [[asdict(one.channel), list(one.index)] for one in fitted]
        orders = {f"order{at}": np.fromiter(one.index.values(), np.int32) for at, one in enumerate(fitted)}
        weights = {f"idf{at}": one.idf for at, one in enumerate(fitted)}
        kept.write(self.storage, self.resource, {"vocabularies": facts}, {**orders, **weights})
        return self.resource

    def restore(self) -> None:
        found = kept.read(self.storage, self.resource)
        if found:
            facts, arrays = found
            self._prepare(
                [
                    Vocabulary(
                        Channel(**channel),
                        dict(zip(grams, arrays[f"order{at}"].tolist(), strict=True)),
                        arrays[f"idf{at}"],
                    )
                    for at, (channel, grams) in enumerate(facts["vocabularies"])
                ]
            )

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._add(message, self.row(views(message)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        for example, row in zip(examples, mapped(lambda one: self.row(views(one)), examples), strict=True):
            self._add(example, row)
        return training_data

    def _add(self, message: Message, row: csr_matrix) -> None:
        message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self.name))

    def row(self, found: Views) -> csr_matrix:
        """One row over all channels, side by side."""
        # Exchanged in a copy, because scipy takes longer to check one row than to do everything that is done with it.
        row = object.__new__(csr_matrix)
        row.__dict__.update(vars(self._blank))
        row.indices, row.data = self._vectorizer.vector(found)
        row.indptr = np.array([0, len(row.indices)], dtype=np.int32)
        return row

    def _prepare(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._vectorizer = Vectorizer(vocabularies)
        self._blank = csr_matrix((1, self._vectorizer.width), dtype=np.float32)
