"""Rasa's output channel of one turn: collects what the actions said and makes one message of it.

An interruption answers and the form asks again: two actions, one message, since every message costs the department
money and the person a glance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel

from dialogue.display import direction
from runtime.records import Ask, Attachment, Choice, Inbound, Outbound, TemplateRef


@dataclass
class Collected:
    """Everything said in one turn, in order."""

    texts: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    template: TemplateRef | None = None
    lang: str = ""
    effects: list[dict[str, Any]] = field(default_factory=list)


class TurnChannel(OutputChannel):
    """Handed to Rasa with one message; read once the turn is over."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.collected = Collected()

    def name(self) -> str:
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        said = message.get("custom") or {}
        into = self.collected
        text = said.get("text") or message.get("text") or ""
        if text:
            into.texts.append(text)
        if said.get("choices"):
            into.choices = [Choice(**choice) for choice in said["choices"]]
        if said.get("asks"):
            into.asks = [Ask(**ask) for ask in said["asks"]]
        into.attachments += [Attachment(**item) for item in said.get("attachments", [])]
        if said.get("template"):
            values = said["template"]
            into.template = TemplateRef(values["name"], values["lang"], tuple(values["params"]))
        into.effects += said.get("effects", [])
        into.lang = said.get("lang") or into.lang


def outbounds(collected: Collected, inbound: Inbound, new_id: Callable[[], str], at: float) -> list[Outbound]:
    """The turn's messages and its end. Attachments beyond the first follow as messages of their own."""
    lang = collected.lang or "en"
    reply_to = "" if inbound.kind == "event" else inbound.id
    messages: list[Outbound] = []

    def message(**values: Any) -> None:
        messages.append(
            Outbound(
                id=new_id(),
                conversation=inbound.conversation,
                channel=inbound.channel,
                in_reply_to=reply_to,
                lang=lang,
                dir=direction(lang),
                at=at,
                **values,
            )
        )

    text = "\n\n".join(collected.texts)
    first, rest = collected.attachments[:1], collected.attachments[1:]
    if text or first:
        message(
            text=text,
            choices=() if rest else tuple(collected.choices),
            asks=tuple(collected.asks),
            attachment=first[0] if first else None,
            template=collected.template,
        )
    for number, item in enumerate(rest, 1):
        message(text="", choices=tuple(collected.choices) if number == len(rest) else (), attachment=item)
    message(kind="turn_end")
    return messages
