"""Refusals as `{"code", "text"}`, the text in the person's language."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from connectors.errors import Refusal, StoreUnavailable
from connectors.languages import chosen
from connectors.parts import Sentences
from runtime.errors import SahayakError

log = logging.getLogger(__name__)

BY_STATUS = {
    400: "bad_request",
    401: "forbidden",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "bad_request",
    422: "bad_request",
    429: "too_many_requests",
}


def install(app: FastAPI, sentences: Sentences) -> None:
    """Gives every error of the application this one shape."""

    def answer(request: Request, refusal: Refusal) -> JSONResponse:
        lang = chosen(getattr(request.state, "lang", None), request.headers.get("accept-language"))
        headers = {"Content-Language": lang}
        if refusal.retry_after:
            headers["Retry-After"] = str(refusal.retry_after)
        text = sentences.render(f"gateway_{refusal.code}", lang, **refusal.values)
        return JSONResponse({"code": refusal.code, "text": text}, refusal.status, headers)

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refusal)
        return answer(request, error)

    async def unavailable(request: Request, error: Exception) -> JSONResponse:
        log.warning("a request could not be served", exc_info=error)
        return answer(request, Refusal(503, "unavailable", retry_after=2))

    async def framework(request: Request, error: Exception) -> JSONResponse:
        # The framework's own text may quote what was sent.
        status = error.status_code if isinstance(error, HTTPException) else 422
        return answer(request, Refusal(status, BY_STATUS.get(status, "bad_request" if status < 500 else "error")))

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("a request failed", exc_info=error)
        return answer(request, Refusal(500, "error"))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(StoreUnavailable, unavailable)
    app.add_exception_handler(SahayakError, unavailable)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, framework)
    app.add_exception_handler(Exception, unexpected)
