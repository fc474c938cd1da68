"""What became of each message of ours: statuses climb a ladder and never come down.

They arrive late, doubled and out of order. A failure that can be mended puts the message back on the `sendbox`
(temporary errors three times, a closed window once, as a template); any other is kept as undeliverable.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.answers import entries
from connectors.errors import StoreUnavailable
from connectors.metrics import Metrics
from connectors.whatsapp.codes import Verdict, verdict
from connectors.whatsapp.payload import Status
from runtime import keys
from runtime.records import Outbound

DELIVERY_SECONDS = 30 * 24 * 3600
UNDELIVERABLE_KEPT = 10_000
RETRIES = 3

_CLIMB = """
local ladder = {accepted = 1, sent = 2, failed = 3, delivered = 4, read = 5, played = 6}
local new = ladder[ARGV[1]]
if not new then return {'unknown', '', ''} end
local old = ladder[redis.call('HGET', KEYS[1], 'status') or ''] or 0
if new <= old then return {'old', '', ''} end
redis.call('HSET', KEYS[1], 'status', ARGV[1], 'wamid', ARGV[2], 'status_at', ARGV[3])
if ARGV[1] == 'failed' then redis.call('HSET', KEYS[1], 'code', ARGV[4]) end
redis.call('EXPIRE', KEYS[1], ARGV[5])
return {'climbed', redis.call('HGET', KEYS[1], 'conversation') or '', redis.call('HGET', KEYS[1], 'mended') or ''}
"""


class Statuses:
    """Stores statuses under our own outbox id (`biz_opaque_callback_data`)."""

    def __init__(self, redis: Redis, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics
        self._climb = redis.register_script(_CLIMB)

    async def store(self, status: Status) -> None:
        """Stores one status. Raises `StoreUnavailable`."""
        if not status.ours:
            self._metrics.statuses.labels("other", "not ours").inc()
            return
        outbox_id = status.ours.partition("#")[0]
        try:
            climbed, conversation, mended = await self._climb(
                keys=[keys.delivery(status.ours)],
                args=[status.status, status.wamid, f"{status.at:.0f}", status.code, DELIVERY_SECONDS],
            )
            known = status.status if climbed != "unknown" else "other"
            self._metrics.statuses.labels(known, climbed).inc()
            if climbed == "climbed" and status.status == "failed" and conversation:
                await self._failed(status, conversation, outbox_id, int(mended or 0))
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not take the status") from error

    async def _failed(self, status: Status, conversation: str, outbox_id: str, mended: int) -> None:
        found = await find(self._redis, conversation, outbox_id)
        what = verdict(status.code)
        again = what in (Verdict.RETRY, Verdict.PAUSE) and mended < RETRIES
        as_template = what is Verdict.TEMPLATE and mended == 0 and found is not None and found.template is not None
        if found is not None and (again or as_template):
            fields: dict[Any, Any] = {"mended": str(mended + 1), "state": "", "wamid": "", "status": ""}
            if as_template:
                fields["form"] = "template"
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.hset(keys.delivery(status.ours), mapping=fields)
                pipe.xadd(keys.sendbox(keys.partition(conversation)), {"m": found.to_json()})
                await pipe.execute()
            return
        await give_up(self._redis, self._metrics, conversation, outbox_id, str(status.code), status.at)


async def find(redis: Redis, conversation: str, outbox_id: str) -> Outbound | None:
    """A message of a conversation's outbox by its id, among the latest two hundred."""
    for _, fields in entries(await redis.xrevrange(keys.outbox(conversation), count=200)):
        if fields and outbox_id in fields["m"]:
            outbound = Outbound.from_json(fields["m"])
            if outbound.id == outbox_id:
                return outbound
    return None


async def give_up(redis: Redis, metrics: Metrics, conversation: str, outbox_id: str, code: str, at: float) -> None:
    """Keeps, visibly, that a message could not be delivered and why (`code`: Meta's number or a word of ours)."""
    await redis.xadd(
        keys.undeliverable(keys.partition(conversation)),
        {"id": outbox_id, "conversation": conversation, "code": code, "at": f"{at:.0f}"},
        maxlen=UNDELIVERABLE_KEPT,
        approximate=True,
    )
    metrics.undeliverable.labels(code).inc()
