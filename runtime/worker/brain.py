"""Rasa for one turn: an inbound message and the state before it in, replies and the state after it out.

Pure towards the outside: it neither reads nor writes Redis, so that a turn that dies leaves nothing behind.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore

from actions import all_actions, moving
from actions.pending import papers_of
from actions.services import Services
from dialogue.answers.labels import label_matcher
from dialogue.choices import commands
from dialogue.conversation import Conversation
from dialogue.desk import FOR_STAFF, UNANSWERED
from dialogue.nlg import CatalogueNlg
from dialogue.recent import ASSISTANT, PERSON, appended, utterance, words_of
from dialogue.tracker_store import State, TurnTrackerStore
from runtime.records import Inbound, Outbound
from runtime.worker.alarms import HELD, IDLE, Alarm
from runtime.worker.channel import Collected, TurnChannel, outbounds
from runtime.worker.executor import InProcessActions
from runtime.worker.funnel import steps
from runtime.worker.heard import Heard, heard, sentence
from runtime.worker.processor import TurnProcessor
from runtime.worker.reading import Reader
from runtime.worker.tracker import Thawing, TurnTracker

IDLE_S = 400 * 24 * 3600.0
"""After so long without a word on either side a conversation is forgotten; as long as the gateway keeps a contact."""

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
# Rasa writes whole messages and slots to its structured debug log.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
logging.getLogger("rasa").setLevel(logging.WARNING)


@dataclass(frozen=True)
class TurnResult:
    """What a turn changed. `state` None: the conversation was erased."""

    state: str | None
    outbounds: tuple[Outbound, ...]
    discard: tuple[str, ...]
    """Vault ids to delete once the turn is committed."""
    erased: bool
    alarms: tuple[Alarm, ...]
    intent: str
    lang: str
    heard: Heard | None = None
    """Of a message in words."""
    sentence: str = ""
    """The same for the linguists' archive."""
    steps: tuple[tuple[str, str], ...] = ()
    """How far applications came (`runtime.worker.funnel`)."""
    code: tuple[str, str] | None = None
    """A one-time code that was given, and the draft it is for."""
    spent: bool = False
    """The code that was given has done its work."""
    parcels: tuple[Inbound, ...] = ()
    """Events for other conversations."""


