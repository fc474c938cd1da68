"""Sub-words of the small encoder: how they are learnt, and a text as their ids. Knows no network.

SentencePiece folds case and compatibility forms itself, so that the exported tokenizer does it too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import sentencepiece

from nlu.encoder.shape import Shape

START, PAD, END, UNKNOWN = 0, 1, 2, 3
"""Ids that XLM-RoBERTa's tokenizer gives; else a SentencePiece id is one less than the tokenizer's."""
MODEL_FILE = "sentencepiece.bpe.model"


def learn(texts: Iterable[str], folder: Path, shape: Shape) -> None:
    """Writes the model of sub-words into `folder`."""
    with tempfile.TemporaryDirectory() as work:
        text = Path(work) / "text.txt"
        text.write_text("\n".join(texts), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(folder / MODEL_FILE.removesuffix(".model")), vocab_size=shape.vocabulary,
            character_coverage=0.9995, hard_vocab_limit=False, input_sentence_size=100_000, minloglevel=2,
            shuffle_input_sentence=True, num_threads=1, normalization_rule_name="nmt_nfkc_cf",
        )  # fmt: skip
    (folder / MODEL_FILE).with_suffix(".vocab").unlink(missing_ok=True)


class Pieces:
    """Cuts texts as the tokenizer that comes out will, or, `sampled`, each time in another way."""

    def __init__(self, folder: Path, shape: Shape) -> None:
        self._cutter = sentencepiece.SentencePieceProcessor(model_file=str(folder / MODEL_FILE))
        self._most = shape.tokens - 2
        self.size = int(self._cutter.get_piece_size()) + 2
        """Ids there are: one more than SentencePiece's for padding, and the last, which hides."""
        self.hidden = self.size - 1

    def ids(self, text: str, sampled: bool) -> list[int]:
        """Ids with those of start and end."""
        how = {"enable_sampling": True, "alpha": 0.2, "nbest_size": -1} if sampled else {}
        return [
            START,
            *(piece + 1 if piece else UNKNOWN for piece in self._cutter.encode(text, **how)[: self._most]),
            END,
        ]
