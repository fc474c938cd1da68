"""`/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError

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
            await measure_backlog(parts)
        except (RedisError, OSError) as error:
            log.warning("the backlog cannot be measured", extra={"why": type(error).__name__})
        return Response(generate_latest(parts.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


async def measure_backlog(parts: Parts) -> None:
    """Sums the entries that wait on the streams of all partitions."""
    kinds = {
        "inbox": keys.inbox,
        "sendbox": keys.sendbox,
        "fetchbox": keys.fetchbox,
        "dead": keys.dead,
        "undeliverable": keys.undeliverable,
    }
    async with parts.redis.pipeline(transaction=False) as pipe:
        for name in kinds.values():
            for number in range(keys.PARTITIONS):
                pipe.xlen(name(number))
        lengths = await pipe.execute()
    for place, kind in enumerate(kinds):
        parts.metrics.backlog.labels(kind).set(sum(lengths[place * keys.PARTITIONS : (place + 1) * keys.PARTITIONS]))
