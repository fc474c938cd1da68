"""The small encoder's training, in tiny: the loss falls, and the folder is one that the exporter reads."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from nlu.components.export import export
from nlu.components.sentence_encoder import SentenceEncoder
from nlu.encoder.corpus import Pair, pairs, rendered
from nlu.encoder.pretrain import END, PAD, START, UNTOLD, Shape, batch, pretrain

pytestmark = [pytest.mark.rasa, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
TINY = Shape(vocabulary=120, layers=1, size=32, heads=2, tokens=16, batch=8, warm_up=5, minutes=0.25)


def test_our_own_sentences_come_in_two_scripts_and_without_annotations() -> None:
    found = list(pairs(ROOT / "training_data", None))
    assert len(found) > 5000
    assert rendered("मेरा नाम").second.isascii() and not rendered("mera naam").second.isascii()
    assert not any("](" in side or '{"entity"' in side for pair in found for side in pair)


def test_the_tiny_encoder_learns_and_is_exported(tmp_path: Path) -> None:
    known = [Pair("aap ka naam", "आप का नाम"), Pair("ration card", "राशन कार्ड"), Pair("fees kitni", "फीस कितनी")] * 30
    said: list[str] = []
    figures = pretrain(known, tmp_path / "encoder", TINY, said.append)
    assert figures["steps"] > 20 and figures["masked"] < np.log(120), "no better than guessing at random"
    export(tmp_path / "encoder", tmp_path / "kept", most_tokens=16)
    encoder = SentenceEncoder(tmp_path / "kept")
    assert encoder.vectors(["ration card", "राशन कार्ड"]).shape == (2, 32)


def test_what_is_hidden_is_what_is_asked_for() -> None:
    class Letters:
        """Cuts into single letters, as ids."""

        def encode(self, text: str, **sampling: object) -> list[int]:
            return [ord(char) - 90 for char in text]

    ids, wanted = batch(Letters(), ["abc", "abcdefgh" * 9], 100, TINY, random.Random(1))
    assert ids.shape == wanted.shape == (2, TINY.tokens)
    assert (ids[:, 0] == START).all() and END in ids[0] and (ids[0, 5:] == PAD).all()
    hidden = wanted != UNTOLD
    assert hidden.any() and (ids[hidden] == 99).all() and not hidden[ids == PAD].any()
