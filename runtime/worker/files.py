"""Files that a channel has named but not yet delivered: the turn waits for them, in its place in the order."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from redis.asyncio import Redis

from runtime import keys
from runtime.records import FileRef, Inbound

PATIENCE_S = 40
MISSING = FileRef(blob="", forward="", mime="", size=0, name="", sha256="", problem="not_received")


async def awaited(redis: Redis[bytes], inbound: Inbound, patience: int = PATIENCE_S) -> Inbound:
    """The message with its file; after `patience` seconds without one, with the problem `not_received`.

    The fetched `FileRef` stays in Redis, so that a turn that is run again finds it again.
    """
    if inbound.kind != "file" or inbound.file is not None:
        return inbound
    key = keys.media(inbound.conversation, inbound.media)
    raw: Any = await redis.lindex(key, 0)
    if raw is None:
        raw = await redis.blmove(key, key, patience, "LEFT", "LEFT")
    file = FileRef(**json.loads(raw)) if raw else MISSING
    return replace(inbound, file=file)
