"""Batches of pairs of about one length, with some of their sub-words hidden. Knows no network."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.corpus import Pair
from nlu.encoder.pieces import PAD, UNKNOWN
from nlu.encoder.shape import Shape

POOL = 64
"""Batches that are sorted by length together; more sort better, fewer mix better."""


class Cutter(Protocol):
    """What `pieces.Pieces` is."""

    size: int
    hidden: int

    def ids(self, text: str, sampled: bool) -> list[int]: ...


class Batch(NamedTuple):
    """`ids`: texts × tokens, the first sides of all pairs, then the second ones; `places`: where in the flattened ids
    something is hidden; `wanted`: what.
    """

    ids: NDArray[np.int32]
    places: NDArray[np.int32]
    wanted: NDArray[np.int32]


def batches(cutter: Cutter, pairs: Sequence[Pair], shape: Shape) -> Iterator[Batch]:
    """Without end: every pair once, in another order and cut in another way, then every pair again."""
    chance = random.Random(shape.seed)
    numbers = np.random.default_rng(shape.seed)
    size = min(shape.batch, len(pairs))
    for _ in count():
        order = chance.sample(range(len(pairs)), len(pairs))
        for at in range(0, len(order), POOL * size):
            pool = [pairs[one] for one in order[at : at + POOL * size]]
            for part in parts(cutter, pool, size, chance):
                yield hide(part, cutter.hidden, shape, numbers)


def parts(
    cutter: Cutter, pairs: Sequence[Pair], size: int, chance: random.Random | None
) -> Iterator[NDArray[np.int32]]:
    """Ids of `size` pairs of about one length each; sampled and in any order where there is `chance`. What is left
    over, fewer than `size`, is left out.
    """
    cut = [[cutter.ids(side, chance is not None) for side in pair] for pair in pairs]
    cut.sort(key=lambda sides: max(map(len, sides)))
    starts = list(range(0, len(cut) - size + 1, size))
    if chance is not None:
        chance.shuffle(starts)
    for start in starts:
        part = cut[start : start + size]
        yield filled([sides[0] for sides in part] + [sides[1] for sides in part])


def filled(lines: Sequence[list[int]]) -> NDArray[np.int32]:
    """Lines of ids filled up to the width of the longest."""
    ids = np.full((len(lines), max(map(len, lines))), PAD, dtype=np.int32)
    for row, line in enumerate(lines):
        ids[row, : len(line)] = line
    return ids


def hide(ids: NDArray[np.int32], hidden: int, shape: Shape, numbers: np.random.Generator) -> Batch:
    """Hides the share of sub-words that `shape` names; never start, end, padding or what is unknown."""
    flat = ids.reshape(-1).copy()
    candidates = np.flatnonzero(flat > UNKNOWN)
    places = numbers.permutation(candidates)[: max(1, int(len(candidates) * shape.hidden_share))].astype(np.int32)
    wanted = flat[places]
    flat[places] = hidden
    return Batch(flat.reshape(ids.shape), places, wanted)
