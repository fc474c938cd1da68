"""The network of the small encoder (XLM-RoBERTa's layout, in TensorFlow) and one step of its training.

The loss is that of hidden sub-words over both sides of a pair, plus a contrastive one between the means of both sides
within a batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from transformers import TFXLMRobertaForMaskedLM, XLMRobertaConfig

from nlu.encoder.batches import Batch
from nlu.encoder.pieces import END, PAD, START
from nlu.encoder.shape import Shape

DECAY = 0.01


class Network:
    """A masked language model; `vocabulary`: ids there are. Compiling by XLA was tried: no quicker on two cores."""

    def __init__(self, shape: Shape, vocabulary: int) -> None:
        tf.keras.utils.set_random_seed(shape.seed)
        # So small a network has nothing to spare for dropout.
        config = XLMRobertaConfig(
            vocab_size=vocabulary, hidden_size=shape.size, num_hidden_layers=shape.layers, type_vocab_size=1,
            num_attention_heads=shape.heads, intermediate_size=4 * shape.size, max_position_embeddings=shape.tokens + 2,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        self._model = TFXLMRobertaForMaskedLM(config)
        self._model(tf.constant([[START, END]]))
        self._temperature = shape.temperature
        self._optimizer = tf.keras.optimizers.AdamW(0.0, weight_decay=DECAY, beta_2=0.98, global_clipnorm=1.0)
        self._optimizer.build(self._model.trainable_variables)
        ids, line = tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)
        signature = [ids, line, line]
        self._losses = tf.function(self._measure, signature, autograph=False)
        self._step = tf.function(self._learn, [*signature, tf.TensorSpec([], tf.float32)], autograph=False)

    def learn(self, batch: Batch, rate: float) -> tuple[float, float]:
        """One step; gives the losses of hidden sub-words and of pairs (nats)."""
        masked, pairs = self._step(*map(tf.constant, batch), tf.constant(rate, tf.float32))
        return float(masked), float(pairs)

    def masked(self, batch: Batch) -> float:
        """The loss of hidden sub-words (nats), without learning from it."""
        return float(self._losses(*map(tf.constant, batch)))

    def means(self, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """Texts × size, each of length 1."""
        return np.asarray(_means(*self._hidden(tf.constant(ids))))

    def save(self, folder: Path) -> None:
        """Writes configuration and weights."""
        self._model.save_pretrained(folder)

    def _hidden(self, ids: Any) -> Any:
        seen = tf.cast(ids != PAD, tf.int32)
        return self._model.roberta(input_ids=ids, attention_mask=seen, training=False).last_hidden_state, seen

    def _guess(self, hidden: Any, places: Any, wanted: Any) -> Any:
        found = tf.gather(tf.reshape(hidden, [-1, hidden.shape[-1]]), places)
        logits = self._model.lm_head(found[None, :, :])[0]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(wanted, logits))

    def _measure(self, ids: Any, places: Any, wanted: Any) -> Any:
        return self._guess(self._hidden(ids)[0], places, wanted)

    def _learn(self, ids: Any, places: Any, wanted: Any, rate: Any) -> Any:
        with tf.GradientTape() as tape:
            hidden, seen = self._hidden(ids)
            masked = self._guess(hidden, places, wanted)
            pairs = _apart(_means(hidden, seen), self._temperature)
            loss = masked + pairs
        variables = self._model.trainable_variables
        gradients = [
            tf.zeros_like(variable) if gradient is None else tf.convert_to_tensor(gradient)
            for gradient, variable in zip(tape.gradient(loss, variables), variables, strict=True)
        ]
        self._optimizer.learning_rate.assign(rate)
        self._optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return masked, pairs


def _means(hidden: Any, seen: Any) -> Any:
    mask = tf.cast(seen, tf.float32)[:, :, None]
    return tf.math.l2_normalize(tf.reduce_sum(hidden * mask, 1) / tf.reduce_sum(mask, 1), axis=1)


def _apart(means: Any, temperature: float) -> Any:
    """How badly each side of a pair is told from the other sides of the batch, either way, in nats."""
    first, second = tf.split(means, 2)
    likeness = tf.matmul(first, second, transpose_b=True) / temperature
    right = tf.range(tf.shape(likeness)[0])
    return 0.5 * tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(right, likeness)
        + tf.nn.sparse_softmax_cross_entropy_with_logits(right, tf.transpose(likeness))
    )
