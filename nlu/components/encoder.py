"""Dense sentence features by a transformer encoder, beside the sparse ones; without an encoder it adds nothing.

The folder of a published encoder (MuRIL, IndicBERT, XLM-R, LaBSE) is named by the setting `SAHAYAK_ENCODER` or here; it
is needed for training only: the exported int8 model becomes part of the trained archive.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import sources
from nlu.components.component import Component
from nlu.components.export import FACTS, EncoderError, export
from nlu.components.sentence_encoder import SentenceEncoder
from nlu.text.normalise import normalise

SETTING = "SAHAYAK_ENCODER"


class EncoderUnusable(RasaException):
    """The folder that the configuration names holds no encoder that can be used."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EncoderFeaturizer(Component):
    """`folder`: that of a published encoder (None: the setting's, else no features); `most_tokens`: tokens of a message
    that are read; `weight`: length of the vector beside the sparse channels, each of which has length 1 to 1.5.
    """

    @staticmethod
    def required_packages() -> list[str]:
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"folder": None, "most_tokens": 64, "weight": 1.5}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        super().__init__(config, storage, resource, name)
        self._encoder: SentenceEncoder | None = None

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        return f"{sources.fingerprint()}:{_folder(config)}"

    def train(self, training_data: TrainingData) -> Resource:
        """Raises `EncoderUnusable`."""
        folder = _folder(self.config)
        with self.storage.write_to(self.resource) as kept:
            if folder is not None:
                try:
                    export(folder, kept, int(self.config["most_tokens"]))
                except EncoderError as problem:
                    raise EncoderUnusable(str(problem)) from problem
                self._encoder = SentenceEncoder(kept)
        return self.resource

    def restore(self) -> None:
        try:
            with self.storage.read_from(self.resource) as kept:
                if (kept / FACTS).is_file():
                    self._encoder = SentenceEncoder(kept)
        except ValueError:
            # Rasa's answer for a resource that was never written.
            return

    def process(self, messages: list[Message]) -> list[Message]:
        if self._encoder is not None and messages:
            texts = [normalise(str(message.get(TEXT))).text for message in messages]
            for message, vector in zip(messages, self._encoder.vectors(texts), strict=True):
                row = vector[None, :] * float(self.config["weight"])
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self.name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data


def _folder(config: dict[str, Any]) -> Path | None:
    named = config.get("folder") or os.environ.get(SETTING)
    return Path(named).expanduser() if named else None
