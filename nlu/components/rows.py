"""Sparse rows of messages, what each counts, and which of them descend from one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

DESCENT = "descends_from"
"""Message key: `key` of the sentence that an augmented example was made from."""
WEIGHT = "weight"
"""Message key: how much an example counts in training; absent: 1."""


UNSPOKEN = "unspoken"
"""Key of an example's metadata: the intent comes from elsewhere and is named for Rasa only."""


class Row(NamedTuple):
    """One sparse row: ascending `columns`, their `values`, and how many columns there are."""

    columns: NDArray[np.int32]
    values: NDArray[np.float32]
    width: int


def row(message: Message) -> Row:
    """All sparse and dense sentence features of a message, side by side in the order of the pipeline."""
    parts = []
    for feature in message.features:
        if feature.type == FEATURE_TYPE_SENTENCE and feature.attribute == TEXT:
            matrix = feature.features.tocsr() if feature.is_sparse() else csr_matrix(np.atleast_2d(feature.features))
            parts.append(Row(matrix.indices, matrix.data, matrix.shape[1]))
    return parts[0] if len(parts) == 1 else beside(parts)


def beside(parts: Sequence[Row]) -> Row:
    """The rows as one. Plain arrays, because scipy's stacking of one row takes longer than everything done with it."""
    if not parts:
        return Row(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), 0)
    offsets = np.cumsum([0, *(part.width for part in parts)])
    columns = np.concatenate([part.columns + offset for part, offset in zip(parts, offsets.tolist(), strict=False)])
    values = np.concatenate([part.values for part in parts]).astype(np.float32, copy=False)
    return Row(columns, values, int(offsets[-1]))


def matrix(found: Sequence[Row]) -> csr_matrix:
    """Rows below one another: messages × features."""
    bounds = np.cumsum([0, *(len(one.columns) for one in found)])
    columns = np.concatenate([one.columns for one in found])
    values = np.concatenate([one.values for one in found])
    return csr_matrix((values, columns, bounds), shape=(len(found), found[0].width if found else 0))


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
    """Examples with words and an intent that somebody utters (their metadata does not say `unspoken`)."""
    return [
        message for message in messages if message.get(TEXT) and message.get(INTENT) and not about(message, UNSPOKEN)
    ]


def about(message: Message, name: str) -> str | None:
    """A fact from an example's metadata in the training data."""
    known = (message.get(METADATA) or {}).get(METADATA_EXAMPLE)
    found = known.get(name) if isinstance(known, dict) else None
    return str(found) if found else None
