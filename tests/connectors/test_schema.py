"""The gateway's OpenAPI document, driven by schemathesis: no server error, and every answer of its schema."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.connectors.conftest import Gateway

AWAY = frozenset({"/readyz", "/.well-known/jwks.json", "/status/{name}", "/c/{token}"})
"""Without a worker or a department these say so with 503; their own tests ask them."""
EXAMPLES = 20
CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]


def test_every_answer_is_of_the_schema(gateway: Gateway) -> None:
    schema = schemathesis.openapi.from_url(f"{gateway.url}/openapi.json")
    asked: set[str] = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in AWAY:
            continue

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def one(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        one()
        asked.add(operation.path)
    assert {"/chat/sessions", "/chat/sessions/{session}/messages", "/webhooks/whatsapp", "/metrics"} <= asked
