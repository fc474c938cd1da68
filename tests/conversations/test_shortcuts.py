"""The worker's way through Rasa against Rasa's own: the same parses, the same turns, answers that Rasa's schema allows.

Two brains with one model and one clock, one of them `plain`, take the same messages side by side. In the plain one Rasa
holds every answer of an action against its schema.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from actions.services import DELHI, Services, make
from runtime.settings import Settings
from runtime.worker.brain import Brain
from runtime.worker.models import in_force
from runtime.worker.processor import TurnProcessor
from tests.conftest import ROOT
from tests.conversations.chat import Chat
from tests.conversations.golden import GAPS, Golden, act, conversations

pytestmark = pytest.mark.rasa
EVERY = 12
"""Of the golden conversations every so manieth is enough: side by side each turn takes ten times as long."""


def _whole(golden: Golden) -> bool:
    """Whether an application is filled to its end in it, some thirty turns."""
    return any("fill" in step and not step["fill"].get("until") for step in golden.steps)


ALL = [golden for golden in conversations() if golden.file != GAPS]
PLAYED = [golden for golden in ALL if not _whole(golden)][::EVERY] + [golden for golden in ALL if _whole(golden)][:1]
AT = datetime(2026, 11, 27, 10, 30, tzinfo=DELHI)
CHANCE = re.compile(r"[0-9a-f]{24,}|[A-Z]{3}C?-20\d\d-\d{9}|\d{4}-\d\d-\d\dT[\d:.+]+|\b1[78]\d{8}\.\d+")
"""What differs from run to run: ids, digests, application numbers, moments."""
ODD = ("", "   ", "/restart", "/apply_service{}", "\ud83d", "😀", "1", "12/03/1985", "नमस्ते", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "x" * 3000)


@dataclasses.dataclass
class Pair:
    """Rasa's own way and the worker's."""

    plain: Chat
    quick: Chat

    def new(self) -> Pair:
        return Pair(*(Chat(chat.brain, chat.services, chat.loop) for chat in (self.plain, self.quick)))


def brain_and_services(settings: Settings, plain: bool) -> tuple[Brain, Services]:
    services = dataclasses.replace(make(settings), now=lambda: AT)
    return Brain(in_force(ROOT / "models"), services, services.new_id, plain=plain), services


@pytest.fixture(scope="module")
def pair(department_settings: Settings) -> Iterator[Pair]:
    loop = asyncio.new_event_loop()
    plain, quick = (Chat(*brain_and_services(department_settings, way), loop) for way in (True, False))
    yield Pair(plain, quick)
    for chat in (plain, quick):
        loop.run_until_complete(chat.services.department.aclose())
    loop.close()


def seen(chat: Chat) -> dict[str, Any]:
    """What a turn has left, without what is left to chance."""
    replies = [dataclasses.asdict(reply) for reply in chat.replies]
    left = {
        "state": chat.state,
        "replies": [
            {name: value for name, value in one.items() if name not in ("conversation", "at")} for one in replies
        ],
        "steps": chat.steps,
        "results": chat.results,
        "sentences": chat.sentences,
        "erased": chat.erased,
        "discarded": len(chat.discarded),
    }
    return {name: CHANCE.sub("*", repr(value)) for name, value in left.items()}


@pytest.mark.parametrize("golden", PLAYED, ids=lambda golden: f"{golden.file}: {golden.name}")
def test_turns_are_those_of_plain_rasa(pair: Pair, golden: Golden) -> None:
    both = pair.new()
    for step in golden.steps:
        for chat in (both.plain, both.quick):
            act(chat, step)
        assert seen(both.quick) == seen(both.plain), step


def test_parses_are_those_of_plain_rasa(pair: Pair) -> None:
    said = [str(step["say"]) for golden in conversations() for step in golden.steps if "say" in step]
    for text in (*ODD, *said[::3]):
        plain, quick = (pair.plain.loop.run_until_complete(chat.brain.parse(text)) for chat in (pair.plain, pair.quick))
        assert quick == plain, text


def test_the_worker_goes_the_short_way(pair: Pair) -> None:
    """Else all of this would compare Rasa with itself."""
    processor = pair.quick.brain._processor
    assert isinstance(processor, TurnProcessor) and processor._predictions.suits
    assert not isinstance(pair.plain.brain._processor, TurnProcessor)
