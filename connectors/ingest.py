"""The one way in: a message is either known already or stored, in a single step.

One Lua script drops a known id, keeps the contact up to date, holds the person's rate limit and appends to the inbox,
so that no crash can fall between remembering an id and storing its message. Knows nothing of HTTP or of channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.errors import StoreUnavailable
from connectors.limits import LUA_BUCKET
from connectors.parts import Clock, Rate
from runtime import keys, tracing
from runtime.codec import Codec
from runtime.records import Inbound

SEEN_SECONDS = 8 * 24 * 3600
"""Meta repeats a webhook for up to seven days."""
CONTACT_SECONDS = 400 * 24 * 3600
"""A contact is forgotten after 400 days of silence; earlier on the person's wish."""

_STORE = (
    LUA_BUCKET
    + """
local seen, inbox, contact, allowance, fetchbox, in_clear = unpack(KEYS)
local message, at, now, burst, rate, must_exist, job = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
if redis.call('EXISTS', seen, in_clear) > 0 then return {'known', ''} end
if must_exist == '1' and redis.call('EXISTS', contact) == 0 then return {'unknown_contact', ''} end
for i = 10, #ARGV, 2 do redis.call('HSET', contact, ARGV[i], ARGV[i + 1]) end
if at ~= '' then
  local last = tonumber(redis.call('HGET', contact, 'last_inbound_at')) or 0
  if tonumber(at) > last then redis.call('HSET', contact, 'last_inbound_at', at) end
  redis.call('EXPIRE', contact, ARGV[9])
end
if burst ~= '' then
  local wait = take(allowance, tonumber(burst), tonumber(rate), tonumber(now))
  if wait > 0 then
    local first = redis.call('SET', allowance .. ':told', '1', 'NX', 'EX', '60')
    return {first and 'limited' or 'limited_again', tostring(wait)}
  end
end
redis.call('SET', seen, redis.call('XADD', inbox, '*', 'm', message), 'EX', ARGV[8])
if at ~= '' then redis.call('HSET', contact, 'last', string.match(seen, '[^:]+$')) end
if job ~= '' then redis.call('XADD', fetchbox, '*', 'm', job) end
return {'stored', ''}
"""
)

_TAKE_BACK = """
local entry = redis.call('GET', KEYS[1])
if not entry then return 0 end
local function before(a, b)
  local a1, a2 = string.match(a, '(%d+)-(%d+)')
  local b1, b2 = string.match(b, '(%d+)-(%d+)')
  return tonumber(a1) < tonumber(b1) or (a1 == b1 and tonumber(a2) < tonumber(b2))
end
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[2])) do
  for i = 1, #group, 2 do
    if group[i] == 'last-delivered-id' and not before(group[i + 1], entry) then return 0 end
  end
end
return redis.call('XDEL', KEYS[2], entry)
"""
"""Only what no worker has seen can be taken back without a trace; an entry in work is the worker's."""


class Result(Enum):
    """What became of a message. `LIMITED` comes once a minute for a person, `LIMITED_AGAIN` otherwise."""

    STORED = "stored"
    KNOWN = "known"
    UNKNOWN_CONTACT = "unknown_contact"
    LIMITED = "limited"
    LIMITED_AGAIN = "limited_again"


class Ingest:
    """Stores `Inbound` records. `person` is the rate limit of one conversation (events have none)."""

    def __init__(self, redis: Redis, codec: Codec, clock: Clock, person: Rate) -> None:
        self._redis = redis
        self._codec = codec
        self._clock = clock
        self._person = person
        self._store = redis.register_script(_STORE)
        self._take_back = redis.register_script(_TAKE_BACK)

    async def known(self, conversation: str, message_id: str) -> bool:
        """Whether this message is stored already (so that work on a repeat can be saved)."""
        try:
            return bool(await self._redis.exists(keys.seen(conversation, message_id)))
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not answer") from error

    async def store(
        self, message: Inbound, contact: Mapping[str, str] | None = None, *, must_exist: bool = False, job: str = ""
    ) -> Result:
        """Stores a message once. `contact`: fields to set; `must_exist`: only for a contact that is there already;
        `job`: for the media fetcher, as it stands on the fetchbox. Raises `StoreUnavailable`."""
        number = keys.partition(message.conversation)
        person = message.kind != "event"
        now = self._clock()
        pairs = [text for pair in (contact or {}).items() for text in pair]
        try:
            with tracing.span("store", message.id, kind=message.kind, channel=message.channel):
                answer = await self._store(
                    keys=[
                        keys.seen(message.conversation, message.id),
                        keys.inbox(number),
                        keys.contact(message.conversation),
                        keys.allowance(message.conversation),
                        keys.fetchbox(number),
                        keys.seen_in_clear(message.conversation, message.id),
                    ],
                    args=[
                        self._codec.write(message.to_json(), keys.inbox(number)),
                        f"{message.at:.3f}" if person else "",
                        f"{now:.3f}",
                        self._person.burst if person else "",
                        self._person.per_second if person else "",
                        "1" if must_exist else "0",
                        job,
                        SEEN_SECONDS,
                        CONTACT_SECONDS,
                        *pairs,
                    ],
                )
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not take the message") from error
        return Result(answer[0])

    async def take_back(self, conversation: str, message_id: str) -> bool:
        """Erases a stored message that nobody has read yet. Returns whether it was there. Raises `StoreUnavailable`."""
        try:
            names = [keys.seen(conversation, message_id), keys.inbox(keys.partition(conversation))]
            return bool(await self._take_back(keys=names))
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not answer") from error
