"""The conversations of `golden/*.yml`. `--update` writes `asks` and `offers` anew, to be read before they are kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.chat import ChatMaker
from tests.conversations.golden import GAPS, Golden, act, conversations, failures, rewritten, write

pytestmark = pytest.mark.rasa
ALL = [golden for golden in conversations() if golden.file != GAPS]
KNOWN = [golden for golden in conversations() if golden.file == GAPS]


def play(new_chat: ChatMaker, golden: Golden, update: bool) -> None:
    chat = new_chat()
    steps: list[dict[str, Any]] = []
    for number, step in enumerate(golden.steps, start=1):
        act(chat, step)
        steps.append(rewritten(step, chat) if update else dict(step))
        wrong = list(failures(chat, steps[-1]))
        assert not wrong, f"step {number}: {'; '.join(wrong)}\n\n{chat.text}"
    if update and steps != [dict(step) for step in golden.steps]:
        write(golden.file, {golden.name: steps})


@pytest.mark.parametrize("golden", ALL, ids=lambda golden: f"{golden.file}-{golden.name}")
def test_a_conversation(new_chat: ChatMaker, golden: Golden, request: pytest.FixtureRequest) -> None:
    play(new_chat, golden, request.config.getoption("--update", default=False))


@pytest.mark.parametrize(
    "golden",
    [pytest.param(golden, marks=pytest.mark.xfail(reason=golden.gap, strict=False)) for golden in KNOWN],
    ids=lambda golden: golden.name,
)
def test_a_known_gap(new_chat: ChatMaker, golden: Golden) -> None:
    """A gap that is closed is reported as passed; it then moves to the other conversations."""
    play(new_chat, golden, update=False)
