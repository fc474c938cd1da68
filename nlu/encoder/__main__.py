"""`python -m nlu.encoder --text FOLDER --minutes 60`: trains the small encoder (`make encoder` prepares what it needs).

`--text` is a folder with other people's text (see `corpus`); without it only our own sentences are learnt from. The
result is tried with `SAHAYAK_ENCODER=FOLDER make train`.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

# TensorFlow after SentencePiece: the other way round SentencePiece ends the process (both bring Protobuf).
from nlu.encoder.pretrain import pretrain
from nlu.encoder.shape import Shape

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    usual = Shape()
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder", description=__doc__)
    parser.add_argument("--text", type=Path, help="folder of other people's text")
    parser.add_argument("--sentences", type=Path, default=ROOT / "training_data", help="our own (%(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "encoder", help="where it goes (%(default)s)")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="time of training (%(default)s)")
    parser.add_argument("--steps", type=int, help="so many steps, however long they take")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    for name in ("layers", "size", "heads", "batch"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name), help="(%(default)s)")
    options = parser.parse_args(arguments)
    if options.text is not None and not options.text.is_dir():
        parser.error(f"{options.text} is not a folder")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    from nlu.encoder.corpus import pairs

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    found = list(pairs(options.sentences, options.text))
    if not found:
        print(f"there is no text in {options.sentences}", file=sys.stderr)
        return 1
    print(f"{len(found)} pairs", flush=True)
    shape = replace(
        usual, minutes=options.minutes, steps=options.steps, layers=options.layers, size=options.size,
        heads=options.heads, batch=options.batch,
    )  # fmt: skip
    figures = pretrain(found, options.out, shape, lambda line: print(line, flush=True))
    print(", ".join(f"{name} {value:.4g}" for name, value in figures.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
