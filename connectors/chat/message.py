"""What a browser may send into a chat, checked: text, a tapped choice, or a file."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import Refusal
from connectors.texts import harmless

CHOICE_LENGTH = 256


@dataclass(frozen=True)
class Said:
    """A message of the web chat. `kind` is text or choice; `id` the client's UUID in its usual form."""

    id: str
    kind: str
    text: str = ""
    choice: str = ""


def message_id(value: object) -> str:
    """A UUID in lower case with dashes, however it was written. Raises `Refusal` 400."""
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) and len(value) <= 45 else _refuse()
    except ValueError as error:
        raise Refusal(400, "bad_request") from error


def said(data: Mapping[str, Any], limit: int) -> Said:
    """A JSON message. Raises `Refusal`: 400 for a wrong form, 413 for a text of more than `limit` characters."""
    identifier = message_id(data.get("id"))
    kind = data.get("type")
    content = data.get(kind) if kind in ("text", "choice") else None
    if not isinstance(content, str):
        raise Refusal(400, "bad_request")
    if kind == "choice":
        choice = harmless(content, CHOICE_LENGTH + 1)
        if not choice or len(choice) > CHOICE_LENGTH:
            raise Refusal(400, "bad_request")
        return Said(identifier, "choice", choice=choice)
    if len(content) > limit:
        raise Refusal(413, "text_too_long", values={"limit": str(limit)})
    text = harmless(content, limit)
    if not text:
        raise Refusal(400, "empty")
    return Said(identifier, "text", text=text)


def _refuse() -> str:
    raise Refusal(400, "bad_request")
