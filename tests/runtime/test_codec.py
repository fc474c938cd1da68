"""Records as they stand in Redis: readable in their own place alone, no longer than in clear, whatever was said."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.codec import Codec
from runtime.envelopes import Keyring, Sealer, key_file
from runtime.errors import SealBroken
from runtime.records import Choice, Outbound

MOST_S = 0.0003
"""What all sealing of a turn may cost."""


@pytest.fixture(scope="module")
def codec(tmp_path_factory: pytest.TempPathFactory) -> Codec:
    return Codec.under(tmp_path_factory.mktemp("var"))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=3000))
def test_what_was_written_is_read(codec: Codec, text: str) -> None:
    written = codec.write(text, "a place")
    assert written.isascii() and codec.read(written, "a place") == codec.read(written.encode(), "a place") == text
    with pytest.raises(SealBroken):
        codec.read(written, "another place")


def test_what_is_in_clear_is_read_as_it_stands(codec: Codec) -> None:
    for text in ('{"id":"m1"}', "919811100001", "", "IN.7"):
        assert codec.read(text, "x") == codec.read(text.encode(), "x") == text
        assert codec.current(text)


def test_damage_is_told(codec: Codec, tmp_path: Path) -> None:
    written = codec.write("सुनीता देवी " * 60, "x")
    sealed = bytearray(base64.b64decode(written))
    sealed[-1] ^= 1
    other = Codec.under(tmp_path).write("x", "x")
    for raw in (written[:-5], written[:40], written + "!", base64.b64encode(sealed).decode(), other):
        with pytest.raises(SealBroken):
            codec.read(raw, "x")


def reply() -> str:
    choices = tuple(Choice(f"value:category:{number}", "अन्य पिछड़ा वर्ग") for number in range(3))
    text = "आपका पूरा नाम क्या है, जैसा आधार पर लिखा है? कृपया देवनागरी में लिखें।"
    return Outbound("o" * 32, "w-" + "1" * 32, "web", in_reply_to="m" * 36, text=text, choices=choices).to_json()


def test_a_turn_is_sealed_quickly_and_a_reply_takes_no_more_room(codec: Codec) -> None:
    assert len(codec.write(reply(), "x")) <= len(reply().encode())
    said, answer, end = codec.write("x" * 280, "x"), reply(), "x" * 280

    def turn() -> float:
        begin = time.process_time()
        codec.read(said, "x")
        for text in (answer, end, end[:150]):
            codec.write(text, "x")
        return time.process_time() - begin

    assert min(turn() for _ in range(200)) < MOST_S, "the quickest of many: others may be at work on this machine"


def test_a_process_seals_with_the_newest_key_as_soon_as_it_is_there(tmp_path: Path) -> None:
    working = Codec.under(tmp_path)
    before = working.write("before", "x")
    assert Keyring(key_file(tmp_path)).add() == 2
    after = working.write("after", "x")
    assert working.current(after) and not working.current(before)
    new = working.anew(before, "x")
    assert new is not None and working.current(new) and working.anew(new, "x") is None
    key_file(tmp_path).write_text(key_file(tmp_path).read_text().splitlines()[-1] + "\n")
    alone = Codec(Sealer.under(tmp_path))
    assert [alone.read(raw, "x") for raw in (new, after)] == ["before", "after"]
    with pytest.raises(SealBroken):
        alone.read(before, "x")
