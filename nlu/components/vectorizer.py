"""What each n-gram of a message is worth: the channels' vectors side by side, as one sparse row.

The same values as scikit-learn's `TfidfVectorizer` gives channel by channel (sublinear term frequency, length 1), but
for all channels in one go and without its checks: these cost one short message more than the counting.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.components.ngrams import Views, Vocabulary


@lru_cache(maxsize=1024)
def _sublinear(count: int) -> float:
    return 1.0 + math.log(count)


class Vectorizer:
    """Over fitted vocabularies, in their order. `width` is the number of columns of all of them."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._vocabularies: list[Vocabulary] = []
        self.width = 0
        for vocabulary in vocabularies:
            self._vocabularies.append(replace(vocabulary, offset=self.width, _columns={}))
            self.width += len(vocabulary.index)
        self._idf = np.concatenate([one.idf for one in vocabularies]) if vocabularies else np.zeros(0, np.float32)

    def vector(self, views: Views) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Columns (ascending) and values of a message; each channel's part has the length of its weight, or none."""
        found: list[int] = []
        ordered: list[int] = []
        lengths: list[int] = []
        weights: list[float] = []
        for vocabulary in self._vocabularies:
            part = vocabulary.columns(views)
            if part:
                kept = sorted(set(part))
                found += part
                ordered += kept
                lengths.append(len(kept))
                weights.append(vocabulary.channel.weight)
        columns = np.array(ordered, dtype=np.int32)
        if not ordered:
            return columns, np.zeros(0, dtype=np.float32)
        values = self._idf[columns]
        if len(ordered) < len(found):
            counts = Counter(found)
            values *= np.array([_sublinear(counts[at]) for at in ordered], dtype=np.float32)
        starts = np.cumsum([0, *lengths[:-1]])
        squares = np.add.reduceat(values * values, starts)
        scales = np.array(weights, dtype=np.float32) / np.sqrt(squares)
        return columns, values * np.repeat(scales, lengths)
