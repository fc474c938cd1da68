"""OpenTelemetry traces, by the standard's own settings: off until `OTEL_EXPORTER_OTLP_ENDPOINT` is set.

A message's trace goes through gateway, worker and sender without anything being handed on: its id is made from the
message's id, so each process finds it by itself. Attributes are words of ours, never what a person wrote; the message's
id itself (WhatsApp's holds a phone number) is hashed. Sampling, names and headers: `OTEL_TRACES_SAMPLER`,
`OTEL_SERVICE_NAME`, `OTEL_EXPORTER_OTLP_HEADERS` and so on, as the standard says. Nothing of the library is imported
while it is off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_tracer: Any = None


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether the environment asks for traces."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(environ.get(name) for name in ENDPOINTS)


def configure(process: str, environ: Mapping[str, str] | None = None) -> Any:
    """Starts exporting if it is wanted; returns the provider (whose `shutdown` sends the rest), or None."""
    global _tracer
    if not wanted(os.environ if environ is None else environ):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": f"sahayak-{process}"}
    provider = TracerProvider(resource=Resource.create({**named, "service.namespace": "sahayak"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("sahayak")
    return provider


def span(name: str, message_id: str, **attributes: str | float) -> AbstractContextManager[Any]:
    """A span in the trace of a message; nothing while tracing is off."""
    if _tracer is None:
        return contextlib.nullcontext()
    from opentelemetry import trace

    digest = hashlib.sha256(f"sahayak:{message_id}".encode()).digest()
    root = trace.SpanContext(
        trace_id=int.from_bytes(digest[:16], "big"),
        span_id=int.from_bytes(digest[16:24], "big"),
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    context = trace.set_span_in_context(trace.NonRecordingSpan(root))
    started: AbstractContextManager[Any] = _tracer.start_as_current_span(
        # An exception's text may quote a value: neither it nor a status made of it goes out.
        name,
        context=context,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    )
    return started
