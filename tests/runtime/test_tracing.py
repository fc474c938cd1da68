"""Traces: off by default and then free; on, one trace for a message through processes that know nothing of another."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from runtime import tracing
from tests.conftest import ROOT

PROCESS = """
import sys
from runtime import tracing
provider = tracing.configure(sys.argv[1])
try:
    with tracing.span(sys.argv[2], "wamid.919876543210", kind="text"):
        raise KeyError("Sunita Devi")
except KeyError:
    pass
if provider:
    provider.shutdown()
import json
print(json.dumps([name for name in sys.modules if name.startswith("opentelemetry")]))
"""


class Collector:
    """Takes what is exported, as an OpenTelemetry collector would."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.server.shutdown()
    found.server.server_close()


def run(process: str, span: str, **environ: str) -> list[str]:
    """Runs a process with one span; returns what it imported of the library."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, process, span],
        cwd=ROOT, env={**kept, **environ}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout)
    return names


def test_one_trace_for_a_message_through_two_processes(collector: Collector) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    endpoint = f"http://127.0.0.1:{collector.server.server_port}"
    run("gateway", "store", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
    run("worker", "turn", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
    traces, names, services = set(), set(), set()
    for body in collector.bodies:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            services |= {a.value.string_value for a in resource.resource.attributes if a.key == "service.name"}
            for span in resource.scope_spans[0].spans:
                traces.add(span.trace_id)
                names.add(span.name)
    assert names == {"store", "turn"} and len(traces) == 1
    assert services == {"sahayak-gateway", "sahayak-worker"}
    for body in collector.bodies:
        assert b"Sunita" not in body and b"9876543210" not in body


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
    ],
)
def test_off_it_imports_nothing(environ: dict[str, str]) -> None:
    assert not tracing.wanted(environ)
    assert run("gateway", "store", **environ) == []
