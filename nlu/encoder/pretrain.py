"""Trains the small encoder: words hidden and guessed, and two ways of saying one thing brought together.

What comes out is a folder like that of a published encoder (XLM-RoBERTa's layout), which `nlu.components.export` reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from nlu.encoder import held_out, pieces
from nlu.encoder.batches import batches
from nlu.encoder.corpus import Pair
from nlu.encoder.shape import Shape

REPORTS = 10


def pretrain(pairs: Sequence[Pair], out: Path, shape: Shape, say: Callable[[str], None] = print) -> dict[str, float]:
    """Writes the folder; gives what the last report says. What there is is kept at each report.

    `masked` and `pairs`: losses on what was learnt from since the report before; `held_out_masked`, `held_out_found`:
    on what was not (see `held_out.Figures`).
    """
    from transformers import XLMRobertaTokenizer

    from nlu.encoder.network import Network

    out.mkdir(parents=True, exist_ok=True)
    learnt, others = held_out.apart(pairs, shape.held_out, shape.seed)
    pieces.learn((side for pair in learnt for side in pair), out, shape)
    cutter = pieces.Pieces(out, shape)
    tokenizer = XLMRobertaTokenizer(str(out / pieces.MODEL_FILE), model_max_length=shape.tokens)
    tokenizer.save_pretrained(out)
    network = Network(shape, cutter.size)
    given = batches(cutter, learnt, shape)
    losses: list[tuple[float, float]] = []
    steps, reports, share = 0, 0, 0.0
    begin = time.monotonic()
    while share < 1.0:
        losses.append(network.learn(next(given), rate(share, shape)))
        steps += 1
        share = steps / shape.steps if shape.steps else (time.monotonic() - begin) / (shape.minutes * 60)
        if share * REPORTS >= reports + 1:
            reports = int(share * REPORTS)
            masked, brought = np.mean(losses, axis=0)
            figures = held_out.measure(network, cutter, others, shape)
            say(
                f"step {steps} ({steps * shape.batch / len(learnt):.1f} times all): masked {masked:.2f}, pairs"
                f" {brought:.2f}; held out: masked {figures.masked:.3f}, {figures.found:.1%} of pairs found"
            )
            network.save(out)
            losses.clear()
    return {
        "steps": steps, "masked": float(masked), "pairs": float(brought),
        "held_out_masked": figures.masked, "held_out_found": figures.found,
    }  # fmt: skip


def rate(share: float, shape: Shape) -> float:
    """Of learning, after this share of the training: rises, then falls in a line to nothing at the end."""
    return shape.rate * max(0.0, min(share / shape.warm_up, (1 - share) / (1 - shape.warm_up)))
