"""What workers count reaches Prometheus through any gateway, and survives a Redis that is away."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import redis as redis_library
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from runtime import keys
from runtime.counting import FUNNEL, SERIES, TURN_SECONDS, TURNS, UNDERSTANDING, Counts
from tests.connectors.conftest import Gateway


def test_what_workers_count_is_shown_by_a_gateway(gateway: Gateway) -> None:
    counts = Counts()
    for seconds in (0.004, 0.012, 0.012, 99.0):
        counts.observe(TURN_SECONDS, seconds, "text")
    counts.add(TURNS, "text", "web", "done")
    counts.add(UNDERSTANDING, "hi", "Latn", "understood")
    counts.add(FUNNEL, "income_certificate", "filed")

    async def flush() -> None:
        client = Redis.from_url(gateway.settings.redis_url or "")
        await counts.flush(client)
        await counts.flush(client)
        await client.aclose()

    asyncio.run(flush())
    gateway.redis.hset(keys.COUNTED, "sahayak_of_another_version||x", "5")
    gateway.redis.set(keys.worker("w1"), "model")
    gateway.redis.zadd(keys.alarms(3), {"web|c|held|d": 1.0})
    gateway.redis.xadd(keys.inbox(3), {"m": "x"}, id="1000-0")
    families = {f.name: f for f in text_string_to_metric_families(gateway.http.get("/metrics").text)}
    values = {(s.name, *sorted(s.labels.items())): s.value for family in families.values() for s in family.samples}
    assert values["sahayak_turns_total", ("channel", "web"), ("kind", "text"), ("result", "done")] == 1
    assert values["sahayak_funnel_total", ("service", "income_certificate"), ("step", "filed")] == 1
    bucket = {labels[1][1] if labels[0][0] == "kind" else "": value
              for (name, *labels), value in values.items() if name == "sahayak_turn_seconds_bucket"}  # fmt: skip
    assert (bucket["0.005"], bucket["0.02"], bucket["30.0"], bucket["+Inf"]) == (1, 3, 3, 4)
    assert values["sahayak_turn_seconds_sum", ("kind", "text")] == pytest.approx(99.028)
    assert values["sahayak_workers",] == 1 and values["sahayak_waiting",] == 1
    assert (
        values["sahayak_lag_seconds", ("stream", "inbox")] > 1e9 and values["sahayak_backlog", ("stream", "inbox")] == 1
    )
    assert {f"{s.name}" for s in SERIES} <= set(families)
    assert "sahayak_of_another_version" not in families


def test_counts_are_kept_when_redis_is_away() -> None:
    class Away:
        def pipeline(self, transaction: bool) -> Any:
            raise redis_library.ConnectionError

    counts = Counts()
    counts.add(TURNS, "text", "web", "done")
    for _ in range(2):
        with pytest.raises(redis_library.ConnectionError):
            asyncio.run(counts.flush(Away()))
    assert counts._grown == {"sahayak_turns||text|web|done": 1.0}
