"""Logs: JSON lines that name the process and hold nothing personal, whoever wrote them."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from runtime import logs
from runtime.errors import StartError


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("gateway", stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


def entries(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_with_its_fields(stream: io.StringIO) -> None:
    logging.getLogger("connectors.web").info("turn\nstored", extra={"ms": 3, "partition": "7", "ok": True})
    (entry,) = entries(stream)
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "level": "info",
        "process": "gateway",
        "logger": "connectors.web",
        "message": "turn\nstored",
        "ms": 3,
        "partition": "7",
        "ok": True,
    }


def test_personal_numbers_are_masked_in_text_arguments_and_fields(stream: io.StringIO) -> None:
    logging.warning("from %s", "+91 98765 43210", extra={"told": "2341 2341 2346", "mail": ["a@b.in"]})
    assert "43210" not in stream.getvalue()
    assert "2341 2341" not in stream.getvalue()
    assert "a@b.in" not in stream.getvalue()


def test_an_exception_is_told_without_its_values(stream: io.StringIO) -> None:
    try:
        try:
            {"": 0}["Sunita Devi"]
        except KeyError as error:
            raise ValueError("no person Sunita Devi") from error
    except ValueError:
        logging.exception("turn failed")
    (entry,) = entries(stream)
    assert "Sunita" not in stream.getvalue()
    assert entry["error"]["type"] == "builtins.ValueError"
    assert entry["error"]["cause"]["type"] == "builtins.KeyError"
    assert entry["error"]["at"][-1].startswith("runtime/test_logs.py:")


def test_our_own_errors_keep_their_sentence(stream: io.StringIO) -> None:
    try:
        raise StartError("Port 8000 is taken.")
    except StartError:
        logging.exception("start failed")
    assert entries(stream)[0]["error"]["detail"] == "Port 8000 is taken."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("redis://user:tulip@db:6379 failed", "redis://***@db:6379 failed"),
        ("GET /c/6fK2_aa-9 404", "GET /c/*** 404"),
        ("/chat/sessions/abc123/events", "/chat/sessions/***/events"),
        ("?access_token=EAAJ&x=1", "?access_token=***&x=1"),
    ],
)
def test_keys_to_a_conversation_and_passwords_are_masked(text: str, kept: str) -> None:
    assert logs.clean(text) == kept


def test_libraries_that_log_requests_are_quiet(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://example.org/messages")
    logging.getLogger("uvicorn.access").info("GET /c/token")
    logging.getLogger("uvicorn.error").info("started")
    assert [entry["message"] for entry in entries(stream)] == ["started"]


def test_warnings_are_records_too(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old call with 9876543210", stacklevel=1)
    assert "XXXXXXXX10" in entries(stream)[0]["message"]
