"""One turn as an action sees it: what came in, the state, and what is said, offered, asked and changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from actions.services import Services
from catalogue.model import Field, Service
from dialogue.conversation import Conversation
from dialogue.display import shown
from dialogue.understanding import Understanding
from runtime.records import Ask, Attachment, Choice, TemplateRef

FORM = "application_form"
DONE = "done"
"""Value of the form's only slot once the summary was confirmed; without it nothing is ever submitted."""


class Turn:
    """Collects; `actions.base` turns it into rasa-sdk's responses and events once the action is done."""

    def __init__(
        self, services: Services, conversation: Conversation, message: Understanding, in_form: bool, key: str
    ) -> None:
        self.services = services
        self.catalogue = services.catalogue
        self.state = conversation
        self.message = message
        self.in_form = in_form
        self.key = key
        """Id of the conversation, opaque."""
        self.now: datetime = services.now()
        self.paragraphs: list[str] = []
        self.choices: list[Choice] = []
        self.asks: list[Ask] = []
        self.attachments: list[Attachment] = []
        self.template: TemplateRef | None = None
        self.effects: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.slots: Mapping[str, str] = {}
        """Words of the appointments on offer, by id, once the department was asked for them."""
        self.numbered = True
        self.confirmed = False
        """Whether the summary of the form was confirmed in this turn."""
        self.returning = False
        """Whether the message was answered by another action in this turn and the form only asks again."""

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def lang(self) -> str:
        return self.state.lang

    def change(self, **values: Any) -> None:
        self.state = self.state.changed(**values)

    def words(self, name: str, /, **values: object) -> str:
        """A sentence of the catalogue in the person's language."""
        return self.services.messages.render(name, self.lang, **values)

    def say(self, name: str, /, **values: object) -> None:
        self.paragraphs.append(self.words(name, **values))

    def text(self, paragraph: str) -> None:
        self.paragraphs.append(paragraph)

    def offer(self, choice_id: str, title: str, description: str = "") -> None:
        if all(choice.id != choice_id for choice in self.choices):
            self.choices.append(Choice(choice_id, title, description))

    def offer_words(self, choice_id: str, name: str) -> None:
        self.offer(choice_id, self.words(name))

    def ask(self, service: str, field: str, kind: str) -> None:
        self.asks.append(Ask(service, field, kind))

    def effect(self, kind: str, **values: Any) -> None:
        """Something for the worker to do in the transaction that commits this turn."""
        self.effects.append({"kind": kind, **values})

    def uncounted(self) -> None:
        """What came or went in this turn was counted where it began: an application is counted once."""
        self.effect("uncounted")

    def release(self, blobs: Iterable[str]) -> None:
        """Has files deleted that no draft and no person of the conversation holds any longer; after the change."""
        held = self.state.blobs()
        gone = [blob for blob in blobs if blob and blob not in held]
        if gone:
            self.effect("discard", blobs=gone)

    def show(self, field: Field, value: Any) -> str:
        return shown(field, value, self.lang, self.catalogue, self.slots)

    def service(self, service_id: str) -> Service | None:
        return self.catalogue.services.get(service_id)

    def meant_service(self) -> Service | None:
        """The service this message speaks of: tapped or named, else understood from the purpose."""
        if self.message.kind == "choice":
            return self.service(self.message.choice.rpartition(":")[2])
        return self.service(self.message.entity("service") or "")

    def follow(self, action: str) -> None:
        """Has Rasa run this action next in the same turn."""
        self.events.append({"event": "followup", "timestamp": None, "name": action})

    def hold(self) -> None:
        """Inside the form, what was said is to be answered first: the form's question does not follow it."""
        if self.in_form:
            self.change(held=True)

    def to_form(self) -> None:
        """Opens the form; its first question closes the turn. Inside the form its question returns by itself."""
        self.follow(FORM)

    def leave_form(self) -> None:
        self.events.append({"event": "active_loop", "timestamp": None, "name": None})
        self.events.append({"event": "slot", "timestamp": None, "name": "requested_slot", "value": None})

    def response(self) -> Mapping[str, Any] | None:
        """What is handed to the output channel, or None when nothing was said."""
        if not (self.paragraphs or self.attachments or self.effects):
            return None
        return {
            "text": "\n\n".join(paragraph for paragraph in self.paragraphs if paragraph),
            "choices": [{**vars(choice)} for choice in self.choices],
            "asks": [{**vars(ask)} for ask in self.asks],
            "attachments": [asdict(item) for item in self.attachments],
            "template": asdict(self.template) if self.template else None,
            "effects": self.effects,
            "lang": self.lang,
        }
