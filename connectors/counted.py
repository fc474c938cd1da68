"""What workers have counted (`runtime.counting`), as Prometheus families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from runtime.counting import BUCKETS, SERIES, Sample, read

BOUNDS = (*(repr(bound) for bound in BUCKETS), "+Inf")


class Counted(Collector):
    """Shows the snapshot that was last put in."""

    def __init__(self) -> None:
        self._samples: tuple[Sample, ...] = ()

    def put(self, stored: Mapping[str, str]) -> None:
        self._samples = tuple(read(stored))

    def collect(self) -> Iterable[Metric]:
        for series in SERIES:
            samples = [sample for sample in self._samples if sample.series is series]
            yield (
                _histogram(series.name, series.help, series.labels, samples)
                if series.histogram
                else _counter(series.name, series.help, series.labels, samples)
            )


def _counter(name: str, told: str, labels: tuple[str, ...], samples: list[Sample]) -> Metric:
    family = CounterMetricFamily(name, told, labels=labels)
    for sample in samples:
        family.add_metric(sample.labels, sample.value)
    return family


def _histogram(name: str, told: str, labels: tuple[str, ...], samples: list[Sample]) -> Metric:
    """Prometheus counts each bucket with all below it; the hash counts them apart."""
    family = HistogramMetricFamily(name, told, labels=labels)
    found: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for sample in samples:
        found[sample.labels][sample.bucket] = sample.value
    for values, counts in found.items():
        total, buckets = 0.0, []
        for bound in BOUNDS:
            total += counts.get(bound, 0.0)
            buckets.append((bound, total))
        family.add_metric(values, buckets=buckets, sum_value=counts.get("sum", 0.0))
    return family
