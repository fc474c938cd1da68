"""Pairs that are not learnt from, and how well a network does on them: whether training it has come to its end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.batches import Batch, Cutter, filled, hide, parts
from nlu.encoder.corpus import Pair
from nlu.encoder.shape import Shape

TEXTS = 128
"""Texts a batch."""


class Asked(Protocol):
    """What `network.Network` is."""

    def masked(self, batch: Batch) -> float: ...

    def means(self, ids: NDArray[np.int32]) -> NDArray[np.float32]: ...


class Figures(NamedTuple):
    """`masked`: mean loss of hidden sub-words (nats); `found`: share of pairs whose second side is the nearest of all
    second sides to the first (cosine).
    """

    masked: float
    found: float


def apart(pairs: Sequence[Pair], many: int, seed: int) -> tuple[list[Pair], list[Pair]]:
    """Pairs to learn from and up to `many` others (a tenth at most); no text of the one part is in the other.

    The others have two different sides each, and no side twice.
    """
    order = list(dict.fromkeys(pair for pair in pairs if pair.first and pair.second))
    random.Random(seed).shuffle(order)
    kept: list[Pair] = []
    texts: set[str] = set()
    for pair in order:
        if len(kept) >= min(many, len(order) // 10):
            break
        if pair.first != pair.second and texts.isdisjoint(pair):
            kept.append(pair)
            texts.update(pair)
    return [pair for pair in order if texts.isdisjoint(pair)], kept


def measure(network: Asked, cutter: Cutter, pairs: Sequence[Pair], shape: Shape) -> Figures:
    """The same sub-words are hidden each time."""
    numbers = np.random.default_rng(shape.seed)
    size = min(shape.batch, len(pairs))
    losses = [network.masked(hide(ids, cutter.hidden, shape, numbers)) for ids in parts(cutter, pairs, size, None)]
    first, second = (_means(network, [cutter.ids(pair[side], False) for pair in pairs]) for side in (0, 1))
    right = (first @ second.T).argmax(axis=1) == np.arange(len(pairs))
    return Figures(float(np.mean(losses)), float(right.mean()))


def _means(network: Asked, lines: list[list[int]]) -> NDArray[np.float32]:
    return np.concatenate(
        [network.means(filled(lines[at : at + TEXTS])) for at in range(0, len(lines), TEXTS)],
    )
