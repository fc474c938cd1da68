"""The checking page: static files, and how they must be served.

The gateway answers `GET /verify` with `find("")` and `GET /verify/<name>` with `find(name)`; `None` is a 404. Every
answer carries the asset's own `headers`, which win over the gateway's general ones: the service worker needs a
connect-src of its own and leave to stand above its folder. Readers of pictures and PDF files come from npm
(`certificates/fonts.txt`), and so do typefaces for devices that lack a script. `names/` has the few letters in which
languages name themselves, cut out of the same typefaces with fontTools, so that a page in English needs no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
FETCHED: Final = FOLDER.parent.parent / "fonts"
FOLDERS: Final = {"readers": FETCHED / "readers", "fonts": FETCHED / "web", "names": FOLDER / "names"}
"""What stands below `/verify/` in folders of its own."""
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing is loaded from and nothing sent to anybody but the server of the page."""


@dataclass(frozen=True)
class Asset:
    path: Path
    mime: str
    headers: Mapping[str, str]


def find(name: str) -> Asset | None:
    """The file for what follows `/verify/` in an address ("" for the page itself); None: there is none."""
    below, _, last = name.partition("/")
    folder, leaf = (FOLDERS[below], last) if below in FOLDERS else (FOLDER, name or "index.html")
    path = folder / leaf
    if "/" in leaf or leaf.startswith((".", "_")) or path.suffix not in TYPES or not path.is_file():
        return None
    headers = {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
        "Cache-Control": "public, max-age=31536000" if path.suffix == ".woff2" else "no-cache",
    }
    if leaf == "worker.js":
        headers["Service-Worker-Allowed"] = "/verify"
    return Asset(path, TYPES[path.suffix], headers)
