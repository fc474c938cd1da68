"""The exception tree of this package. A leaf has an HTTP status and a machine code; `detail` is one English sentence.

DepartmentError
├── Unsigned        401  the signature is missing, wrong or too old
├── Forbidden       403  signed or logged in, but this may not be done (four eyes, foreign reference, CSRF)
├── NotFound        404  no such application, document, certificate, service or token
├── Conflict        409  the same idempotency key with another body; the stage does not allow it; changed meanwhile
├── Gone            410  a token that was used up or has run out
├── TooLarge        413  a body or a file over the limit
├── WrongType       415  a file that is none of the accepted kinds
├── Invalid         422  fields, documents or a form that break a rule; `problems` says which
├── TooMany         429  a rate limit
├── Unexpected      500  a fault of ours
└── Unavailable     503  the database or the certificate engine cannot answer now
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, document or rule. `id` is the catalogue's."""

    id: str
    code: str
    detail: str


class DepartmentError(Exception):
    status = 400
    code = "refused"

    def __init__(self, detail: str, code: str | None = None, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.problems = problems


class Unsigned(DepartmentError):
    status = 401
    code = "unsigned"


class Forbidden(DepartmentError):
    status = 403
    code = "forbidden"


class NotFound(DepartmentError):
    status = 404
    code = "not_found"


class Conflict(DepartmentError):
    status = 409
    code = "conflict"


class Gone(DepartmentError):
    status = 410
    code = "gone"


class TooLarge(DepartmentError):
    status = 413
    code = "too_large"


class WrongType(DepartmentError):
    status = 415
    code = "wrong_type"


class Invalid(DepartmentError):
    status = 422
    code = "invalid"


class TooMany(DepartmentError):
    status = 429
    code = "too_many"


class Unexpected(DepartmentError):
    status = 500
    code = "unexpected"


class Unavailable(DepartmentError):
    status = 503
    code = "unavailable"
