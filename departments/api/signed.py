"""Lets a request of the API in only when its signature over method, path, query and whole body holds.

Pure ASGI, before any parsing: reads the body up to a limit, checks, and hands the same bytes on. The desk has logins of
its own and is not concerned.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime import signing
from runtime.errors import SignatureError

PREFIXES = ("/applications", "/services", "/certificates", "/conversations")
LARGEST = 6 * 1024 * 1024
_WHY = {
    "malformed": "X-Sahayak-Timestamp and X-Sahayak-Signature are missing or not of their form.",
    "mismatch": "The signature does not fit method, path, body and timestamp.",
    "expired": "The timestamp lies more than 300 seconds from the server's clock.",
}


class SignedOnly:
    def __init__(self, app: ASGIApp, secret: str, now: Callable[[], float]) -> None:
        self._app, self._secret, self._now = app, secret, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _of_api(scope["path"]):
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            await _refusal(413, "too_large", "The request is too large.")(scope, receive, send)
            return
        path = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            path += "?" + scope["query_string"].decode("latin-1")
        try:
            signing.verify_headers(self._secret, scope["method"], path, body, Headers(scope=scope), self._now())
        except SignatureError as error:
            await _refusal(401, f"signature_{error.code}", _WHY[error.code])(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def _of_api(path: str) -> bool:
    return any(path == prefix or path.startswith(prefix + "/") for prefix in PREFIXES)


async def _body(receive: Receive) -> bytes | None:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _refusal(status: int, code: str, detail: str) -> JSONResponse:
    return JSONResponse({"code": code, "detail": detail}, status)
