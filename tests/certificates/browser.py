"""A gateway in small for the checking page: the page as `certificates.web` serves it, keys and lists that tests set."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from certificates import web


class Site:
    """Serves on 127.0.0.1; `down` answers nothing, as when the network is gone. `asked` lists every request whole."""

    def __init__(self) -> None:
        self.jwks: dict[str, Any] = {"keys": []}
        self.lists: dict[str, bytes] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._note()
                path = self.path.partition("?")[0]
                if path == "/.well-known/jwks.json":
                    self._send(200, json.dumps(site.jwks).encode(), "application/json", {})
                elif path.startswith("/status/") and path[8:] in site.lists:
                    self._send(200, site.lists[path[8:]], "application/statuslist+cwt", {})
                elif path == "/verify" or path.startswith("/verify/"):
                    asset = web.find(path[8:])
                    if asset:
                        self._send(200, asset.path.read_bytes(), asset.mime, dict(asset.headers))
                    else:
                        self._send(404, b"", "text/plain", {})
                else:
                    self._send(404, b"", "text/plain", {})

            def do_POST(self) -> None:
                self._note()
                self._send(404, b"", "text/plain", {})

            def _note(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                site.asked.append(f"{self.requestline}\n{self.headers}{body.decode(errors='replace')}")

            def _send(self, status: int, body: bytes, mime: str, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": mime, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
