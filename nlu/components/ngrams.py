"""From tokens to n-grams: which strings stand for a message.

Words alone and in pairs, and the characters inside words (a word's edges marked), each over one of the views of a
message. Knows no Rasa and no labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Views = Mapping[str, Sequence[str]]
EDGE = " "
REMEMBERED = 8192
"""Words of one channel whose columns are remembered."""


@dataclass(frozen=True)
class Channel:
    """N-grams of one view. `of` names the view; `unit` is "word" or "char"; `low`..`high` are n-gram lengths.

    N-grams seen in fewer than `minimum` training messages are dropped; `weight` scales the channel's vector, which has
    length 1 before.
    """

    of: str
    unit: str
    low: int
    high: int
    minimum: int = 1
    weight: float = 1.0

    def strings(self, views: Views) -> list[str]:
        """The n-grams of a message, repeated as often as they occur."""
        parts = [part for part in views[self.of] if part]
        return (
            word_ngrams(parts, self.low, self.high) if self.unit == "word" else char_ngrams(parts, self.low, self.high)
        )


def word_ngrams(parts: Sequence[str], low: int, high: int) -> list[str]:
    grams: list[str] = []
    for size in range(low, high + 1):
        grams.extend(" ".join(parts[at : at + size]) for at in range(len(parts) - size + 1))
    return grams


def char_ngrams(parts: Iterable[str], low: int, high: int) -> list[str]:
    grams: list[str] = []
    for part in parts:
        marked = EDGE + part + EDGE
        for size in range(low, high + 1):
            grams.extend([marked[at : at + size] for at in range(len(marked) - size + 1)])
    return grams


@dataclass(frozen=True)
class Vocabulary:
    """The fitted n-grams of one channel: `index` of each, and its inverse document frequency.

    `offset`: where its columns begin beside those of other channels.
    """

    channel: Channel
    index: dict[str, int]
    idf: NDArray[np.float32]
    offset: int = 0
    _columns: dict[str, list[int]] = field(default_factory=dict, repr=False, compare=False)
    """Columns of the characters of words met before: the same words come again and again."""

    @classmethod
    def fit(cls, channel: Channel, messages: Sequence[Views]) -> Vocabulary:
        """Counts over all messages; an empty vocabulary when nothing occurs often enough."""
        grams = lru_cache(maxsize=None)(lambda part: char_ngrams([part], channel.low, channel.high))
        counts: Counter[str] = Counter()
        for views in messages:
            if channel.unit == "word":
                counts.update(set(channel.strings(views)))
            else:
                counts.update(set(chain.from_iterable(grams(part) for part in views[channel.of] if part)))
        kept = sorted(gram for gram, count in counts.items() if count >= channel.minimum)
        shares = (1 + len(messages)) / (1 + np.array([counts[gram] for gram in kept], dtype=float))
        return cls(channel, {gram: at for at, gram in enumerate(kept)}, (np.log(shares) + 1).astype(np.float32))

    def columns(self, views: Views) -> list[int]:
        """Columns of all known n-grams of a message, as often as they occur."""
        index = self.index
        if self.channel.unit == "word":
            grams = self.channel.strings(views)
            return [at + self.offset for at in map(index.get, grams) if at is not None]
        found: list[int] = []
        for part in views[self.channel.of]:
            columns = self._columns.get(part)
            if columns is None:
                grams = char_ngrams([part], self.channel.low, self.channel.high) if part else []
                columns = [at + self.offset for at in map(index.get, grams) if at is not None]
                if len(self._columns) >= REMEMBERED:
                    self._columns.clear()
                self._columns[part] = columns
            found += columns
        return found
