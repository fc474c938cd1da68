"""`/c/{token}`: the page of a one-time certificate download (looking at it uses nothing up), and the file itself."""

from __future__ import annotations

import html
import io
import re
import secrets
from functools import lru_cache
from pathlib import Path
from string import Template

import qrcode
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from qrcode.image.svg import SvgPathImage

from catalogue.model import LANGUAGES
from connectors.addresses import Addresses
from connectors.department import Department
from connectors.errors import DepartmentError, Refusal
from connectors.languages import NAMES, chosen, direction
from connectors.parts import Parts

COOKIE = "sahayak_download"
COOKIE_SECONDS = 3600
TOKEN = re.compile(r"[A-Za-z0-9_\-]{16,128}\Z")
PAGE = Path(__file__).parent / "download.html"


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["downloads"])
    department = Department(parts)
    addresses = Addresses(parts)
    secure = parts.settings.public_url.startswith("https://")

    def browser_of(request: Request) -> str:
        known = request.cookies.get(COOKIE, "")
        return known if re.fullmatch(r"[A-Za-z0-9_\-]{43}", known) else secrets.token_urlsafe(32)

    def keep(response: Response, browser: str) -> Response:
        response.set_cookie(
            COOKIE, browser, max_age=COOKIE_SECONDS, path="/c/", secure=secure, httponly=True, samesite="lax"
        )
        return response

    def page(request: Request, token: str, lang: str, problem: str = "", status: int = 200) -> Response:
        address = f"{parts.settings.public_url}/c/{token}"
        text = render(lang, address, f"/c/{token}", parts, problem)
        return keep(HTMLResponse(text, status, {"Content-Language": lang}), browser_of(request))

    @router.get("/c/{token}", response_class=HTMLResponse)
    async def show(request: Request, token: str, lang: str | None = Query(None, max_length=10)) -> Response:
        language = chosen(lang, request.headers.get("accept-language"))
        if not TOKEN.match(token):
            return page(request, "unknown", language, "gateway_download_gone", 404)
        return page(request, token, language)

    @router.get("/c/{token}/qr.png", response_class=Response)
    async def picture(token: str) -> Response:
        if not TOKEN.match(token):
            raise Refusal(404, "not_found")
        return Response(qr_png(f"{parts.settings.public_url}/c/{token}"), media_type="image/png")

    @router.post("/c/{token}", response_class=Response)
    async def fetch(request: Request, token: str, lang: str | None = Query(None, max_length=10)) -> Response:
        language = chosen(lang, request.headers.get("accept-language"))
        await addresses.allow(request, "downloads", parts.limits.downloads)
        origin = request.headers.get("origin")
        if request.headers.get("sec-fetch-site") == "cross-site" or origin not in (None, "null", *_origins(parts)):
            raise Refusal(403, "forbidden")
        browser = browser_of(request)
        try:
            if not TOKEN.match(token):
                raise DepartmentError(404)
            data, name = await department.redeem(token, browser)
        except DepartmentError as error:
            gone = 400 <= error.status < 500 and error.status != 401
            parts.metrics.downloads.labels("gone" if gone else "later").inc()
            problem = "gateway_download_gone" if gone else "gateway_download_later"
            return page(request, token if TOKEN.match(token) else "unknown", language, problem, 410 if gone else 503)
        parts.metrics.downloads.labels("done").inc()
        disposition = f'attachment; filename="{name or "certificate.pdf"}"'
        response = Response(data, media_type="application/pdf", headers={"Content-Disposition": disposition})
        return keep(response, browser)

    return router


def _origins(parts: Parts) -> tuple[str, ...]:
    """Origins under which our own page may have been opened."""
    port = parts.settings.port
    url = re.match(r"https?://[^/]+", parts.settings.public_url)
    return (url.group() if url else "", f"http://localhost:{port}", f"http://127.0.0.1:{port}")


def render(lang: str, address: str, path: str, parts: Parts, problem: str) -> str:
    """The page in one language; with a `problem` (a message's key), its sentence in place of the button."""

    def say(key: str) -> str:
        return html.escape(parts.sentences.render(key, lang))

    others = " ".join(
        f'<a href="?lang={code}" lang="{code}" dir="{direction(code)}"{" aria-current=page" if code == lang else ""}>'
        f"{NAMES[code]}</a>"
        for code in LANGUAGES
    )
    if problem:
        body = f'<p class="problem" role="alert">{say(problem)}</p>'
    else:
        body = (
            f"<p>{say('gateway_download_intro')}</p>"
            f'<form method="post" action="{path}?lang={lang}"><button>{say("gateway_download_button")}</button></form>'
            f'<p class="private">{say("gateway_download_private")}</p>'
            f'<figure><div class="qr" role="img" aria-label="{say("gateway_download_qr")}">{qr(address)}</div>'
            f"<figcaption>{say('gateway_download_other_device')}</figcaption></figure>"
        )
    return _page().substitute(
        lang=lang, dir=direction(lang), title=say("gateway_download_title"), languages=others, body=body
    )


def qr(address: str) -> str:
    """The address as an SVG of one path, black on white in any colour scheme."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    code.add_data(address)
    out = io.BytesIO()
    code.make_image().save(out)
    return re.sub(r"<\?xml[^>]*\?>\s*", "", out.getvalue().decode())


def qr_png(address: str) -> bytes:
    """The address as a picture that a chat shows, about 400 pixels wide."""
    out = io.BytesIO()
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=9)
    code.add_data(address)
    code.make_image().save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def _page() -> Template:
    return Template(PAGE.read_text(encoding="utf-8"))
