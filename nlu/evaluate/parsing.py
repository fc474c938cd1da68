"""Lets a trained model read sentences, one at a time as a worker does, and keeps what it made of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.evaluate.sentences import Sentence
from runtime import heap

FALLBACK = "nlu_fallback"
OUTSIDE = "out_of_scope"
AS_WRITTEN = frozenset({"person_name", "place"})
"""Entities that the sentences give as they are written, not in a normal form."""


@dataclass(frozen=True)
class Judged:
    """A sentence with the model's parse of it. `guess` and `confidence` are before the gate, `intent` after it."""

    sentence: Sentence
    intent: str
    guess: str
    second: str
    confidence: float
    decision: str
    service: str
    ranking: tuple[str, ...]
    entities: tuple[tuple[str, str], ...]
    language: str
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether the intent is; a message that is out of scope may also be refused."""
        if self.sentence.intent == OUTSIDE:
            return self.intent in (OUTSIDE, FALLBACK)
        return self.intent == self.sentence.intent

    @property
    def service_right(self) -> bool:
        return self.service == self.sentence.service


def judge(model: Path, sentences: Sequence[Sentence]) -> list[Judged]:
    """By the runner of our workers (`nlu.runner`), which gives the same as Rasa's own.

    Raises `rasa.shared.exceptions.RasaException` when the archive cannot be loaded.
    """
    return asyncio.run(_judge(model, sentences))


def rasas_own(model: Path, sentences: Sequence[Sentence]) -> list[float]:
    """Milliseconds that a parse of each takes as Rasa does it itself. Raises as `judge` does."""
    return [one.milliseconds for one in asyncio.run(_judge(model, sentences, straight=False))]


async def _judge(model: Path, sentences: Sequence[Sentence], straight: bool = True) -> list[Judged]:
    # Rasa takes seconds and hundreds of megabytes to import: only when a model is really asked.
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    parse = _straight(agent) if straight else agent.parse_message
    heap.settle()
    for sentence in sentences[:20]:
        await parse(sentence.text)
    judged = []
    for sentence in sentences:
        start = time.perf_counter()
        parsed = await parse(sentence.text)
        judged.append(_judged(sentence, parsed, (time.perf_counter() - start) * 1000))
    return judged


def _straight(agent: Any) -> Callable[[str], Awaitable[dict[str, Any]]]:
    """The agent's parse as a worker has it: without Dask, and without copies for a debug log that is off."""
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    from nlu.runner import StraightRunner

    processor = agent.processor
    processor.graph_runner = StraightRunner.over(processor.graph_runner)

    async def parse(text: str) -> dict[str, Any]:
        message = UserMessage(text)
        tracker = DialogueStateTracker.from_events(message.sender_id, [])
        parsed: dict[str, Any] = processor._parse_message_with_graph(message, tracker)
        return parsed

    return parse


def _judged(sentence: Sentence, parse: dict[str, Any], milliseconds: float) -> Judged:
    ranking = [one for one in parse.get("intent_ranking") or () if one["name"] != FALLBACK]
    services = [one for one in parse["entities"] if one["entity"] == "service"]
    service = max(services, key=lambda one: one.get("confidence_entity") or 0.0)["value"] if services else ""
    return Judged(
        sentence=sentence,
        intent=str(parse["intent"]["name"]),
        guess=ranking[0]["name"] if ranking else FALLBACK,
        second=ranking[1]["name"] if len(ranking) > 1 else "",
        confidence=float(ranking[0]["confidence"]) if ranking else 0.0,
        decision=str((parse.get("gate") or {}).get("decision", "act")),
        service=str(service),
        ranking=tuple(one["id"] for one in parse.get("service_ranking") or ()),
        entities=tuple(
            (one["entity"], _value(one, sentence.text)) for one in parse["entities"] if one["entity"] != "service"
        ),
        language=str((parse.get("language") or {}).get("code", "")),
        milliseconds=milliseconds,
    )


def _value(entity: dict[str, Any], text: str) -> str:
    return text[entity["start"] : entity["end"]] if entity["entity"] in AS_WRITTEN else str(entity["value"])
