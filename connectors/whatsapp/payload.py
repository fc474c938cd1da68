"""Meta's webhook body, read into records: every entry, every change, every message and status in it.

Reads leniently (a missing or odd member never loses the rest of the body) and decides nothing about what a message is
good for. Fields follow the Cloud API's webhook reference (`entry[].changes[].value`) with business-scoped user ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MEDIA_TYPES = ("image", "document")
"""Types whose file we fetch; voice, video and stickers cannot be a paper."""


@dataclass(frozen=True)
class Media:
    """A file still on Meta's side. `sha256` is base64, of the bytes that will be served."""

    id: str
    mime: str
    sha256: str
    name: str


@dataclass(frozen=True)
class Sender:
    """Who wrote: phone number (digits) or business-scoped user id, at least one of them."""

    phone: str
    user_id: str


@dataclass(frozen=True)
class Message:
    """One message. `type` is Meta's word; `choice` the id of what was tapped; `at` seconds since 1970 (0: not told)."""

    id: str
    sender: Sender
    phone_number_id: str
    type: str
    at: float
    text: str = ""
    choice: str = ""
    media: Media | None = None


@dataclass(frozen=True)
class Revocation:
    """A person took back (`original` is the id of that message)."""

    sender: Sender
    original: str


@dataclass(frozen=True)
class Move:
    """A person's number or user id changed; both senders are the same person. `id` is the announcement's."""

    id: str
    old: Sender
    new: Sender


@dataclass(frozen=True)
class Status:
    """What became of a message of ours. `ours` is `biz_opaque_callback_data`; `code` Meta's error (0: none)."""

    wamid: str
    ours: str
    status: str
    at: float
    code: int = 0


@dataclass(frozen=True)
class Batch:
    """All that one body held. `strange` describes, by names only, what was not understood."""

    messages: tuple[Message, ...] = ()
    revocations: tuple[Revocation, ...] = ()
    moves: tuple[Move, ...] = ()
    statuses: tuple[Status, ...] = ()
    strange: tuple[str, ...] = ()


@dataclass
class _Draft:
    messages: list[Message] = field(default_factory=list)
    revocations: list[Revocation] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


def read(body: bytes) -> Batch:
    """Everything in a webhook body. Never raises: what is no JSON at all is `strange`."""
    draft = _Draft()
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Batch(strange=("not json",))
    changes = [change for entry in _list(_dict(data).get("entry")) for change in _list(_dict(entry).get("changes"))]
    if not changes:
        draft.strange.append("no changes")
    for change in changes:
        value = _dict(_dict(change).get("value"))
        name = _text(_dict(change).get("field"))
        if name not in ("messages", ""):
            draft.strange.append(f"field {name[:60]}")
        else:
            _read_value(value, draft)
    return Batch(
        tuple(draft.messages),
        tuple(draft.revocations),
        tuple(draft.moves),
        tuple(draft.statuses),
        tuple(draft.strange),
    )


def _read_value(value: dict[str, Any], draft: _Draft) -> None:
    messages, statuses = _list(value.get("messages")), _list(value.get("statuses"))
    if not messages and not statuses:
        draft.strange.append("value with " + ", ".join(sorted(map(str, value)))[:100])
    number = _text(_dict(value.get("metadata")).get("phone_number_id"))
    contacts = [_dict(contact) for contact in _list(value.get("contacts"))]
    for raw in map(_dict, messages):
        sender = _sender(raw, contacts, alone=len(messages) == 1)
        if not (sender.phone or sender.user_id):
            draft.strange.append("message without sender")
        elif raw.get("type") == "revoke":
            draft.revocations.append(Revocation(sender, _text(_dict(raw.get("revoke")).get("original_message_id"))))
        elif raw.get("type") == "system":
            draft.moves.extend(_moves(raw, sender))
        else:
            draft.messages.append(_message(raw, sender, number))
    for raw in map(_dict, statuses):
        if _text(raw.get("id")) and _text(raw.get("status")):
            draft.statuses.append(_status(raw))
        else:
            draft.strange.append("status without id")


def _sender(raw: dict[str, Any], contacts: list[dict[str, Any]], *, alone: bool) -> Sender:
    """The contact of a message is found by its number or id; without either, the only contact is the sender's."""
    phone, user_id = _digits(raw.get("from")), _text(raw.get("from_user_id"))[:200]
    for contact in contacts:
        known_phone, known_id = _digits(contact.get("wa_id")), _text(contact.get("user_id"))[:200]
        same = (phone and phone == known_phone) or (user_id and user_id == known_id)
        if same or (alone and len(contacts) == 1 and not phone and not user_id):
            return Sender(phone or known_phone, user_id or known_id)
    return Sender(phone, user_id)


def _message(raw: dict[str, Any], sender: Sender, number: str) -> Message:
    kind = _text(raw.get("type"))[:40] or "unknown"
    content = _dict(raw.get(kind))
    text, choice, media = "", "", None
    if kind == "text":
        text = _text(content.get("body"))
    elif kind == "button":
        text, choice = _text(content.get("text")), _text(content.get("payload"))
    elif kind == "interactive":
        reply = _dict(content.get(_text(content.get("type"))))
        text, choice = _text(reply.get("title")), _text(reply.get("id"))
    elif kind == "location":
        text = ", ".join(part for part in (_text(content.get("name")), _text(content.get("address"))) if part)
    elif kind in MEDIA_TYPES and _text(content.get("id")):
        text = _text(content.get("caption"))
        media = Media(
            _text(content.get("id"))[:200],
            _text(content.get("mime_type"))[:100],
            _text(content.get("sha256"))[:100],
            _text(content.get("filename")),
        )
    return Message(_id(raw), sender, number, kind, _time(raw.get("timestamp")), text, choice, media)


def _moves(raw: dict[str, Any], sender: Sender) -> Iterator[Move]:
    """`user_changed_number` names the new number (`wa_id`, older: `new_wa_id`) and the user id that goes with it."""
    system = _dict(raw.get("system"))
    phone = _digits(system.get("wa_id") or system.get("new_wa_id"))
    user_id = _text(system.get("user_id"))[:200]
    if (phone or user_id) and _text(system.get("type")) != "customer_identity_changed":
        yield Move(_id(raw), sender, Sender(phone, user_id))


def _status(raw: dict[str, Any]) -> Status:
    errors = _list(raw.get("errors"))
    code = _dict(errors[0]).get("code") if errors else 0
    return Status(
        wamid=_text(raw.get("id"))[:300],
        ours=_text(raw.get("biz_opaque_callback_data"))[:512],
        status=_text(raw.get("status"))[:20],
        at=_time(raw.get("timestamp")),
        code=code if isinstance(code, int) and not isinstance(code, bool) else 0,
    )


def _id(raw: dict[str, Any]) -> str:
    """Meta's id; where it is missing, the message's own hash, so that repeats are still known."""
    given = _text(raw.get("id"))
    if given and len(given) <= 300:
        return given
    return "hash." + hashlib.sha256(json.dumps(raw, sort_keys=True).encode("utf-8", "replace")).hexdigest()


def _time(value: object) -> float:
    """Seconds since 1970 (Meta sends them as digits in a text), 0 when there is none."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 11 else 0.0


def _digits(value: object) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    text = text.removeprefix("+")
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
