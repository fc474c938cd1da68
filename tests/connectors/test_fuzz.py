"""Every route of the gateway, asked for anything: no server error, and refusals of the fixed shape."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.connectors.conftest import Gateway

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["type", "id", "text", "choice", "lang", "file", "reference", "stage", "number"])
BODY = JSON.map(lambda data: json.dumps(data).encode()) | st.binary(max_size=60)
BODY |= st.dictionaries(NAMES, JSON, max_size=5).map(lambda data: json.dumps(data).encode())
KINDS = st.sampled_from(
    [
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        "é",
        "application/json; x",
    ]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Accept-Language", "Last-Event-ID", "Cookie", "Origin", "X-Hub-Signature-256", "X-Sahayak-Timestamp"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20),
    max_size=3,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_request_is_a_server_error(gateway: Gateway, data: st.DataObject) -> None:
    paths: dict[str, Any] = gateway.http.get("/openapi.json").json()["paths"]
    template = data.draw(st.sampled_from(sorted(paths)))
    method = data.draw(st.sampled_from([*paths[template], "put"]))
    path = template
    while "{" in path:
        name = path[path.index("{") : path.index("}") + 1]
        part = data.draw(TEXT.filter(lambda text: text not in (".", "..")))
        path = path.replace(name, quote(part or "x", safe=""), 1)
    headers = {name.encode(): value.strip().encode("latin-1") for name, value in data.draw(HEADERS).items()}
    headers[b"Content-Type"] = data.draw(KINDS).encode("latin-1")
    query = {
        name: data.draw(TEXT) for name in data.draw(st.lists(st.sampled_from(["lang", "last_event_id", "hub.mode"])))
    }
    answer = gateway.http.request(method.upper(), path, params=query, headers=headers, content=data.draw(BODY))
    # Without a department and a worker these two say so; nothing else may fail.
    assert answer.status_code < 500 or template in ("/readyz", "/.well-known/jwks.json", "/status/{name}", "/c/{token}")
    assert answer.status_code in (200, 201, 202, 308) or answer.status_code >= 400
    if answer.status_code >= 400 and answer.headers["content-type"] == "application/json" and template != "/readyz":
        assert set(answer.json()) == {"code", "text"} and answer.json()["text"]
