"""`POST /departments/{id}/events`: a department's news, signed, stored once for the conversation it concerns."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from connectors.bodies import read_body
from connectors.chat.message import message_id
from connectors.errors import Refusal
from connectors.identity import channel_of
from connectors.ingest import Ingest, Result
from connectors.parts import Parts
from runtime import signing
from runtime.errors import SignatureError
from runtime.records import Inbound

log = logging.getLogger(__name__)

REFERENCE = re.compile(r"[aw]-[0-9a-f]{32}\Z")


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["departments"])
    ingest = Ingest(parts.redis, parts.codec, parts.clock, parts.limits.person)

    @router.post("/departments/{department}/events", status_code=202)
    async def take(request: Request, department: str) -> JSONResponse:
        body = await read_body(request, parts.limits.json_body)
        path = request.scope["raw_path"].decode("latin-1")
        if request.scope["query_string"]:
            path += "?" + request.scope["query_string"].decode("latin-1")
        try:
            signing.verify_headers(parts.settings.department_secret, "POST", path, body, request.headers, parts.clock())
        except SignatureError as error:
            raise Refusal(403, "forbidden") from error
        event = read_event(body)
        inbound = Inbound(
            id=event["id"],
            conversation=event["reference"],
            channel=channel_of(event["reference"]),
            kind="event",
            at=parts.clock(),
            event={**event, "department": department[:100]},
            lang=event["language"] if isinstance(event.get("language"), str) else "",
        )
        result = await ingest.store(inbound, must_exist=True)
        parts.metrics.inbound.labels("department", "event", result.value).inc()
        if result is Result.UNKNOWN_CONTACT:
            # The person had everything erased: there is nobody to tell, and repeating would not change that.
            log.info("an event for a conversation that is gone")
        return JSONResponse({"id": inbound.id, "result": result.value}, 202)

    return router


def read_event(body: bytes) -> dict[str, Any]:
    """The event, with what we rely on checked. Raises `Refusal` 400."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "bad_request") from error
    if not isinstance(event, dict):
        raise Refusal(400, "bad_request")
    event["id"] = message_id(event.get("id"))
    if not (isinstance(event.get("reference"), str) and REFERENCE.match(event["reference"])):
        raise Refusal(400, "bad_request")
    about = ("conversation", "what") if "conversation" in event else ("number", "service", "stage")
    if not all(isinstance(event.get(name), str) and event[name] for name in about):
        raise Refusal(400, "bad_request")
    return event
