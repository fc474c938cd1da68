"""What workers count, gathered in one hash of Redis, from which any gateway shows it to Prometheus.

Workers have no port of their own, come and go, and may be many; their counts only ever grow, whoever adds to them.
Labels are words of ours (kinds, outcomes, ids of the catalogue), never a person's values. `SERIES` is all there is:
both sides go by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime import keys

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds."""
_SEPARATOR = "|"


@dataclass(frozen=True)
class Series:
    """A counter, or a histogram over `BUCKETS`, with the names of its labels."""

    name: str
    help: str
    labels: tuple[str, ...]
    histogram: bool = False


TURNS = Series("sahayak_turns", "Turns run by workers", ("kind", "channel", "result"))
TURN_SECONDS = Series("sahayak_turn_seconds", "Time from taking a message to its commit", ("kind",), histogram=True)
WAIT_SECONDS = Series("sahayak_wait_seconds", "Time from storing a message to taking it", ("channel",), histogram=True)
UNDERSTANDING = Series(
    "sahayak_understanding", "Messages in words by how they were understood", ("lang", "script", "result")
)
FUNNEL = Series("sahayak_funnel", "Applications by how far they came", ("service", "step"))
SERIES = (TURNS, TURN_SECONDS, WAIT_SECONDS, UNDERSTANDING, FUNNEL)


@dataclass(frozen=True)
class Sample:
    """A value as Redis has it. `bucket`: an upper bound, "sum", or empty for a counter."""

    series: Series
    labels: tuple[str, ...]
    bucket: str
    value: float


class Counts:
    """Counts of one process until they are flushed."""

    def __init__(self) -> None:
        self._grown: dict[str, float] = {}

    def add(self, series: Series, *labels: str) -> None:
        self._grow(series, labels, "", 1.0)

    def observe(self, series: Series, seconds: float, *labels: str) -> None:
        bound = next((repr(bound) for bound in BUCKETS if seconds <= bound), "+Inf")
        self._grow(series, labels, bound, 1.0)
        self._grow(series, labels, "sum", seconds)

    async def flush(self, redis: Any) -> None:
        """Adds what has grown to the hash (`redis`: an asyncio client). Raises Redis' errors; then nothing is lost."""
        grown, self._grown = self._grown, {}
        try:
            async with redis.pipeline(transaction=True) as pipe:
                for field, value in grown.items():
                    pipe.hincrbyfloat(keys.COUNTED, field, value)
                await pipe.execute()
        except BaseException:
            for field, value in grown.items():
                self._grown[field] = self._grown.get(field, 0.0) + value
            raise

    def _grow(self, series: Series, labels: tuple[str, ...], bucket: str, by: float) -> None:
        assert len(labels) == len(series.labels), series.name
        field = _SEPARATOR.join((series.name, bucket, *labels))
        self._grown[field] = self._grown.get(field, 0.0) + by


def read(stored: Mapping[str, str]) -> Iterator[Sample]:
    """The samples in the hash; what another version counted and this one does not know is left out."""
    known = {series.name: series for series in SERIES}
    for field, value in stored.items():
        name, bucket, *labels = field.split(_SEPARATOR)
        series = known.get(name)
        if series is not None and len(labels) == len(series.labels):
            yield Sample(series, tuple(labels), bucket, float(value))
