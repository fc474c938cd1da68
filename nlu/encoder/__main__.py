"""`python -m nlu.encoder --text FOLDER --minutes 60 --out FOLDER`: pretrains the small encoder.

`--text` is a folder with other people's text (see `corpus`); without it only our own sentences are learnt from. The
result is tried with `SAHAYAK_ENCODER=FOLDER make train`.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from nlu.fingerprints import ROOT
from nlu.train import quiet


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.encoder", description=__doc__)
    parser.add_argument("--text", type=Path, help="folder of other people's text")
    parser.add_argument("--sentences", type=Path, default=ROOT / "training_data", help="our own (%(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "encoder", help="where it goes (%(default)s)")
    parser.add_argument("--minutes", type=float, default=60.0, help="time of training (%(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    quiet()
    import tensorflow as tf

    from nlu.encoder.corpus import pairs
    from nlu.encoder.pretrain import Shape, pretrain

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    found = list(pairs(options.sentences, options.text))
    if not found:
        print(f"there is no text in {options.sentences}", file=sys.stderr)
        return 1
    print(f"{len(found)} pairs", flush=True)
    figures = pretrain(
        found, options.out, replace(Shape(), minutes=options.minutes), lambda line: print(line, flush=True)
    )
    print(", ".join(f"{name} {value:.3g}" for name, value in figures.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
