"""What each n-gram of a message is worth: the channels' vectors side by side, as one sparse row.

The same values as scikit-learn's `TfidfVectorizer` gives channel by channel (sublinear term frequency, length 1), but
for all channels in one go and without its checks: these cost one short message more than the counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nlu.components.ngrams import Views, Vocabulary


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
        starts: list[int] = []
        weights: list[float] = []
        for vocabulary in self._vocabularies:
            part = vocabulary.columns(views)
            if part:
                starts.append(len(found))
                weights.append(vocabulary.channel.weight)
                found += part
        if not found:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        columns = np.array(found, dtype=np.int32)
        columns.sort()
        # Columns of a channel stay together, since the channels' ranges lie side by side; what came twice stands once.
        size = len(columns)
        new = np.empty(size + 1, dtype=bool)
        new[0] = new[size] = True
        np.not_equal(columns[1:], columns[:-1], out=new[1:size])
        at = new.nonzero()[0]
        columns = columns.take(at[:-1])
        values = self._idf.take(columns)
        values *= 1.0 + np.log(at[1:] - at[:-1])
        bounds = at.searchsorted([*starts, size])
        squares = np.add.reduceat(values * values, bounds[:-1])
        scales = np.array(weights, dtype=np.float32) / np.sqrt(squares)
        return columns, values * scales.repeat(bounds[1:] - bounds[:-1])