class Brain:
    """A loaded model with its actions; replaced as a whole when a new model is put in force.

    `plain`: everything goes Rasa's own way, which is slower and says the same (`runtime.worker.processor`).
    """

    def __init__(self, model: Path, services: Services, new_id: Callable[[], str], plain: bool = False) -> None:
        self._services = services
        self._new_id = new_id
        self._reader = Reader(commands(services.messages), self.parse)
        self._plain = plain
        self._store = TurnTrackerStore(None) if plain else TurnTrackerStore(None, kind=TurnTracker, thaw=Thawing())
        actions = InProcessActions(all_actions(services))
        agent = Agent(
            tracker_store=self._store,
            lock_store=InMemoryLockStore(),
            generator=CatalogueNlg(),
            action_endpoint=actions,
        )
        agent.load_model(model)
        assert agent.processor is not None
        self._store.domain = agent.domain
        # Past the agent's lock: a conversation's messages come here one by one.
        self._processor = agent.processor if plain else TurnProcessor(agent.processor, actions)
        self.model = model.name
        label_matcher(services.catalogue)

    async def parse(self, text: str) -> Mapping[str, Any]:
        parse: Mapping[str, Any] = await self._processor.parse_message(UserMessage(text))
        return parse

    async def turn(self, inbound: Inbound, state: str | bytes | None) -> TurnResult:
        """Runs one message through Rasa. Raises whatever the turn raised; the caller keeps the message."""
        if inbound.kind == "event":
            if not state:
                # Erased or forgotten: there is nobody to tell, and news must not bring a conversation back to life.
                left = moving.left_over(self._services, inbound)
                parcels = tuple(self._parcels(left.effects))
                return TurnResult(
                    None, (), left.blobs, False, _settled(inbound), "department_event", "en", parcels=parcels
                )
            if IDLE in inbound.event:
                return self._forget(inbound, state)
        store = self._store
        key = inbound.conversation
        channel = TurnChannel(inbound.channel)
        try:
            tracker = store.begin(key, state)
            slots = tracker.current_slot_values() if tracker else {}
            before = Conversation.from_slots(slots)
            in_form = tracker is not None and tracker.active_loop_name is not None
            message = await self._reader.message(inbound, channel, before, in_form)
            await self._processor.handle_message(message)
            after = store.end(key)
        except BaseException:
            store.end(key)
            raise
        collected = channel.collected
        erased = any(effect["kind"] == "erase" for effect in collected.effects)
        discard = [blob for effect in collected.effects for blob in effect.get("blobs", [])]
        passed_on = any(effect["kind"] == "relayed" for effect in collected.effects)
        if not (collected.texts or collected.attachments or passed_on) and inbound.kind != "event":
            raise SilentTurn(f"no reply to a {inbound.kind} message")
        said = bool(collected.texts or collected.attachments or inbound.kind != "event")
        parse = store.parse(key)
        intent = str(parse.get("intent", {}).get("name") or "")
        # A tap, or words that are one, need no understanding and have no language; what is for staff is staff's alone.
        understood = inbound.kind == "text" and parse.get("language") and not parse.get("wish") and intent != FOR_STAFF
        words = heard(parse, in_form) if understood else None
        now = self._services.now()
        counted = not erased and not any(effect["kind"] == "uncounted" for effect in collected.effects)
        kept = None
        if after is not None and not erased:
            kept = _remembered(after, inbound, before, collected, now.timestamp(), intent)
        written = kept.to_json() if kept else None
        if not self._plain:
            store.keep(key, written or "", kept)
        return TurnResult(
            state=written,
            outbounds=tuple(outbounds(collected, inbound, self._new_id, now.timestamp())) if said else (),
            discard=tuple(discard),
            erased=erased,
            alarms=(*_held(collected.effects), Alarm(IDLE, after=None if erased else IDLE_S)),
            intent=intent,
            lang=collected.lang or "en",
            heard=words,
            sentence=sentence(inbound.text, parse, before, words, now.date().isoformat()) if words else "",
            steps=tuple(steps(before, Conversation.from_slots(after.slots if after else {}))) if counted else (),
            code=next(((e["code"], e["draft"]) for e in collected.effects if e["kind"] == "code"), None),
            spent=any(effect["kind"] == "spent" for effect in collected.effects),
            parcels=tuple(self._parcels(collected.effects)),
        )

    def _parcels(self, effects: Iterable[Mapping[str, Any]]) -> Iterator[Inbound]:
        for effect in effects:
            if effect["kind"] == "send":
                yield Inbound(
                    id=self._new_id(),
                    conversation=effect["to"],
                    channel=effect["channel"],
                    kind="event",
                    at=self._services.now().timestamp(),
                    event=effect["event"],
                )

    def _forget(self, inbound: Inbound, state: str | bytes) -> TurnResult:
        """A conversation that has been silent for `IDLE_S`: everything of it goes, without a word.

        The end of a turn lets the sender forget the person's address, too.
        """
        self._store.keep(inbound.conversation, "", None)
        conversation = Conversation.from_slots(State.from_json(state).slots)
        end = outbounds(Collected(), inbound, self._new_id, self._services.now().timestamp())
        blobs = tuple(papers_of(conversation))
        held = tuple(Alarm(HELD, str(f.waiting["draft"]["id"])) for f in conversation.filed if f.waiting)
        desk = conversation.desk
        asked = (Alarm(UNANSWERED, desk.id),) if desk and desk.open else ()
        gone = (Alarm(IDLE), *held, *asked)
        return TurnResult(None, tuple(end), blobs, True, gone, "department_event", conversation.lang)


def _remembered(
    state: State, inbound: Inbound, before: Conversation, collected: Collected, at: float, intent: str
) -> State:
    """The state with what was said in this turn; what the office's people are told or say is theirs to keep."""
    if intent == FOR_STAFF or "conversation" in inbound.event:
        return state
    lang = collected.lang or before.lang
    said = words_of(inbound.kind, inbound.text, inbound.choice, before.offered) if inbound.kind != "event" else ""
    ring = appended(
        before.recent,
        utterance(PERSON, said, lang, inbound.at),
        utterance(ASSISTANT, "\n\n".join(collected.texts), lang, at),
    )
    return replace(state, slots={**state.slots, "recent": [one.to_slot() for one in ring]})


def _held(effects: Iterable[Mapping[str, Any]]) -> Iterator[Alarm]:
    for effect in effects:
        if effect["kind"] in ("hold", "settled"):
            yield Alarm(HELD, effect["draft"], effect.get("after"))
        elif effect["kind"] == "alarm":
            yield Alarm(effect["name"], effect["subject"], effect["after"])


def _settled(inbound: Inbound) -> tuple[Alarm, ...]:
    """The alarms that have nothing to remind of any more."""
    known = {name: inbound.event.get(name) for name in (HELD, UNANSWERED)}
    return (Alarm(IDLE), *(Alarm(name, str(subject)) for name, subject in known.items() if subject))


class SilentTurn(Exception):
    """A turn that said nothing; a person is never left without an answer."""
