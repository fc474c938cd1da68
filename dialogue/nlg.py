"""Rasa's own `utter_…` responses from the catalogue's sentences, in the language of the conversation, in process."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from catalogue import messages
from dialogue.conversation import Conversation


class CatalogueNlg(NaturalLanguageGenerator):
    """`endpoints.yml: nlg: type: dialogue.nlg.CatalogueNlg`."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: object | None = None) -> None:
        self._messages = messages.load()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        if not self._messages.has(utter_action):
            return None
        lang = Conversation.from_slots(tracker.current_slot_values()).lang
        return {"text": self._messages.render(utter_action, lang, **kwargs)}
