"""`/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError

from connectors.answers import texts
from connectors.parts import Parts
from runtime import keys

log = logging.getLogger(__name__)


class Readiness:
    """Ready: Redis takes a write and some worker has a model in memory."""

    def __init__(self, parts: Parts) -> None:
        self._redis = parts.redis
        self._worker = ""

    async def missing(self) -> list[str]:
        """What is missing: `redis`, `worker`; empty when ready."""
        try:
            await self._redis.set(f"{keys.PREFIX}:ready", "1", ex=60)
            return [] if await self._worker_alive() else ["worker"]
        except (RedisError, OSError):
            return ["redis", "worker"]

    async def _worker_alive(self) -> bool:
        """The worker seen last is asked for first: looking through all keys is only for when it has gone."""
        if self._worker and await self._redis.exists(self._worker):
            return True
        async for name in self._redis.scan_iter(match=keys.worker("*"), count=1000):
            self._worker = str(name)
            return True
        self._worker = ""
        return False


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["operation"])
    readiness = Readiness(parts)

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", responses={503: {"description": "Redis or a worker is missing"}})
    async def ready() -> JSONResponse:
        missing = await readiness.missing()
        return JSONResponse({"status": "waiting" if missing else "ready", "missing": missing}, 503 if missing else 200)

    @router.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        try:
            await measure(parts)
        except (RedisError, OSError) as error:
            log.warning("what Redis holds cannot be measured", extra={"why": type(error).__name__})
        return Response(generate_latest(parts.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


STREAMS = {
    "inbox": keys.inbox,
    "sendbox": keys.sendbox,
    "fetchbox": keys.fetchbox,
    "dead": keys.dead,
    "undeliverable": keys.undeliverable,
}
QUEUES = ("inbox", "sendbox", "fetchbox")
"""Streams whose entries wait for somebody; the others are kept."""


async def measure(parts: Parts) -> None:
    """What waits in all partitions, how long the oldest has waited, and what the workers have counted."""
    async with parts.redis.pipeline(transaction=False) as pipe:
        for name in STREAMS.values():
            for number in range(keys.PARTITIONS):
                pipe.xlen(name(number))
        for kind in QUEUES:
            for number in range(keys.PARTITIONS):
                pipe.xrange(STREAMS[kind](number), count=1)
        for number in range(keys.PARTITIONS):
            pipe.zcard(keys.alarms(number))
        answers = await pipe.execute()
    now = parts.clock()
    shares = [answers[start : start + keys.PARTITIONS] for start in range(0, len(answers), keys.PARTITIONS)]
    for kind, lengths in zip(STREAMS, shares, strict=False):
        parts.metrics.backlog.labels(kind).set(sum(lengths))
    for kind, firsts in zip(QUEUES, shares[len(STREAMS) :], strict=False):
        oldest = [int(entries[0][0].partition("-")[0]) / 1000 for entries in firsts if entries]
        parts.metrics.lag.labels(kind).set(max(0.0, now - min(oldest)) if oldest else 0.0)
    parts.metrics.waiting.set(sum(shares[-1]))
    parts.metrics.workers.set(len([name async for name in parts.redis.scan_iter(match=keys.worker("*"), count=1000)]))
    parts.metrics.counted.put(texts(await parts.redis.hgetall(keys.COUNTED)))
