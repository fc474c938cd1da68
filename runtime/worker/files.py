"""Files that a channel has named but not yet delivered: the turn waits for them, in its place in the order."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from redis.asyncio import Redis

from runtime import keys
from runtime.codec import Codec
from runtime.records import FileRef, Inbound

PATIENCE_S = 40
BLOCK_S = 2
"""Less than the client waits for an answer."""
MISSING = FileRef(blob="", forward="", mime="", size=0, name="", sha256="", problem="not_received")


async def awaited(redis: Redis[bytes], codec: Codec, inbound: Inbound, patience: int = PATIENCE_S) -> Inbound:
    """The message with its file; after `patience` seconds without one, with the problem `not_received`.

    The fetched `FileRef` stays in Redis, so that a turn that is run again finds it again.
    """
    if inbound.kind != "file" or inbound.file is not None:
        return inbound
    key = keys.media(inbound.conversation, inbound.media)
    raw: Any = await redis.lindex(key, 0)
    until = time.monotonic() + patience
    while raw is None and (left := until - time.monotonic()) > 0:
        raw = await redis.blmove(key, key, max(1, min(BLOCK_S, round(left))), "LEFT", "LEFT")
    file = FileRef(**json.loads(codec.read(raw, key))) if raw else MISSING
    return replace(inbound, file=file)
