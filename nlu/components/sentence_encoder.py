"""Vectors of messages by an exported encoder (see `export`): ONNX Runtime on one core. Knows no Rasa."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.components.export import FACTS, MODEL, TOKENIZER

BATCH = 32


class SentenceEncoder:
    """`size` is the length of a vector. The folder may go away once this is made."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        self.size = int(facts["size"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(max_length=int(facts["tokens"]))
        self._tokenizer.enable_padding(pad_id=int(facts["pad"]), pad_token=str(facts["pad_token"]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        content = (folder / MODEL).read_bytes()
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._inputs = [one.name for one in self._session.get_inputs()]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts × size, each row of length 1."""
        parts = [self._batch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.size), dtype=np.float32)

    def _batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(list(texts))
        given = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int32),
            "attention_mask": np.array([one.attention_mask for one in encoded], dtype=np.int32),
        }
        (found,) = self._session.run(None, {name: given[name.partition(":")[0]] for name in self._inputs})
        return np.asarray(found, dtype=np.float32)
