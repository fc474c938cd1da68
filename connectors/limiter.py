"""No request body longer than its route can use, however it is sent. Pure ASGI, before any parsing."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.errors import Refusal
from connectors.parts import Limits


class BodyLimit:
    """Counts the bytes as they come; too many end the request with `Refusal` 413, raised where the body is read."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        taken = 0

        async def receiving() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise Refusal(413, "too_large")
            return message

        await self._app(scope, receiving, send)

    def _limit(self, path: str) -> int:
        if path.startswith("/webhooks/"):
            return self._limits.webhook_body
        if path.startswith("/chat/") and path.endswith("/messages"):
            return self._limits.upload_body
        return self._limits.json_body
