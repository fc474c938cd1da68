"""What became of each message of ours: statuses climb a ladder and never come down.

They arrive late, doubled and out of order. A failure that can be mended puts the message back on the `sendbox`
(temporary errors three times, a closed window once, as a template); any other is kept as undeliverable. The climb and
what follows from it are one script, so that no crash can fall between them; a failure that was dealt with is remembered
by Meta's id, so that neither its repeats nor a late "sent" of the same attempt count for the next one.
"""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.answers import entries, text
from connectors.errors import StoreUnavailable
from connectors.metrics import Metrics
from connectors.whatsapp.codes import Verdict, verdict
from connectors.whatsapp.payload import Status
from runtime import keys
from runtime.codec import Codec
from runtime.records import Outbound

DELIVERY_SECONDS = 30 * 24 * 3600
UNDELIVERABLE_KEPT = 10_000
RETRIES = 3
LOOKS = 5
"""How often the mending is decided anew, when another gateway has mended the same message meanwhile."""

_GIVE_UP = """
local function give_up(fate, undeliverable, id, conversation, code, at, kept, ttl)
  if redis.call('HSETNX', fate, 'given_up', code) == 0 then return 0 end
  redis.call('EXPIRE', fate, ttl)
  redis.call('XADD', undeliverable, 'MAXLEN', '~', kept, '*',
    'id', id, 'conversation', conversation, 'code', code, 'at', at)
  return 1
end
"""
"""Once for a message, however often it is asked for: an answer that was lost is asked for again."""

_CLIMB = (
    _GIVE_UP
    + """
local ladder = {accepted = 1, sent = 2, failed = 3, delivered = 4, read = 5, played = 6}
local fate, whole, sendbox, undeliverable = unpack(KEYS)
local status, message, at, code, ttl, mended, entry, form, id, conversation, kept = unpack(ARGV)
local new = ladder[status]
if not new then return 'unknown' end
if redis.call('HEXISTS', fate, 'failed:' .. message) == 1 then return 'old' end
if new <= (ladder[redis.call('HGET', fate, 'status') or ''] or 0) then return 'old' end
if status == 'failed' and sendbox then
  if (redis.call('HGET', fate, 'mended') or '') ~= mended then return 'changed' end
  redis.call('HSET', fate, 'failed:' .. message, code)
  if entry ~= '' then
    redis.call('HSET', fate, 'mended', (tonumber(mended) or 0) + 1, 'state', '', 'wamid', '', 'status', '')
    if form ~= '' then redis.call('HSET', fate, 'form', form) end
    redis.call('HDEL', whole, 'given_up')
    redis.call('EXPIRE', fate, ttl)
    redis.call('XADD', sendbox, '*', 'c', conversation, 'm', entry)
    return 'mended'
  end
end
redis.call('HSET', fate, 'status', status, 'wamid', message, 'status_at', at)
if status == 'failed' then redis.call('HSET', fate, 'code', code) end
redis.call('EXPIRE', fate, ttl)
if status == 'failed' and sendbox and give_up(whole, undeliverable, id, conversation, code, at, kept, ttl) == 1 then
  return 'given_up'
end
return 'climbed'
"""
)


@dataclass(frozen=True)
class _Mending:
    """What a failure asks for. `entry`: the message for the sendbox, sealed; empty: it is given up."""

    conversation: str
    mended: str
    entry: str = ""
    form: str = ""


class Statuses:
    """Stores statuses under our own outbox id (`biz_opaque_callback_data`)."""

    def __init__(self, redis: Redis, codec: Codec, metrics: Metrics) -> None:
        self._redis = redis
        self._codec = codec
        self._metrics = metrics
        self._climb = redis.register_script(_CLIMB)

    async def store(self, status: Status) -> None:
        """Stores one status. Raises `StoreUnavailable`."""
        if not status.ours:
            self._metrics.statuses.labels("other", "not ours").inc()
            return
        try:
            for _ in range(LOOKS):
                result = await self._store(status)
                if result != "changed":
                    break
            else:
                raise StoreUnavailable("a message's fate changes too quickly")
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not take the status") from error
        self._metrics.statuses.labels(status.status if result != "unknown" else "other", result).inc()
        if result == "given_up":
            self._metrics.undeliverable.labels(str(status.code)).inc()

    async def _store(self, status: Status) -> str:
        fate, outbox_id = keys.delivery(status.ours), status.ours.partition("#")[0]
        names = [fate, keys.delivery(outbox_id)]
        arguments: list[str | int] = [
            status.status,
            keys.digest(status.wamid),
            f"{status.at:.0f}",
            status.code,
            DELIVERY_SECONDS,
        ]
        mending = await self._mending(status, outbox_id) if status.status == "failed" else None
        if mending:
            number = keys.partition(mending.conversation)
            names += [keys.sendbox(number), keys.undeliverable(number)]
            arguments += [mending.mended, mending.entry, mending.form, outbox_id, mending.conversation]
            arguments += [UNDELIVERABLE_KEPT]
        return str(await self._climb(keys=names, args=arguments))

    async def _mending(self, status: Status, outbox_id: str) -> _Mending | None:
        """None for a message of which nothing is known (any more)."""
        known = await self._redis.hmget(keys.delivery(status.ours), ["conversation", "mended"])
        conversation, mended = map(text, known)
        if not conversation:
            return None
        found = await self._find(conversation, outbox_id)
        what = verdict(status.code)
        again = what in (Verdict.RETRY, Verdict.PAUSE) and int(mended or 0) < RETRIES
        as_template = what is Verdict.TEMPLATE and not mended and found is not None and found.template is not None
        if found is None or not (again or as_template):
            return _Mending(conversation, mended)
        entry = self._codec.write(found.to_json(), keys.outbox(conversation))
        return _Mending(conversation, mended, entry, "template" if as_template else "")

    async def _find(self, conversation: str, outbox_id: str) -> Outbound | None:
        """A message of a conversation's outbox by its id, among the latest two hundred."""
        outbox = keys.outbox(conversation)
        for _, fields in entries(await self._redis.xrevrange(outbox, count=200)):
            raw = self._codec.read(fields["m"], outbox) if fields else ""
            if outbox_id in raw:
                outbound = Outbound.from_json(raw)
                if outbound.id == outbox_id:
                    return outbound
        return None


class GivingUp:
    """Keeps, visibly and once, that a message could not be delivered and why."""

    def __init__(self, redis: Redis, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics
        arguments = ", ".join(["KEYS[1]", "KEYS[2]", *(f"ARGV[{place}]" for place in range(1, 7))])
        self._script = redis.register_script(f"{_GIVE_UP}return give_up({arguments})")

    async def give_up(self, conversation: str, outbox_id: str, code: str, at: float) -> None:
        """`code`: Meta's number or a word of ours. Raises Redis' errors."""
        names = [keys.delivery(outbox_id), keys.undeliverable(keys.partition(conversation))]
        arguments: list[str | int] = [outbox_id, conversation, code, f"{at:.0f}", UNDELIVERABLE_KEPT, DELIVERY_SECONDS]
        if await self._script(keys=names, args=arguments):
            self._metrics.undeliverable.labels(code).inc()

    async def given_up(self, outbox_id: str) -> bool:
        return bool(await self._redis.hexists(keys.delivery(outbox_id), "given_up"))
