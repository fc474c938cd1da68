"""What the gateway counts, for Prometheus. Labels are words of ours (kinds, codes, routes), never a person's values."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from connectors.counted import Counted

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one process, in a registry of their own, so that several gateways can live in one test."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        registry = self.registry = CollectorRegistry()
        self.requests = Counter("sahayak_http_requests", "Requests answered", ("route", "status"), registry=registry)
        self.seconds = Histogram(
            "sahayak_http_seconds", "Time to answer", ("route",), buckets=BUCKETS, registry=registry
        )
        self.inbound = Counter(
            "sahayak_inbound", "Messages and events received", ("channel", "kind", "result"), registry=registry
        )
        self.statuses = Counter(
            "sahayak_statuses", "Delivery statuses of Meta", ("status", "result"), registry=registry
        )
        self.sends = Counter("sahayak_sends", "Sends to Meta", ("form", "result"), registry=registry)
        self.undeliverable = Counter("sahayak_undeliverable", "Messages given up", ("code",), registry=registry)
        self.halted = Gauge("sahayak_sending_halted", "1 while Meta refuses every send", registry=registry)
        self.files = Counter("sahayak_files", "Files received", ("channel", "mime", "problem"), registry=registry)
        self.streams = Gauge("sahayak_event_streams", "Web chats connected now", registry=registry)
        self.downloads = Counter("sahayak_downloads", "Certificate downloads", ("result",), registry=registry)
        self.limited = Counter("sahayak_limited", "Requests over a rate limit", ("limit",), registry=registry)
        self.lag = Gauge(
            "sahayak_lag_seconds", "Age of the oldest entry waiting on the streams", ("stream",), registry=registry
        )
        self.workers = Gauge("sahayak_workers", "Workers alive with a model", registry=registry)
        self.waiting = Gauge("sahayak_waiting", "Applications held for a department that is away", registry=registry)
        self.counted = Counted()
        registry.register(self.counted)
        self.backlog = Gauge("sahayak_backlog", "Entries waiting on the streams", ("stream",), registry=registry)
