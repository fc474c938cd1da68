"""`/chat/sessions…`: the web chat's protocol."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.datastructures import UploadFile

from catalogue.model import LANGUAGES
from connectors.addresses import Addresses
from connectors.bodies import read_form, read_object
from connectors.chat import events
from connectors.chat.hub import Hub
from connectors.chat.message import message_id, said
from connectors.chat.session import Sessions
from connectors.errors import Refusal
from connectors.identity import WEB
from connectors.ingest import Ingest, Result
from connectors.intake.taker import Taker
from connectors.parts import Parts
from connectors.texts import name_of_file
from runtime.records import Inbound

SESSION_BODY = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"lang": {"type": ["string", "null"], "enum": [*LANGUAGES, None]}},
                }
            }
        }
    }
}
MESSAGE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {
                            "type": "object",
                            "required": ["type", "id", kind],
                            "properties": {
                                "type": {"const": kind},
                                "id": {"type": "string", "format": "uuid"},
                                kind: {"type": "string", "minLength": 1, "maxLength": length},
                            },
                        }
                        for kind, length in (("text", 4096), ("choice", 256))
                    ]
                }
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["id", "file"],
                    "properties": {
                        "id": {"type": "string", "format": "uuid"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            },
        },
    }
}

STREAMS = 8
"""Open streams of one conversation: tabs and reconnects of a person, not a flood."""


def routes(parts: Parts, hub: Hub, taker: Taker) -> APIRouter:
    """The three routes of the protocol, whose parts are in the modules beside this one."""
    router = APIRouter(prefix="/chat", tags=["web chat"])
    sessions = Sessions(parts.redis)
    ingest = Ingest(parts.redis, parts.codec, parts.clock, parts.limits.person)
    addresses = Addresses(parts)

    @router.post("/sessions", status_code=201, openapi_extra=SESSION_BODY)
    async def start(request: Request) -> JSONResponse:
        await addresses.allow(request, "sessions", parts.limits.sessions)
        data = await read_object(request, parts.limits.json_body, may_be_empty=True)
        lang = data.get("lang")
        if lang is not None and (not isinstance(lang, str) or lang not in LANGUAGES):
            raise Refusal(400, "bad_request")
        return JSONResponse({"session": await sessions.make(lang)}, 201)

    @router.post("/sessions/{session}/messages", status_code=202, openapi_extra=MESSAGE_BODY)
    async def say(request: Request, session: str) -> JSONResponse:
        await addresses.allow(request, "address", parts.limits.address)
        conversation, lang = await sessions.open(session)
        request.state.lang = lang
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            inbound = await upload(request, conversation, lang)
        elif kind in ("application/json", ""):
            content = said(await read_object(request, parts.limits.json_body), parts.limits.text)
            inbound = Inbound(
                id=content.id,
                conversation=conversation,
                channel=WEB,
                kind=content.kind,
                at=parts.clock(),
                text=content.text,
                choice=content.choice,
                lang=lang,
            )
        else:
            raise Refusal(415, "bad_request")
        if isinstance(inbound, str):
            return accepted(inbound)
        result = await ingest.store(inbound, must_exist=True)
        if inbound.file is not None and result not in (Result.STORED, Result.KNOWN):
            # No message leads to this file. (Known may mean that this very one was stored, and the answer lost.)
            await asyncio.to_thread(taker.discard, inbound.file)
        parts.metrics.inbound.labels(WEB, inbound.kind, result.value).inc()
        if result is Result.UNKNOWN_CONTACT:
            raise Refusal(404, "session_unknown")
        if result in (Result.LIMITED, Result.LIMITED_AGAIN):
            parts.metrics.limited.labels("person").inc()
            raise Refusal(429, "too_many_messages", retry_after=60)
        return accepted(inbound.id)

    async def upload(request: Request, conversation: str, lang: str) -> Inbound | str:
        """The message of an uploaded file, or only the id of one that is known already."""
        form = await read_form(request, parts.limits.upload_body)
        try:
            identifier = message_id(form.get("id"))
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Refusal(400, "bad_request")
            if await ingest.known(conversation, identifier):
                return identifier
            data = await file.read()
            reference = await taker.take(data, name_of_file(file.filename or ""), WEB)
        finally:
            await form.close()
        return Inbound(
            id=identifier,
            conversation=conversation,
            channel=WEB,
            kind="file",
            at=parts.clock(),
            file=reference,
            lang=lang,
        )

    def accepted(identifier: str) -> JSONResponse:
        return JSONResponse({"id": identifier}, 202)

    @router.get("/sessions/{session}/events", response_class=StreamingResponse)
    async def listen(
        request: Request, session: str, last_event_id: str | None = Query(None, max_length=50)
    ) -> StreamingResponse:
        conversation, _ = await sessions.open(session)
        if hub.open_streams(conversation) >= STREAMS:
            raise Refusal(429, "too_many_requests", retry_after=5)
        after = events.start_after(request.headers.get("last-event-id") or last_event_id)

        async def counted() -> Any:
            with parts.metrics.streams.track_inprogress():
                async for text in events.stream(parts.redis, parts.codec, hub, conversation, after):
                    yield text

        return StreamingResponse(
            counted(),
            media_type="text/event-stream",
            # Proxies that buffer would hold every answer back.
            headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
        )

    return router
