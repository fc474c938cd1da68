"""Trains the small encoder: words hidden and guessed, and two ways of saying one thing brought together.

The loss is that of masked words over both sides of a pair, plus a contrastive one between the means of both sides
within a batch. Sub-words come from SentencePiece with sampling, so that one word is cut in many ways. What comes out is
a folder like that of a published encoder (XLM-RoBERTa's layout), which `nlu.components.export` reads.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.corpus import Pair

START, PAD, END = 0, 1, 2
"""Ids that XLM-RoBERTa's tokenizer gives; a SentencePiece id is one less than the tokenizer's."""
UNTOLD = -100
MODEL_FILE = "sentencepiece.bpe.model"


@dataclass(frozen=True)
class Shape:
    """`minutes`: wall time of training; `hidden_share`: share of sub-words that are hidden and to be guessed."""

    vocabulary: int = 8000
    layers: int = 4
    size: int = 256
    heads: int = 4
    tokens: int = 40
    batch: int = 24
    rate: float = 6e-4
    warm_up: int = 100
    minutes: float = 60.0
    hidden_share: float = 0.2
    temperature: float = 0.07
    seed: int = 3


def pretrain(pairs: Sequence[Pair], out: Path, shape: Shape, say: Callable[[str], None] = print) -> dict[str, float]:
    """Writes the folder; gives the number of steps and the losses at the end (means of the last tenth)."""
    import sentencepiece
    import tensorflow as tf
    from transformers import TFXLMRobertaForMaskedLM, XLMRobertaConfig, XLMRobertaTokenizer

    out.mkdir(parents=True, exist_ok=True)
    _train_pieces(pairs, out, shape)
    cutter = sentencepiece.SentencePieceProcessor(model_file=str(out / MODEL_FILE))
    tokenizer = XLMRobertaTokenizer(str(out / MODEL_FILE))
    tokenizer.save_pretrained(out)
    tf.keras.utils.set_random_seed(shape.seed)
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer), hidden_size=shape.size, num_hidden_layers=shape.layers, type_vocab_size=1,
        num_attention_heads=shape.heads, intermediate_size=4 * shape.size, max_position_embeddings=shape.tokens + 26,
    )  # fmt: skip
    model = TFXLMRobertaForMaskedLM(config)
    model(model.dummy_inputs)
    step = _step(model, shape)
    chance = random.Random(shape.seed)
    losses: list[tuple[float, float]] = []
    stop = time.monotonic() + shape.minutes * 60
    while time.monotonic() < stop:
        part = [pairs[chance.randrange(len(pairs))] for _ in range(shape.batch)]
        texts = [pair.first for pair in part] + [pair.second for pair in part]
        ids, wanted = batch(cutter, texts, len(tokenizer), shape, chance)
        told = step(tf.constant(ids), tf.constant(wanted))
        losses.append((float(told[0]), float(told[1])))
        if len(losses) % 50 == 0:
            say(f"step {len(losses)}: masked {losses[-1][0]:.2f}, pairs {losses[-1][1]:.2f}")
    model.save_pretrained(out)
    last = np.mean(losses[-max(1, len(losses) // 10) :], axis=0)
    return {"steps": len(losses), "masked": float(last[0]), "pairs": float(last[1])}


def batch(
    cutter: Any, texts: Sequence[str], vocabulary: int, shape: Shape, chance: random.Random
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Ids with some hidden, and what was hidden (`UNTOLD` elsewhere): texts × tokens.

    The tokenizer's last id is the one that hides.
    """
    ids = np.full((len(texts), shape.tokens), PAD, dtype=np.int32)
    wanted = np.full_like(ids, UNTOLD)
    for row, text in enumerate(texts):
        pieces = cutter.encode(text, enable_sampling=True, alpha=0.2, nbest_size=-1)[: shape.tokens - 2]
        line = [START, *(piece + 1 for piece in pieces), END]
        for at in range(1, len(line) - 1):
            if chance.random() < shape.hidden_share:
                wanted[row, at] = line[at]
                line[at] = vocabulary - 1
        ids[row, : len(line)] = line
    return ids, wanted


def _train_pieces(pairs: Sequence[Pair], out: Path, shape: Shape) -> None:
    import sentencepiece

    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        text.write_text("\n".join(side for pair in pairs for side in pair if side), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(out / MODEL_FILE.removesuffix(".model")), vocab_size=shape.vocabulary,
            character_coverage=0.9995, hard_vocab_limit=False, input_sentence_size=200_000, minloglevel=2,
            shuffle_input_sentence=True, num_threads=1,
        )  # fmt: skip
    (out / MODEL_FILE).with_suffix(".vocab").unlink(missing_ok=True)


def _step(model: Any, shape: Shape) -> Callable[..., Any]:
    import tensorflow as tf

    rate = tf.keras.optimizers.schedules.PolynomialDecay(shape.rate, 20_000, shape.rate / 10)
    optimizer = tf.keras.optimizers.Adam(rate, beta_2=0.98, clipnorm=1.0)
    steps = tf.Variable(0.0, trainable=False)

    @tf.function(autograph=False, reduce_retracing=True)  # type: ignore[untyped-decorator, unused-ignore]
    def step(ids: Any, wanted: Any) -> Any:
        seen = tf.cast(ids != PAD, tf.int32)
        places = tf.where(wanted != UNTOLD)
        with tf.GradientTape() as tape:
            hidden = model.roberta(input_ids=ids, attention_mask=seen, training=True).last_hidden_state
            logits = model.lm_head(tf.gather_nd(hidden, places)[None, :, :])[0]
            masked = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(tf.gather_nd(wanted, places), logits)
            )
            mask = tf.cast(seen, tf.float32)[:, :, None]
            means = tf.math.l2_normalize(tf.reduce_sum(hidden * mask, 1) / tf.reduce_sum(mask, 1), axis=1)
            first, second = tf.split(means, 2)
            likeness = tf.matmul(first, second, transpose_b=True) / shape.temperature
            right = tf.range(tf.shape(likeness)[0])
            pairs = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(right, likeness)
                + tf.nn.sparse_softmax_cross_entropy_with_logits(right, tf.transpose(likeness))
            )
            loss = masked + 0.5 * pairs
        gradients = tape.gradient(loss, model.trainable_variables)
        steps.assign_add(1.0)
        warm = tf.minimum(1.0, steps / shape.warm_up)
        kept = [
            (gradient * warm, variable)
            for gradient, variable in zip(gradients, model.trainable_variables, strict=True)
            if gradient is not None
        ]
        optimizer.apply_gradients(kept)
        return masked, pairs

    made: Callable[..., Any] = step
    return made
