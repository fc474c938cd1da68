"""A conversation's outbox as Server-Sent Events. Entry ids are the event ids, so a break loses nothing."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.answers import entries
from connectors.chat.hub import Hub
from runtime import keys
from runtime.codec import Codec
from runtime.errors import SealBroken
from runtime.records import Outbound

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
"""Below the idle limits of common proxies (30 s and more); a dead line shows itself by then."""
RECONNECT_MS = 2000
PAGE = 100
_ENTRY = re.compile(r"\d{1,20}-\d{1,20}\Z")


def start_after(last_event_id: str | None) -> str:
    """The entry after which to replay; anything that is no entry id means from the beginning."""
    return last_event_id if last_event_id and _ENTRY.match(last_event_id) else "0-0"


def event(entry: str, outbound: Outbound) -> str:
    """One entry in the wire format of Server-Sent Events."""
    if outbound.kind == "turn_end":
        data: dict[str, Any] = {"in_reply_to": outbound.in_reply_to or None}
    else:
        attachment = outbound.attachment
        data = {
            "id": outbound.id,
            "in_reply_to": outbound.in_reply_to or None,
            "lang": outbound.lang,
            "dir": outbound.dir,
            "text": outbound.text,
            "choices": [{"id": c.id, "title": c.title, "description": c.description} for c in outbound.choices],
            "asks": [{"service": a.service, "field": a.field, "kind": a.kind} for a in outbound.asks],
            "attachment": (
                {"url": attachment.url, "name": attachment.name, "mime": attachment.mime} if attachment else None
            ),
        }
    name = "turn_end" if outbound.kind == "turn_end" else "message"
    return f"id: {entry}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def stream(redis: Redis, codec: Codec, hub: Hub, conversation: str, after: str) -> AsyncIterator[str]:
    """All entries after `after`, then each new one as it comes, with heartbeats; ends when the hub closes.

    A Redis that is away ends the stream too: the browser comes back by itself, with its last id. So does an entry that
    does not open, which must not be passed over as if nothing had been said.
    """
    yield f"retry: {RECONNECT_MS}\n\n"
    outbox = keys.outbox(conversation)
    with hub.waiting(conversation) as woken:
        while True:
            woken.clear()
            try:
                found = entries(await redis.xrange(outbox, min=f"({after}", count=PAGE))
            except (RedisError, OSError):
                return
            for entry, fields in found:
                after = entry
                if fields:
                    try:
                        outbound = Outbound.from_json(codec.read(fields["m"], outbox))
                    except SealBroken as error:
                        log.error("a reply does not open", extra={"entry": entry, "why": str(error)})
                        return
                    yield event(entry, outbound)
            if found:
                continue
            if hub.closing.is_set():
                return
            try:
                await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
