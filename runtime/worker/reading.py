"""What Rasa gets of an inbound message: words to be understood, or the speech act that a tap, a file or an event is.

Words that are a tap count as one: a choice's title or number, a wish with a fixed form, a yes to what was proposed.
While the office has the conversation, what is not the assistant's is for the office.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from rasa.core.channels.channel import UserMessage

from dialogue.choices import agreed, awaited, chosen, commanded, intent_of, proof_wanted
from dialogue.claiming import wanted as claim_wanted
from dialogue.conversation import Conversation
from dialogue.desk import FOR_STAFF, is_for_staff
from dialogue.moving import FOUND, wanted
from nlu.text.language import identify
from runtime.records import Inbound
from runtime.worker.channel import TurnChannel

_INTENTS = {"file": "upload_document", "event": "department_event", "unsupported": "nlu_fallback"}


class Reader:
    """`commands`: choice ids by the titles that mean them at any time; `parse`: the model's understanding of words."""

    def __init__(self, commands: Mapping[str, str], parse: Callable[[str], Awaitable[Mapping[str, Any]]]) -> None:
        self._commands = commands
        self._parse = parse

    async def message(
        self, inbound: Inbound, channel: TurnChannel, conversation: Conversation, in_form: bool
    ) -> UserMessage:
        kind, choice, text = inbound.kind, inbound.choice, inbound.text
        attended = conversation.desk is not None and conversation.desk.open
        wish = False
        if kind == "text":
            tapped = self._tapped(inbound, conversation)
            if tapped is None and not attended:
                tapped = _wished(text, conversation)
                wish = tapped is not None
            tapped = tapped or awaited(text, conversation.pending, conversation.offered)
            tapped = tapped or proof_wanted(text, [item.certificate for item in conversation.filed if item.certificate])
            if tapped is None and not (in_form or attended or conversation.asked_yes_or_no):
                tapped = agreed(text, conversation.offered)
            if tapped is not None:
                kind, choice = "choice", tapped
        parse = None if kind == "text" else _known(kind, choice, text)
        if parse is not None and (wish or (inbound.kind == "text" and not conversation.language)):
            # What was written shows its language, also where its words are a tap.
            parse |= {"wish": True, "language": asdict(identify(text))}
        if attended and kind != "event":
            parse = await self._beside_staff(kind, choice, text, parse, conversation.pending)
        return UserMessage(
            text=text or f"[{kind}]",
            output_channel=channel,
            sender_id=inbound.conversation,
            parse_data=parse,
            input_channel=inbound.channel,
            message_id=inbound.id,
            metadata={
                "kind": kind,
                "choice": choice,
                "file": asdict(inbound.file) if inbound.file else {},
                "event": dict(inbound.event),
                "id": inbound.id,
                "channel": inbound.channel,
                "at": inbound.at,
            },
        )

    def _tapped(self, inbound: Inbound, conversation: Conversation) -> str | None:
        if inbound.event.get("code"):
            return FOUND
        tapped = chosen(inbound.text, conversation.offered, conversation.offered_numbered)
        return tapped or commanded(inbound.text, self._commands)

    async def _beside_staff(
        self, kind: str, choice: str, text: str, known: dict[str, Any] | None, pending: str
    ) -> dict[str, Any]:
        """The parse of a message while the office has the conversation: for them, unless it is the assistant's."""
        parse = dict(known or await self._parse(text))
        intent = parse["intent"]
        if is_for_staff(kind, choice, text, str(intent["name"]), float(intent["confidence"]), pending):
            parse["intent"] = {"name": FOR_STAFF, "confidence": 1.0}
        return parse


def _wished(text: str, conversation: Conversation) -> str | None:
    """The tap for who wants to go on elsewhere, or has come from elsewhere."""
    drafts = (conversation.draft, *conversation.parked)
    found = wanted(text, any(drafts), conversation.draft is not None)
    return found or (claim_wanted(text) if conversation.draft is None else None)


def _known(kind: str, choice: str, text: str) -> dict[str, Any]:
    """The parse of a message that needs no understanding: a tap, a file, an event."""
    intent = intent_of(choice) if kind == "choice" else _INTENTS[kind]
    return {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": []}
