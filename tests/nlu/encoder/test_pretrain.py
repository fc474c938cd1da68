"""The small encoder's training, in tiny: the loss falls, and the folder is one that the exporter reads."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nlu.components.export import FACTS, export
from nlu.components.sentence_encoder import SentenceEncoder
from nlu.encoder import held_out
from nlu.encoder.batches import batches, hide
from nlu.encoder.corpus import Pair, pairs, rendered
from nlu.encoder.pieces import END, PAD, START
from nlu.encoder.pretrain import rate
from nlu.encoder.shape import Shape

pytestmark = [pytest.mark.rasa, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
TINY = Shape(layers=1, size=32, heads=2, batch=8)
WORDS = ("naam", "card", "fees", "ghar", "kab", "form", "date", "shahar")
SAME = """
import json, sys
from pathlib import Path
from tokenizers import Tokenizer
from nlu.encoder.pieces import Pieces
from nlu.encoder.shape import Shape
folder, kept, *texts = sys.argv[1:]
tokenizer = Tokenizer.from_file(kept + "/tokenizer.json")
tokenizer.enable_truncation(Shape().tokens)
cutter = Pieces(Path(folder), Shape())
pairs = [[cutter.ids(text, False), tokenizer.encode(text).ids] for text in texts]
print(json.dumps([[*pair, tokenizer.get_vocab_size(), cutter.size] for pair in pairs]))
"""
OURS = """version: "3.1"
nlu:
- intent: ask
  examples: |
"""


class Letters:
    """Cuts into single letters; ids from 4 on, the last one hides."""

    size = 100
    hidden = 99

    def ids(self, text: str, sampled: bool) -> list[int]:
        return [START, *(ord(char) - 90 for char in text.lower()), END]


def words(count: int) -> list[Pair]:
    """Different pairs of three words and their capitals."""
    texts = [f"{a} {b} {c}" for a in WORDS for b in WORDS for c in WORDS][:count]
    return [Pair(text, text.upper()) for text in texts]


def test_our_own_sentences_come_in_two_scripts_and_without_annotations() -> None:
    found = list(pairs(ROOT / "training_data", None))
    assert len(found) > 5000
    assert rendered("मेरा नाम").second.isascii() and not rendered("mera naam").second.isascii()
    assert not any("](" in side or '{"entity"' in side for pair in found for side in pair)


@pytest.mark.timeout(900)
def test_a_tiny_encoder_is_trained_by_the_command_and_exported(tmp_path: Path) -> None:
    folder = tmp_path / "sentences" / "hi"
    folder.mkdir(parents=True)
    (folder / "ask.yml").write_text(OURS + "".join(f"    - {pair.first}\n" for pair in words(300)), encoding="utf-8")
    command = [
        sys.executable, "-W", "ignore", "-m", "nlu.encoder", "--sentences", str(tmp_path / "sentences"),
        "--out", str(tmp_path / "encoder"), "--steps", "80", "--threads", "1",
        "--layers", "1", "--size", "32", "--heads", "2", "--batch", "8",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-600:]
    figures = {
        name: float(value) for name, value in re.findall(r"(\w+) ([\d.e+-]+)(?:,|$)", done.stdout.splitlines()[-1])
    }
    first = re.search(r"step \d+ .*: masked ([\d.]+), pairs ([\d.]+)", done.stdout)
    assert first and figures["steps"] == 80
    assert figures["masked"] < float(first[1]) and figures["held_out_found"] > 0.1, done.stdout
    export(tmp_path / "encoder", tmp_path / "kept")
    assert f'"tokens": {Shape().tokens},' in (tmp_path / "kept" / FACTS).read_text(), "no more than it has places for"
    encoder = SentenceEncoder(tmp_path / "kept")
    found = encoder.vectors(["naam card", "NAAM card", "नाम " * 99])
    assert found.shape == (3, 32) and np.isfinite(found).all()
    assert np.allclose(found[0], found[1]), "case is folded by the sub-words"
    # In a process of its own: SentencePiece must come before TensorFlow.
    texts = ["naam CARD  fees", "", "Ω naam", "fees " * 60]
    command = [sys.executable, "-c", SAME, str(tmp_path / "encoder"), str(tmp_path / "kept"), *texts]
    same = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert [ours for ours, *_ in same] == [theirs for _, theirs, *_ in same]
    assert all(theirs == ours for *_, theirs, ours in same) and len(same[-1][0]) == Shape().tokens


def test_what_is_hidden_is_what_is_asked_for() -> None:
    ids = np.array([[START, 7, 8, 9, 10, END, PAD, PAD], [START, 11, 12, 13, 14, 15, 16, END]], dtype=np.int32)
    given = hide(ids, 99, Shape(hidden_share=0.4), np.random.default_rng(1))
    assert len(given.places) == len(set(given.places)) == 4
    assert (given.ids.reshape(-1)[given.places] == 99).all() and (given.ids == 99).sum() == 4
    assert (ids.reshape(-1)[given.places] == given.wanted).all() and (given.wanted > 3).all()


def test_a_batch_is_as_wide_as_its_longest_text_and_has_both_sides_in_order() -> None:
    known = words(64) + [Pair("a" * length, "A" * length) for length in range(1, 30)]
    given = batches(Letters(), known, TINY)
    seen = [next(given) for _ in range(len(known) // TINY.batch)]
    assert len({one.ids.shape[1] for one in seen}) > 2
    for one in seen:
        longest = (one.ids != PAD).sum(axis=1).max()
        assert one.ids.shape == (2 * TINY.batch, longest)
        bare = one.ids.copy().reshape(-1)
        bare[one.places] = one.wanted
        first, second = np.split(bare.reshape(one.ids.shape), 2)
        assert (first == second).all()


def test_what_is_held_out_is_not_learnt_from() -> None:
    known = words(200) * 2 + [Pair("same", "same"), Pair("", "x")]
    learnt, others = held_out.apart(known, 1000, 3)
    assert len(others) == 20 and not {text for pair in others for text in pair} & {
        text for pair in learnt for text in pair
    }
    assert len(learnt) == 181 and len(held_out.apart(known, 5, 3)[1]) == 5


def test_the_rate_rises_and_ends_at_nothing() -> None:
    shape = Shape(rate=1.0, warm_up=0.1)
    assert rate(0.0, shape) == rate(1.0, shape) == rate(1.01, shape) == 0.0
    assert (
        rate(0.05, shape) == pytest.approx(0.5) and rate(0.1, shape) == 1.0 and rate(0.55, shape) == pytest.approx(0.5)
    )
