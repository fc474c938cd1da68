"""How large the small encoder is and how it is trained; numbers only, read by all that trains it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """`vocabulary` sub-words; `layers` of `size` with `heads`; `tokens` of a text that are read at most.

    `batch`: pairs a step; `rate`: the highest rate of learning, reached after the share `warm_up` of the time, nothing
    at its end; `minutes`: wall time of training, unless its `steps` are given; `hidden_share`: share of sub-words that
    are hidden and to be guessed; `temperature` of the likeness between the sides of pairs; `held_out`: pairs that are
    measured on, not learnt from.
    """

    vocabulary: int = 8000
    layers: int = 2
    size: int = 128
    heads: int = 2
    tokens: int = 32
    batch: int = 64
    rate: float = 1.5e-3
    warm_up: float = 0.04
    minutes: float = 60.0
    steps: int | None = None
    hidden_share: float = 0.15
    temperature: float = 0.05
    held_out: int = 1000
    seed: int = 3
