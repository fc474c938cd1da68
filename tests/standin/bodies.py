"""Webhook bodies in the form of the Cloud API's reference, with values of our own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BUSINESS = "102290129340398"
DISPLAY = "911140000000"


@dataclass(frozen=True)
class Person:
    """Somebody with WhatsApp. With a user name, the phone number may be hidden from businesses (`phone` empty)."""

    phone: str
    user_id: str = ""
    name: str = "Asha"

    @property
    def address(self) -> str:
        return self.phone or self.user_id

    def contact(self) -> dict[str, Any]:
        contact: dict[str, Any] = {"profile": {"name": self.name}}
        if self.phone:
            contact["wa_id"] = self.phone
        if self.user_id:
            contact["user_id"] = self.user_id
        return contact

    def sender(self) -> dict[str, Any]:
        sender = {"from": self.phone} if self.phone else {}
        return sender | ({"from_user_id": self.user_id} if self.user_id else {})


def message(
    person: Person, identifier: str, at: float, kind: str, content: Mapping[str, Any] | Sequence[Any]
) -> dict[str, Any]:
    return {**person.sender(), "id": identifier, "timestamp": str(int(at)), "type": kind, kind: content}


def value(number: str, **members: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": DISPLAY, "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": metadata, **members}


def body(*values: Mapping[str, Any]) -> bytes:
    """A whole body with one change for each value."""
    changes = [{"field": "messages", "value": value} for value in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "changes": changes}]}).encode()


def signature(data: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()


def status(person: Person, wamid: str, name: str, at: float, opaque: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {"id": wamid, "status": name, "timestamp": str(int(at))}
    if person.phone:
        found["recipient_id"] = person.phone
    if person.user_id:
        found["recipient_user_id"] = person.user_id
    if opaque:
        found["biz_opaque_callback_data"] = opaque
    if code:
        found["errors"] = [{"code": code, "title": "injected", "error_data": {"details": "injected"}}]
    else:
        found["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"}
    return found
