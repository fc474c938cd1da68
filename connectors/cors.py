"""Which sites' pages may talk to the web chat (`SAHAYAK_WIDGET_ORIGINS`); any may load the widget's script."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "GET, POST"
HEADERS = "Content-Type, Last-Event-ID"
AGE = "600"


class Cors:
    """`/chat` for the listed origins, without cookies; `/widget…` for everybody; nothing else for anybody."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin, path = headers.get("origin"), scope["path"]
        allowed = self._allowed(path, origin)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers and allowed:
            answer = Response(
                status_code=204,
                headers={
                    "Access-Control-Allow-Origin": allowed,
                    "Access-Control-Allow-Methods": METHODS,
                    "Access-Control-Allow-Headers": HEADERS,
                    "Access-Control-Max-Age": AGE,
                    "Vary": "Origin",
                },
            )
            await answer(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                if path.startswith("/chat/"):
                    answered.add_vary_header("Origin")
                if allowed:
                    answered["Access-Control-Allow-Origin"] = allowed
                    answered["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        await self._app(scope, receive, sending)

    def _allowed(self, path: str, origin: str | None) -> str:
        if path.startswith(("/widget.js", "/widget/")):
            return "*"
        if path.startswith("/chat/") and origin in self._origins:
            return origin or ""
        return ""
