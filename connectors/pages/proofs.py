"""`/p/{token}`: a proof of one fact, to be shown while it is good.

The link leads to the checking page with the proof in the fragment; the picture is the same address as a QR code.
"""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from connectors.addresses import Addresses
from connectors.department import Department
from connectors.errors import DepartmentError, Refusal
from connectors.pages.downloads import qr_png
from connectors.parts import Parts

TOKEN = re.compile(r"[0-9a-f]{32}\Z")
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["proofs"])
    department = Department(parts)
    addresses = Addresses(parts)

    async def text_of(request: Request, token: str) -> str:
        """What the code says. Raises `Refusal`: 404 for what is unknown or over, 503 when nobody can tell."""
        await addresses.allow(request, "downloads", parts.limits.downloads)
        if not TOKEN.match(token):
            raise Refusal(404, "not_found")
        try:
            return await department.proof(token)
        except DepartmentError as error:
            if 400 <= error.status < 500 and error.status != 401:
                raise Refusal(404, "not_found") from error
            raise Refusal(503, "later", retry_after=5) from error

    @router.get("/p/{token}", response_class=Response)
    async def show(request: Request, token: str) -> Response:
        digits = (await text_of(request, token)).rpartition("#")[2]
        return RedirectResponse(f"{parts.settings.public_url}/verify#{digits}", 303, PRIVATE)

    @router.get("/p/{token}/qr.png", response_class=Response)
    async def picture(request: Request, token: str) -> Response:
        return Response(qr_png(await text_of(request, token)), media_type="image/png", headers=PRIVATE)

    return router
