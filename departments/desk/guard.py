"""Who is at the desk, and whether a form came from our own page: cookies, CSRF tokens, forms, headers.

A session's cookie is HttpOnly and SameSite=Strict, and new at every login; forms carry a token derived from it. Before
the login a cookie of its own does the same for the login form, so that nobody can be logged in as another unawares.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import FormData, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from departments import officers
from departments.errors import DepartmentError, Forbidden, TooLarge
from departments.office import Office
from departments.officers import Who

SESSION = "desk"
BEFORE = "desk_login"
PATH = "/desk"
STATIC = "/desk-static"
LARGEST_FORM = 256 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


LIVE_POLICY = f"{HEADERS['Content-Security-Policy']}; connect-src 'self'"
"""For pages whose script asks us for what is new."""


class LoginNeeded(DepartmentError):
    status = 401
    code = "login_needed"


class SafeHeaders:
    """Puts `HEADERS` on every answer of the desk that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith((PATH, STATIC)):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith(f"{STATIC}/"):
                    headers.setdefault("Cache-Control", "public, max-age=3600")
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


def office_of(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


def at_desk(request: Request) -> Who:
    """The officer, or `LoginNeeded`."""
    office, cookie = office_of(request), request.cookies.get(SESSION, "")
    with office.database.write() as session:
        who = officers.by_cookie(session, cookie, office.now()) if cookie else None
    if who is None:
        raise LoginNeeded("Log in first.")
    return who


def looking_on(request: Request) -> Who:
    """The officer whose page asks by itself for what is new: that keeps no session alive. Or `LoginNeeded`."""
    office, cookie = office_of(request), request.cookies.get(SESSION, "")
    with office.database.read() as session:
        who = officers.by_cookie(session, cookie, office.now(), seen=False) if cookie else None
    if who is None:
        raise LoginNeeded("Log in first.")
    return who


async def form_of(request: Request) -> FormData:
    """The fields of a posted form, its CSRF token checked. Raises `Forbidden` or `TooLarge`."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise TooLarge("The form is too large.")
    form = FormData([*parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000)])
    cookie = request.cookies.get(BEFORE if request.url.path == f"{PATH}/login" else SESSION, "")
    given = str(form.get("csrf", ""))
    if not cookie or not hmac.compare_digest(officers.csrf_of(cookie).encode(), given.encode()):
        raise Forbidden("The form is out of date; open the page again.", "csrf")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("The form came from another site.", "csrf")
    return form


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, path=PATH, httponly=True, samesite="strict", secure=request.url.scheme == "https")


def drop_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path=PATH, httponly=True, samesite="strict")


def before_login(request: Request) -> str:
    """The value of the cookie for the login form, a new one if there is none of a sound form."""
    value = request.cookies.get(BEFORE, "")
    return value if len(value) >= 40 else secrets.token_urlsafe(32)


Form = Annotated[FormData, Depends(form_of)]
At = Annotated[Who, Depends(at_desk)]
LooksOn = Annotated[Who, Depends(looking_on)]
Here = Annotated[Office, Depends(office_of)]
