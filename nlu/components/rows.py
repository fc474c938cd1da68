"""Sparse rows of messages, what each counts, and which of them descend from one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, hstack, vstack

DESCENT = "descends_from"
"""Message key: `key` of the sentence that an augmented example was made from."""
WEIGHT = "weight"
"""Message key: how much an example counts in training; absent: 1."""


def row(message: Message) -> csr_matrix:
    """All sparse and dense sentence features of a message, side by side in the order of the pipeline."""
    parts = [
        feature.features if feature.is_sparse() else csr_matrix(np.atleast_2d(feature.features))
        for feature in message.features
        if feature.type == FEATURE_TYPE_SENTENCE and feature.attribute == TEXT
    ]
    if len(parts) == 1:
        return parts[0]
    return hstack(parts, format="csr", dtype=np.float32) if parts else csr_matrix((1, 0), dtype=np.float32)


def rows(messages: Sequence[Message]) -> csr_matrix:
    """Messages × features."""
    return vstack([row(message) for message in messages], format="csr", dtype=np.float32)


def key(message: Message) -> str:
    """The words of a message as all scripts write them: equal for one sentence in several scripts."""
    return " ".join(token.lemma for token in message.get(TOKENS_NAMES[TEXT]) or ()) or str(message.get(TEXT))


def groups(messages: Sequence[Message]) -> list[int]:
    """A number for each message, equal for those that must not be parted between training and checking."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(message.get(DESCENT) or key(message), len(numbers)) for message in messages]


def weights(messages: Sequence[Message]) -> list[float]:
    return [float(message.get(WEIGHT, 1.0)) for message in messages]


def labelled(messages: Sequence[Message]) -> list[Message]:
    """Examples with words and an intent."""
    return [message for message in messages if message.get(TEXT) and message.get(INTENT)]


def about(message: Message, name: str) -> str | None:
    """A fact from an example's metadata in the training data."""
    known = (message.get(METADATA) or {}).get(METADATA_EXAMPLE)
    found = known.get(name) if isinstance(known, dict) else None
    return str(found) if found else None
