"""Every error of the API as `{"code", "detail", "problems"?}`: ours, the framework's and unexpected ones."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from departments.desk import guard, pages
from departments.errors import DepartmentError, Unavailable, Unexpected
from runtime.errors import VaultError

log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    app.add_exception_handler(DepartmentError, _ours)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _shape)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _framework)  # type: ignore[arg-type]
    app.add_exception_handler(SQLAlchemyError, _storage)
    app.add_exception_handler(VaultError, _storage)
    app.add_exception_handler(UnicodeEncodeError, _half_character)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: Request, error: DepartmentError) -> Response:
    if request.url.path.startswith(guard.PATH):
        return pages.failed(request, error)
    body: dict[str, object] = {"code": error.code, "detail": error.detail}
    if error.problems:
        body["problems"] = [{"id": p.id, "code": p.code, "detail": p.detail} for p in error.problems]
    return JSONResponse(body, error.status)


def _shape(_: Request, error: RequestValidationError) -> JSONResponse:
    # The framework's own text quotes the value, which may be personal.
    problems = [
        {
            "id": ".".join(str(part) for part in item["loc"]),
            "code": item["type"],
            "detail": "Is missing or not of its form.",
        }
        for item in error.errors()
    ]
    if any(item["id"] == "header.Idempotency-Key" for item in problems):
        return JSONResponse({"code": "idempotency_key", "detail": "Every write needs an Idempotency-Key."}, 422)
    return JSONResponse({"code": "malformed", "detail": "The request is not of its form.", "problems": problems}, 422)


def _half_character(_: Request, error: Exception) -> JSONResponse:
    """JSON can carry half a surrogate pair, which no text on disk can."""
    return JSONResponse({"code": "malformed", "detail": "The request holds half a character."}, 422)


def _framework(_: Request, error: HTTPException) -> JSONResponse:
    return JSONResponse({"code": f"http_{error.status_code}", "detail": str(error.detail)}, error.status_code)


def _storage(request: Request, error: Exception) -> Response:
    log.error("storage failed", exc_info=error)
    return _ours(request, Unavailable("The server cannot answer now; try again."))


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("a request failed unexpectedly", exc_info=error)
    return _ours(request, Unexpected("Something went wrong here, and nothing was changed."))
