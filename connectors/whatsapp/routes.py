"""`/webhooks/whatsapp`: Meta's handshake and its payloads."""

from __future__ import annotations

import asyncio
import hmac

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse
from redis.exceptions import RedisError

from connectors.background import Background
from connectors.bodies import read_body
from connectors.errors import Refusal, StoreUnavailable
from connectors.parts import Parts
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.payload import read
from connectors.whatsapp.receipts import Receipts
from connectors.whatsapp.receiver import Receiver
from connectors.whatsapp.signature import genuine

STORE_SECONDS = 10.0
"""Meta waits longer, but a gateway that cannot store within this time says so, and gets the body again."""


def routes(parts: Parts, background: Background) -> APIRouter:
    """The webhook's two routes; 404 while no WhatsApp number is set up."""
    router = APIRouter(tags=["whatsapp"])
    access = parts.settings.whatsapp
    receiver = Receiver(parts)
    receipts = Receipts(Graph(parts.http, access), parts.clock) if access else None

    @router.get("/webhooks/whatsapp", response_class=PlainTextResponse)
    async def handshake(
        mode: str = Query("", alias="hub.mode"),
        token: str = Query("", alias="hub.verify_token"),
        challenge: str = Query("", alias="hub.challenge", max_length=1000),
    ) -> Response:
        if access is None:
            raise Refusal(404, "not_found")
        known = hmac.compare_digest(token.encode("utf-8", "replace"), access.verify_token.encode())
        if mode != "subscribe" or not known:
            raise Refusal(403, "forbidden")
        return PlainTextResponse(challenge)

    @router.post("/webhooks/whatsapp", response_class=PlainTextResponse)
    async def payload(request: Request) -> Response:
        if access is None:
            raise Refusal(404, "not_found")
        body = await read_body(request, parts.limits.webhook_body)
        secrets = [secret for secret in (access.app_secret, access.app_secret_previous) if secret]
        if not genuine(body, request.headers.get("x-hub-signature-256"), secrets):
            raise Refusal(403, "forbidden")
        try:
            fresh = await asyncio.wait_for(receiver.take(read(body)), STORE_SECONDS)
        except (TimeoutError, RedisError, OSError) as error:
            raise StoreUnavailable("redis does not take the body") from error
        if receipts is not None and fresh and receipts.wanted:
            background.start(receipts.mark(fresh))
        return PlainTextResponse("ok")

    return router
