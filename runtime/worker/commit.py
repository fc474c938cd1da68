"""The end of a turn in one Redis script: state, replies and acknowledgement together, or nothing.

The script refuses when the partition's lease has passed to another worker, so that a worker that was thought dead and
wakes up cannot write over its successor. An entry that is no longer in the inbox was committed before, and only the
answer got lost: nothing is done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from runtime import keys
from runtime.codec import Codec
from runtime.records import Outbound

OUTBOX_LENGTH = 400
"""Entries kept for a web chat that reconnects."""

OUTBOX_S = 30 * 24 * 3600
"""After so long a web chat that reconnects finds nothing; what it needs to go on is in the state."""

_COMMIT = """
local lease, inbox, state, outbox, sendbox, attempts, dead, alarms, idle, archive = unpack(KEYS)
local token, entry, raw, pushed, length, erase, buried, why, at, conversation, sentence, later = unpack(ARGV, 1, 12)
if redis.call('GET', lease) ~= token then return 0 end
if #redis.call('XRANGE', inbox, entry, entry) == 0 then return 1 end
if erase == '1' then
  redis.call('DEL', state, outbox)
  for _, item in ipairs(redis.call('XRANGE', dead, '-', '+')) do
    if item[2][2] == conversation then redis.call('XDEL', dead, item[1]) end
  end
end
if raw ~= '' then redis.call('SET', state, raw) end
local first = 13 + 2 * tonumber(later)
for i = 13, first - 1, 2 do
  local set = string.find(ARGV[i], '|idle|', 1, true) and idle or alarms
  if ARGV[i + 1] == '' then redis.call('ZREM', set, ARGV[i])
  else redis.call('ZADD', set, ARGV[i + 1], ARGV[i]) end
end
if sentence ~= '' then redis.call('XADD', archive, 'MAXLEN', '~', 10000, '*', 'm', sentence) end
for i = first, #ARGV do
  redis.call('XADD', outbox, 'MAXLEN', '~', length, '*', 'm', ARGV[i])
  if pushed == '1' then redis.call('XADD', sendbox, '*', 'c', conversation, 'm', ARGV[i]) end
end
if #ARGV >= first then redis.call('EXPIRE', outbox, OUTBOX_S) end
if buried ~= '' then
  redis.call('XADD', dead, 'MAXLEN', '~', 10000, '*', 'c', conversation, 'm', buried, 'why', why, 'at', at)
end
redis.call('XACK', inbox, 'workers', entry)
redis.call('XDEL', inbox, entry)
redis.call('HDEL', attempts, entry)
return 1
""".replace("OUTBOX_S", str(OUTBOX_S))


class LeaseLost(Exception):
    """The partition belongs to another worker now; the turn is that worker's."""


@dataclass(frozen=True)
class Commit:
    """What a turn leaves. `state` None leaves the state as it is; `erase` empties the conversation first.

    `state` and `buried` are sealed. `buried` keeps the message on the partition's dead-letter stream, with `why`.
    """

    conversation: str
    entry: str
    state: bytes | None
    outbounds: tuple[Outbound, ...]
    pushed: bool
    """Whether senders must push the replies (WhatsApp); the web chat fetches them."""
    erase: bool = False
    buried: bytes | None = None
    why: str = ""
    at: float = 0.0
    """Now, seconds since 1970."""
    sentence: str = ""
    """For the linguists' archive, masked; empty: none."""
    alarms: tuple[tuple[str, float | None], ...] = ()
    """Names of alarms and when (seconds since 1970) they are due; None: not any more."""


class Committer:
    """Commits turns of one worker."""

    def __init__(self, redis: Redis[bytes], codec: Codec) -> None:
        self._redis = redis
        self._codec = codec
        self._script = redis.register_script(_COMMIT)

    async def commit(self, token: str, turn: Commit) -> None:
        """Raises `LeaseLost` when the partition is no longer ours, and Redis' errors when it cannot be reached."""
        number = keys.partition(turn.conversation)
        arguments: list[Any] = [
            token,
            turn.entry,
            turn.state or b"",
            "1" if turn.pushed else "0",
            OUTBOX_LENGTH,
            "1" if turn.erase else "0",
            turn.buried or b"",
            turn.why,
            f"{turn.at:.3f}",
            turn.conversation,
            self._codec.write(turn.sentence, keys.archive(number)) if turn.sentence else "",
            len(turn.alarms),
            *(part for member, at in turn.alarms for part in (member, "" if at is None else f"{at:.3f}")),
            *(self._codec.write(outbound.to_json(), keys.outbox(turn.conversation)) for outbound in turn.outbounds),
        ]
        done = await self._script(
            keys=[
                keys.lease(number),
                keys.inbox(number),
                keys.state(turn.conversation),
                keys.outbox(turn.conversation),
                keys.sendbox(number),
                keys.attempts(number),
                keys.dead(number),
                keys.alarms(number),
                keys.idle(number),
                keys.archive(number),
            ],
            args=arguments,
        )
        if not done:
            raise LeaseLost(f"partition {number}")
        await self._redis.publish(keys.WAKE, turn.conversation)
