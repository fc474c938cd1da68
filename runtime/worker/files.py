"""Files that a channel has named but not yet delivered: the turn waits for them, in its place in the order."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from typing import Any

from redis.asyncio import Redis

from runtime import keys
from runtime.codec import Codec
from runtime.records import FileRef, Inbound

PATIENCE_S = 40
BLOCK_S = 2
"""Less than the client waits for an answer."""
KEPT_S = 8 * 24 * 3600
MISSING = FileRef(blob="", forward="", mime="", size=0, name="", sha256="", problem="not_received")

_GIVE_UP = """
local first = redis.call('LINDEX', KEYS[1], 0)
if first then return first end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return ARGV[1]
"""
"""A file that comes after this is thrown away by whoever fetched it: no turn would ever use or erase it."""


async def awaited(redis: Redis[bytes], codec: Codec, inbound: Inbound, patience: int = PATIENCE_S) -> Inbound:
    """The message with its file; after `patience` seconds without one, with the problem `not_received`.

    What was decided stays in Redis, so that a turn that is run again decides the same.
    """
    if inbound.kind != "file" or inbound.file is not None:
        return inbound
    key = keys.media(inbound.conversation, inbound.media)
    raw: Any = await redis.lindex(key, 0)
    until = time.monotonic() + patience
    while raw is None and (left := until - time.monotonic()) > 0:
        raw = await redis.blmove(key, key, max(1, min(BLOCK_S, round(left))), "LEFT", "LEFT")
    if raw is None:
        raw = await redis.eval(_GIVE_UP, 1, key, codec.write(json.dumps(asdict(MISSING)), key), KEPT_S)  # type: ignore[no-untyped-call]
    return replace(inbound, file=FileRef(**json.loads(codec.read(raw, key))))
