"""Records on the streams: what a gateway tells a worker, and what a worker tells the senders.

Plain frozen dataclasses, serialised as JSON, so that either environment reads what the other wrote. Nothing here knows
Redis, HTTP or Rasa.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = ("text", "choice", "file", "event", "unsupported")


@dataclass(frozen=True)
class FileRef:
    """A file that a person sent, already checked and stored encrypted in the vault.

    `problem` is empty, or one of: too_large, too_small, blurred, dark, unreadable, encrypted, wrong_type, not_received.
    `forward` is the vault id of the form for the department (at most 100 kB); `blob` that of the original.
    """

    blob: str
    forward: str
    mime: str
    size: int
    name: str
    sha256: str
    pages: int = 1
    width: int = 0
    height: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Inbound:
    """One message of a person, or one event for them, in the order in which it was stored.

    `media` is the channel's id of a file still to be fetched (then `file` is None and the fetched `FileRef` will stand
    under `keys.media`). `at` is the message's own time, seconds since 1970.
    """

    id: str
    conversation: str
    channel: str
    kind: str
    at: float
    text: str = ""
    choice: str = ""
    file: FileRef | None = None
    media: str = ""
    event: Mapping[str, Any] = field(default_factory=dict)
    lang: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, raw: str | bytes) -> Inbound:
        data = json.loads(raw)
        if data.get("file"):
            data["file"] = FileRef(**data["file"])
        return cls(**data)


@dataclass(frozen=True)
class Choice:
    """A tap. `id` is from the grammar of choice ids; limits of WhatsApp are the sender's matter."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Ask:
    """What a message asks for; the field's id and type are the catalogue's."""

    service: str
    field: str
    kind: str


@dataclass(frozen=True)
class Attachment:
    """A file to deliver. `certificate` is set when the bytes come from the department by certificate number."""

    url: str
    name: str
    mime: str
    certificate: str = ""


@dataclass(frozen=True)
class TemplateRef:
    """An approved WhatsApp template, used when the 24-hour window has closed."""

    name: str
    lang: str
    params: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outbound:
    """One entry of a conversation's outbox: a message, or the end of a turn (`kind` "turn_end", no text).

    `in_reply_to` is the id of the inbound message, or empty for a message on the assistant's own initiative.
    """

    id: str
    conversation: str
    channel: str
    kind: str = "message"
    in_reply_to: str = ""
    lang: str = "en"
    dir: str = "ltr"
    text: str = ""
    choices: tuple[Choice, ...] = ()
    asks: tuple[Ask, ...] = ()
    attachment: Attachment | None = None
    template: TemplateRef | None = None
    at: float = 0.0

    def to_json(self) -> str:
        # Written out, because `asdict` copies every value of every choice.
        data = {
            **vars(self),
            "choices": [vars(choice) for choice in self.choices],
            "asks": [vars(ask) for ask in self.asks],
            "attachment": vars(self.attachment) if self.attachment else None,
            "template": vars(self.template) if self.template else None,
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, raw: str | bytes) -> Outbound:
        data = json.loads(raw)
        data["choices"] = tuple(Choice(**c) for c in data["choices"])
        data["asks"] = tuple(Ask(**a) for a in data["asks"])
        if data["attachment"]:
            data["attachment"] = Attachment(**data["attachment"])
        if data["template"]:
            data["template"] = TemplateRef(**{**data["template"], "params": tuple(data["template"]["params"])})
        return cls(**data)
