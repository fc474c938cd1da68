"""What the model made of a message, typed: the parse that Rasa keeps on the tracker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Understanding:
    """`kind` is text, choice, file or event; the last three come from the channel, the rest from the model."""

    text: str
    intent: str
    confidence: float
    entities: Sequence[Mapping[str, Any]] = ()
    ranking: Sequence[tuple[str, float]] = ()
    language: str = ""
    language_confidence: float = 0.0
    script: str = ""
    kind: str = "text"
    choice: str = ""
    file: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    channel: str = ""
    at: float = 0.0

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Understanding:
        """From rasa-sdk's `tracker.latest_message`."""
        parse = message.get("parse_data") or message
        intent = message.get("intent") or {}
        language = parse.get("language") or {}
        meta = message.get("metadata") or {}
        return cls(
            text=message.get("text") or "",
            intent=intent.get("name") or "nlu_fallback",
            confidence=float(intent.get("confidence") or 0.0),
            entities=tuple(message.get("entities") or ()),
            ranking=tuple((item["id"], float(item["confidence"])) for item in parse.get("service_ranking") or ()),
            language=language.get("code") or "",
            language_confidence=float(language.get("confidence") or 0.0),
            script=language.get("script") or "",
            kind=meta.get("kind", "text"),
            choice=meta.get("choice", ""),
            file=meta.get("file") or {},
            event=meta.get("event") or {},
            id=meta.get("id", ""),
            channel=meta.get("channel", ""),
            at=float(meta.get("at") or 0.0),
        )

    def entity(self, kind: str) -> str | None:
        """Value of the surest entity of this kind."""
        found = [e for e in self.entities if e["entity"] == kind]
        if not found:
            return None
        return str(max(found, key=lambda e: float(e.get("confidence_entity") or 0.0))["value"])

    def verb(self) -> str:
        """First part of a choice id: "value" of "value:gender:male"."""
        return self.choice.partition(":")[0]

    def argument(self) -> str:
        return self.choice.partition(":")[2]
