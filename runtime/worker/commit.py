"""The end of a turn in one Redis script: state, replies and acknowledgement together, or nothing.

The script refuses when the partition's lease has passed to another worker, so that a worker that was thought dead and
wakes up cannot write over its successor. Taking the message out of the inbox is what makes a commit happen once: when
Redis ends after the script and before its answer, the same commit is made again and finds nothing left to do.
It also tells whoever waits for the replies, which saves each turn a command.
A one-time code and what is sent to other conversations are kept in it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from dialogue.moving import LIFE_S
from runtime import keys
from runtime.codec import Codec
from runtime.records import Inbound, Outbound

OUTBOX_LENGTH = 400
"""Entries kept for a web chat that reconnects."""

OUTBOX_S = 30 * 24 * 3600
"""After so long a web chat that reconnects finds nothing; what it needs to go on is in the state."""

_COMMIT = (
    """
local lease, inbox, state, outbox, sendbox, attempts, dead, alarms, idle, archive, code, coded, parcels = unpack(KEYS)
local token, entry, raw, pushed, length, erase, buried, why, at, conversation, sentence, later = unpack(ARGV, 1, 12)
local spent, digest, draft, channel, posted = unpack(ARGV, 13, 17)
if redis.call('GET', lease) ~= token then return 0 end
if #redis.call('XRANGE', inbox, entry, entry) == 0 then return 3 end
if digest ~= '' and redis.call('EXISTS', coded) == 1 then return 2 end
redis.call('XDEL', inbox, entry)
if spent == '1' or erase == '1' then redis.call('DEL', code) end
if digest ~= '' then
  redis.call('DEL', code)
  redis.call('HSET', code, 'digest', digest, 'draft', draft, 'channel', channel)
  redis.call('EXPIRE', code, LIFE_S)
  redis.call('SET', coded, conversation, 'EX', LIFE_S)
end
if erase == '1' then
  redis.call('DEL', state, outbox)
  for _, item in ipairs(redis.call('XRANGE', dead, '-', '+')) do
    if item[2][2] == conversation then redis.call('XDEL', dead, item[1]) end
  end
end
if raw ~= '' then redis.call('SET', state, raw) end
local letters = 18 + 2 * tonumber(later)
for i = 18, letters - 1, 2 do
  local set = string.find(ARGV[i], '|idle|', 1, true) and idle or alarms
  if ARGV[i + 1] == '' then redis.call('ZREM', set, ARGV[i])
  else redis.call('ZADD', set, ARGV[i + 1], ARGV[i]) end
end
local first = letters + tonumber(posted)
for i = letters, first - 1 do redis.call('XADD', parcels, '*', 'm', ARGV[i]) end
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
redis.call('HDEL', attempts, entry)
redis.call('PUBLISH', 'WAKE', conversation)
return 1
""".replace("OUTBOX_S", str(OUTBOX_S))
    .replace("LIFE_S", str(LIFE_S))
    .replace("WAKE", keys.WAKE)
)


class LeaseLost(Exception):
    """The partition belongs to another worker now; the turn is that worker's."""


class CodeTaken(Exception):
    """The one-time code of the turn is somebody else's; run again, the turn makes another."""


@dataclass(frozen=True)
class Code:
    """A one-time code that the turn gave, and the draft it is for (`runtime.worker.codes`)."""

    digest: str
    draft: str
    channel: str


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
    code: Code | None = None
    spent: bool = False
    """The conversation's code has done its work."""
    parcels: tuple[Inbound, ...] = ()
    """For other conversations (`runtime.worker.parcels`)."""


class Committer:
    """Commits turns of one worker."""

    def __init__(self, redis: Redis[bytes], codec: Codec) -> None:
        self._redis = redis
        self._codec = codec
        self._script = redis.register_script(_COMMIT)

    async def commit(self, token: str, turn: Commit) -> bool:
        """Whether it was written now. May be called again with the same turn: what is committed already stays as it is.

        Raises `LeaseLost` when the partition is no longer ours, `CodeTaken`, and Redis' errors.
        """
        number = keys.partition(turn.conversation)
        code = turn.code or Code("", "", "")
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
            "1" if turn.spent else "0",
            code.digest,
            code.draft,
            code.channel,
            len(turn.parcels),
            *(part for member, at in turn.alarms for part in (member, "" if at is None else f"{at:.3f}")),
            *(self._codec.write(parcel.to_json(), keys.parcels(number)) for parcel in turn.parcels),
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
                keys.code(turn.conversation),
                keys.coded(number, code.digest),
                keys.parcels(number),
            ],
            args=arguments,
        )
        if done == 2:
            raise CodeTaken(f"partition {number}")
        if not done:
            raise LeaseLost(f"partition {number}")
        return bool(done == 1)
