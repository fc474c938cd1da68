"""Recorded bodies, one for each type of update, read by us and by an independent parser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pywa.client import WhatsApp
from pywa.types.callback import CallbackButton, CallbackSelection
from pywa.types.message import Message
from pywa.types.message_status import MessageStatus

from connectors.whatsapp import payload

UPDATES = sorted((Path(__file__).parent / "updates").glob("*.json"))


@pytest.fixture(scope="module")
def other() -> WhatsApp:
    return WhatsApp(phone_id="106540352242922", token="unused", server=None)


@pytest.mark.parametrize("file", UPDATES, ids=lambda file: file.stem)
def test_both_parsers_read_the_same(file: Path, other: WhatsApp) -> None:
    body = file.read_bytes()
    batch = payload.read(body)
    data = json.loads(body)
    kind = file.stem.split(".")[0]
    parser: Any = {"status": MessageStatus, "button_reply": CallbackButton, "list_reply": CallbackSelection}.get(
        kind, Message
    )
    theirs = parser.from_update(other, data)
    if kind == "status":
        [status] = batch.statuses
        assert (status.wamid, status.status, status.at) == (
            theirs.id,
            theirs.status.value,
            theirs.timestamp.timestamp(),
        )
        assert status.ours == (theirs.tracker or "")
        assert status.code == (theirs.error.code if theirs.error else 0)
        return
    [message] = batch.messages
    assert (message.id, message.at) == (theirs.id, theirs.timestamp.timestamp())
    assert message.sender.phone == (theirs.from_user.wa_id or "")
    assert message.sender.user_id == (theirs.from_user.bsuid or "")
    assert message.phone_number_id == theirs.metadata.phone_number_id
    if kind in ("button_reply", "list_reply"):
        assert (message.choice, message.text) == (theirs.data, theirs.title)
    elif message.media:
        media = theirs.media
        assert (message.media.id, message.media.mime, message.media.sha256) == (media.id, media.mime_type, media.sha256)
        assert message.text == (theirs.caption or "")
        assert message.media.name == (getattr(media, "filename", None) or "")
    elif kind == "text":
        assert message.text == theirs.text


def test_each_type_is_recorded() -> None:
    kinds = {file.stem.split(".")[0] for file in UPDATES}
    assert kinds >= {
        "text",
        "image",
        "document",
        "button_reply",
        "list_reply",
        "status",
        "audio",
        "sticker",
        "location",
    }
