"""A published transformer encoder, from its folder into what a parse needs: int8 ONNX, a tokenizer, a few facts.

Reads any encoder that `transformers` can load with TensorFlow (MuRIL, IndicBERT, XLM-R, LaBSE and others of the
families of BERT and RoBERTa) from a local folder; nothing is ever fetched. The exported graph ends in one vector a
message: the mean over its tokens, of length 1. `python -m nlu.components.export FOLDER TARGET` exports once and for
all: such a folder (`models/encoder` is one) is taken as it is, without TensorFlow. Knows no Rasa.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

MODEL, TOKENIZER, FACTS = "encoder.onnx", "tokenizer.json", "encoder.json"
WEIGHTS = ("model.safetensors", "tf_model.h5")
OPSET = 14


class EncoderError(Exception):
    """A folder cannot be used as an encoder; the message says why, in one sentence."""


def export(source: Path, target: Path, most_tokens: int = 64) -> None:
    """Writes `encoder.onnx` (int8), `tokenizer.json` and `encoder.json` into `target`. Raises `EncoderError`.

    `most_tokens`: what a message has beyond is cut off, and what is beyond the encoder's own limit. Of a folder that is
    exported already the files are copied.
    """
    if is_exported(source):
        return _copy(source, target, most_tokens)
    _check(source)
    from transformers import AutoTokenizer, TFAutoModel

    try:
        tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=True)
        model = TFAutoModel.from_pretrained(source, local_files_only=True)
    except (OSError, ValueError, ImportError) as problem:
        raise EncoderError(f"{source} cannot be loaded: {_first_line(problem)}") from problem
    if not tokenizer.is_fast:
        raise EncoderError(f"{source} has a tokenizer of a kind that is not supported")
    target.mkdir(parents=True, exist_ok=True)
    tokenizer.backend_tokenizer.save(str(target / TOKENIZER))
    _write_graph(model, target / MODEL)
    tokens = min(most_tokens, int(tokenizer.model_max_length))
    facts = {"tokens": tokens, "size": int(model.config.hidden_size), "pad": int(tokenizer.pad_token_id)}
    (target / FACTS).write_text(json.dumps({**facts, "pad_token": tokenizer.pad_token}), encoding="utf-8")


def is_exported(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (MODEL, TOKENIZER, FACTS))


def _copy(source: Path, target: Path, most_tokens: int) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, TOKENIZER):
        shutil.copyfile(source / name, target / name)
    facts = json.loads((source / FACTS).read_text(encoding="utf-8"))
    facts["tokens"] = min(most_tokens, int(facts["tokens"]))
    (target / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def _check(source: Path) -> None:
    if not (source / "config.json").is_file():
        raise EncoderError(f"{source} is no folder of an encoder: there is no config.json in it")
    if not any((source / name).is_file() for name in WEIGHTS):
        raise EncoderError(
            f"{source} has no weights that can be read ({' or '.join(WEIGHTS)}); weights for PyTorch alone "
            "(pytorch_model.bin) are to be saved as safetensors first"
        )


def _first_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0]


def _write_graph(model: Any, target: Path) -> None:
    import tensorflow as tf
    import tf2onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    shape = tf.TensorSpec([None, None], tf.int32)

    @tf.function(input_signature=[shape, shape])  # type: ignore[untyped-decorator, unused-ignore]
    def sentence(input_ids: Any, attention_mask: Any) -> Any:
        hidden = model(input_ids=input_ids, attention_mask=attention_mask, training=False).last_hidden_state
        mask = tf.cast(attention_mask, tf.float32)[:, :, None]
        mean = tf.reduce_sum(hidden * mask, axis=1) / tf.maximum(tf.reduce_sum(mask, axis=1), 1.0)
        return {"sentence": mean / tf.maximum(tf.norm(mean, axis=1, keepdims=True), 1e-6)}

    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        tf2onnx.convert.from_function(
            sentence, input_signature=sentence.input_signature, opset=OPSET, output_path=str(whole)
        )
        quantize_dynamic(str(whole), str(target), weight_type=QuantType.QInt8)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.components.export", description="Exports an encoder.")
    parser.add_argument("source", type=Path, help="folder of a published encoder, or of one that `make encoder` made")
    parser.add_argument("target", type=Path, help="folder for encoder.onnx, tokenizer.json and encoder.json")
    options = parser.parse_args(arguments)
    try:
        export(options.source, options.target)
    except EncoderError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
