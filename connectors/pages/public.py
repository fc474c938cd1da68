"""What a checking page needs from the department, kept for a while (keys, signed status lists), and the pages."""

from __future__ import annotations

import asyncio
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from certificates import web
from connectors.department import Department
from connectors.errors import DepartmentError, Refusal
from connectors.parts import Clock, Parts
from connectors.widget.script import script

FRESH_SECONDS = 60
STALE_SECONDS = 7 * 24 * 3600
"""What the department last said is served for a week while it is away: lists are signed and carry their own dates."""
BYTES = 8 * 1024 * 1024
MOST = 200
LIST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,99}\Z")
STATIC = Path(__file__).parent / "static"
WIDGET = Path(__file__).parents[1] / "widget" / "page"
FONTS = Path(__file__).parents[2] / "fonts" / "web"


@dataclass(frozen=True)
class _Kept:
    data: bytes
    mime: str
    at: float


class Cache:
    """Documents of the department by path. One request at a time asks for each; the others wait for its answer."""

    def __init__(self, department: Department, clock: Clock) -> None:
        self._department = department
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._asking = asyncio.Lock()

    async def get(self, path: str) -> Response:
        """Raises `Refusal`: 404 when the department knows no such document, 503 when it cannot be asked."""
        async with self._asking:
            kept = self._kept.get(path)
            now = self._clock()
            if kept is None or now - kept.at > FRESH_SECONDS:
                try:
                    kept = _Kept(*await self._department.public(path, BYTES), now)
                    if len(self._kept) >= MOST:
                        self._kept.pop(min(self._kept, key=lambda name: self._kept[name].at))
                    self._kept[path] = kept
                except DepartmentError as error:
                    if 400 <= error.status < 500 and error.status not in (401, 429):
                        raise Refusal(404, "not_found") from error
                    if kept is None or now - kept.at > STALE_SECONDS:
                        raise Refusal(503, "later", retry_after=5) from error
        return Response(
            kept.data,
            media_type=kept.mime,
            headers={
                "Cache-Control": f"public, max-age={FRESH_SECONDS}",
                "Access-Control-Allow-Origin": "*",
                "Cross-Origin-Resource-Policy": "cross-origin",
            },
        )


def routes(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["checking"])
    cache = Cache(Department(parts), parts.clock)

    @router.get("/.well-known/jwks.json", response_class=Response)
    async def jwks() -> Response:
        return await cache.get("/certificates/jwks.json")

    @router.get("/status/{name}", response_class=Response)
    async def status(name: str) -> Response:
        if not LIST.match(name):
            raise Refusal(404, "not_found")
        return await cache.get(f"/certificates/status/{name}")

    @router.get("/verify", response_class=Response)
    async def verify() -> Response:
        return checking("")

    @router.get("/verify/", response_class=Response, include_in_schema=False)
    async def verify_folder() -> Response:
        return RedirectResponse("/verify", 308)

    @router.get("/verify/{path:path}", response_class=Response, include_in_schema=False)
    async def verify_file(path: str) -> Response:
        return checking(path)

    @router.get("/static/{path:path}", response_class=Response, include_in_schema=False)
    async def static(path: str) -> Response:
        return file_of(STATIC, path)

    @router.get("/", response_class=Response)
    async def home() -> Response:
        return file_of(WIDGET, "index.html")

    @router.get("/widget.js", response_class=Response)
    async def widget(request: Request) -> Response:
        found = script()
        headers = {"Cache-Control": "no-cache", "ETag": found.tag, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(found.gzipped, 200, headers | {"Content-Encoding": "gzip"}, "text/javascript")
        return Response(found.plain, 200, headers, "text/javascript")

    @router.get("/widget/style.css", response_class=Response, include_in_schema=False)
    async def widget_style() -> Response:
        return file_of(WIDGET.parent, "style.css")

    @router.get("/widget/fonts/{name}.woff2", response_class=Response, include_in_schema=False)
    async def widget_font(name: str) -> Response:
        answer = file_of(FONTS, f"{name}.woff2")
        answer.headers["Cache-Control"] = "public, max-age=31536000"
        return answer

    @router.get("/widget/{path:path}", response_class=Response, include_in_schema=False)
    async def widget_file(path: str) -> Response:
        return file_of(WIDGET, path)

    return router


def checking(name: str) -> Response:
    """A file of the checking page, under the headers that it asks for. Raises `Refusal` 404."""
    asset = web.find(name) if plausible(name) else None
    if asset is None:
        raise Refusal(404, "not_found")
    return FileResponse(asset.path, media_type=asset.mime, headers=dict(asset.headers))


def plausible(name: str) -> bool:
    """Whether the file system may be asked for it: a zero byte or an endless name makes it raise."""
    return len(name) <= 200 and name.isprintable()


def file_of(folder: Path, name: str) -> Response:
    """A file below `folder`. Raises `Refusal` 404 for any other, for folders, and for hidden or source files."""
    if not plausible(name):
        raise Refusal(404, "not_found")
    path = (folder / name).resolve()
    inside = path.is_relative_to(folder.resolve())
    if not inside or not path.is_file() or any(part.startswith((".", "_")) for part in Path(name).parts):
        raise Refusal(404, "not_found")
    if path.suffix in (".py", ".md", ".ts"):
        raise Refusal(404, "not_found")
    mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in (".js", ".mjs"):
        mime = "text/javascript"
    return FileResponse(path, media_type=mime, headers={"Cache-Control": "no-cache"})
