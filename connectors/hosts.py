"""Answers only under our own names: a page of ours reached by another name could be read by that name's owner."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OURSELVES = frozenset({"localhost", "127.0.0.1", "[::1]"})
OPEN = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machinery that knows only an address."""


class KnownHosts:
    """Refuses (421) requests whose Host header names neither `public_url`'s host nor this machine."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._names = OURSELVES | {(urlsplit(public_url).hostname or "localhost").lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in OPEN:
            host = Headers(scope=scope).get("host", "").lower()
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            if name not in self._names:
                answer = JSONResponse({"code": "unknown_host", "text": "This server is not known by that name."}, 421)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)
