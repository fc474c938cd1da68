"""Downloads, checking page, keys and lists, callbacks, health: against a small department that signs and checks."""

from __future__ import annotations

import io
import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from catalogue.model import LANGUAGES
from connectors.pages.downloads import qr
from runtime import keys, signing
from runtime.errors import SignatureError
from tests.connectors.conftest import Gateway, conversation_of

PDF = b"%PDF-1.7 a certificate"
TOKEN = "q" * 22
PROOF = "0123456789abcdef" * 2


class Department:
    """Answers as the Department API does: signed requests only; a token for one browser; lists until it goes away."""

    def __init__(self, port: int, secret: str) -> None:
        self.away = False
        self.browser = ""
        self.asked: list[str] = []
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b"")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body: bytes) -> None:
                here.asked.append(self.path)
                try:
                    signing.verify_headers(secret, self.command, self.path, body, self.headers, time.time())  # type: ignore[arg-type]
                    status, mime, data = here.route(self.path, body)
                except SignatureError:
                    status, mime, data = 401, "application/json", b"{}"
                self.send_response(status)
                self.send_header("Content-Type", mime)
                self.send_header("Content-Disposition", 'attachment; filename="DL-CERT-7.pdf"')
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def route(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        if self.away:
            return 503, "application/json", b"{}"
        if path == "/certificates/jwks.json":
            return 200, "application/json", b'{"keys":[]}'
        if path == "/certificates/status/2026-1":
            return 200, "application/statuslist+cwt", b"list"
        if path == f"/certificates/proofs/{PROOF}":
            return 200, "application/json", json.dumps({"text": f"https://sahayak.example/verify#{'7' * 500}"}).encode()
        if path == "/certificates/redeem":
            asked = json.loads(body)
            if asked["token"] != TOKEN:
                return 404, "application/json", b"{}"
            self.browser = self.browser or asked["browser"]
            return (
                (200, "application/pdf", PDF) if asked["browser"] == self.browser else (410, "application/json", b"{}")
            )
        return 404, "application/json", b"{}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def department(gateway: Gateway) -> Iterator[Department]:
    found = Department(gateway.settings.desk_port, gateway.settings.department_secret)
    yield found
    found.close()


def browser(gateway: Gateway) -> httpx.Client:
    return httpx.Client(base_url=gateway.url)


def test_looking_at_the_page_uses_nothing_up(gateway: Gateway, department: Department) -> None:
    for lang in LANGUAGES:
        answer = gateway.http.get(f"/c/{TOKEN}", headers={"Accept-Language": lang})
        assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
        assert f'<html lang="{lang}" dir="{"rtl" if lang == "ur" else "ltr"}">' in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "style=" not in answer.text and "<script" not in answer.text
    assert gateway.http.get(f"/c/{TOKEN}?lang=pa", headers={"Accept-Language": "ur"}).text.count('lang="pa"') >= 2
    assert department.asked == []


def test_the_file_comes_once_and_again_to_the_same_browser(gateway: Gateway, department: Department) -> None:
    with browser(gateway) as first, browser(gateway) as second:
        assert first.get(f"/c/{TOKEN}").cookies
        for _ in range(2):
            answer = first.post(f"/c/{TOKEN}")
            assert (answer.status_code, answer.content) == (200, PDF)
            assert answer.headers["content-disposition"] == 'attachment; filename="DL-CERT-7.pdf"'
            assert answer.headers["cache-control"] == "no-store"
        other = second.post(f"/c/{TOKEN}?lang=hi")
        assert other.status_code == 410 and "नया लिंक" in other.text
        department.away = True
        away = first.post(f"/c/{TOKEN}?lang=hi")
        assert away.status_code == 503 and "विभाग का सर्वर" in away.text
    cookie = gateway.http.get(f"/c/{TOKEN}").headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/c/" in cookie


def test_another_site_cannot_use_a_link_up(gateway: Gateway, department: Department) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert gateway.http.post(f"/c/{TOKEN}", headers=headers).status_code == 403
    assert gateway.http.post("/c/%3Cscript%3E").status_code == 410
    assert department.asked == []


def test_the_code_on_the_page_is_the_link() -> None:
    address = f"https://sahayak.example.gov.in/c/{TOKEN}"
    svg = qr(address)
    size = int(svg.split('viewBox="0 0 ')[1].split()[0])
    picture = Image.new("L", (size * 10, size * 10), 255)
    draw = ImageDraw.Draw(picture)
    for move in svg.split(' d="')[1].split('"')[0].split("M")[1:]:
        x, y = (float(part) for part in move.split("H")[0].split(","))
        draw.rectangle((x * 10, y * 10, x * 10 + 9, y * 10 + 9), fill=0)
    assert zxingcpp.read_barcodes(picture)[0].text == address


def test_keys_and_lists_are_kept_while_the_department_is_away(gateway: Gateway, department: Department) -> None:
    answer = gateway.http.get("/.well-known/jwks.json")
    assert answer.json() == {"keys": []} and answer.headers["access-control-allow-origin"] == "*"
    gateway.http.get("/.well-known/jwks.json")
    status = gateway.http.get("/status/2026-1")
    assert (status.content, status.headers["content-type"]) == (b"list", "application/statuslist+cwt")
    assert department.asked == ["/certificates/jwks.json", "/certificates/status/2026-1"]
    department.away = True
    assert gateway.http.get("/status/2026-1").content == b"list"
    assert gateway.http.get("/status/2027-1").status_code == 503
    department.away = False
    assert gateway.http.get("/status/2027-1").status_code == 404
    assert gateway.http.get("/status/..%2Fjwks.json").status_code == 404


@pytest.mark.parametrize(
    "path", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", ".hidden", "download.html/../../app.py", "", "%00", "a" * 300]
)
def test_no_path_leads_out_of_a_folder(gateway: Gateway, path: str) -> None:
    for folder in ("static", "widget", "verify"):
        answer = gateway.http.get(f"/{folder}/{path}", follow_redirects=False)
        assert answer.status_code in (404, 308) and "from __future__" not in answer.text


def event(reference: str, **more: Any) -> dict[str, Any]:
    found = {"id": str(uuid.uuid4()), "number": "DL-7", "service": "income_certificate", "stage": "approved"}
    return {**found, "at": "2026-11-22T10:00:00+05:30", "reference": reference, "language": "hi", **more}


def call(gateway: Gateway, content: object, *, secret: str = "", at: float = 0) -> httpx.Response:
    body = json.dumps(content).encode()
    path = "/departments/revenue/events"
    now = at or time.time()
    headers = signing.headers(secret or gateway.settings.department_secret, "POST", path, body, now)
    return gateway.http.post(path, content=body, headers=headers)


def test_a_departments_news_is_stored_once(gateway: Gateway) -> None:
    conversation = conversation_of(gateway.session())
    news = event(conversation, certificate={"number": "C-1", "kind": "income"})
    assert call(gateway, news).status_code == 202
    assert call(gateway, news).status_code == 202
    [inbound] = gateway.inbox()
    assert (inbound.kind, inbound.channel, inbound.id, inbound.lang) == ("event", "web", news["id"], "hi")
    assert inbound.event == {**news, "department": "revenue"}
    assert "last_inbound_at" not in gateway.redis.hgetall(keys.contact(conversation))


def test_what_staff_do_in_a_conversation_is_stored_like_news(gateway: Gateway) -> None:
    reference = conversation_of(gateway.session())
    news = {
        "id": str(uuid.uuid4()), "conversation": "4F1A09C24F1A09C2", "what": "message", "text": "Counter 4.",
        "reference": reference, "language": "ur", "at": "2026-12-01T11:00:00+05:30",
    }  # fmt: skip
    assert call(gateway, news).status_code == 202 and call(gateway, news).json()["result"] == "known"
    [inbound] = gateway.inbox()
    assert inbound.kind == "event" and inbound.event == {**news, "department": "revenue"}
    for wrong in ({**news, "what": None}, {**news, "conversation": ""}, {**news, "conversation": ["x"]}):
        assert call(gateway, {**wrong, "id": str(uuid.uuid4())}).status_code == 400


def test_news_for_a_conversation_that_was_erased_is_taken_and_dropped(gateway: Gateway) -> None:
    answer = call(gateway, event("w-" + "0" * 32))
    assert answer.status_code == 202 and answer.json()["result"] == "unknown_contact" and gateway.inbox() == []


def test_unsigned_old_or_shapeless_news_is_refused(gateway: Gateway) -> None:
    conversation = conversation_of(gateway.session())
    assert call(gateway, event(conversation), secret="x" * 20).status_code == 403
    assert call(gateway, event(conversation), at=time.time() - 400).status_code == 403
    assert gateway.http.post("/departments/revenue/events", json=event(conversation)).status_code == 403
    wrongs: list[Any] = [[], {}, event("w-1"), event(conversation, id="1"), event(conversation, stage=None)]
    for wrong in wrongs:
        assert call(gateway, wrong).status_code == 400
    assert gateway.inbox() == []


def test_ready_once_a_worker_has_its_model(gateway: Gateway) -> None:
    assert gateway.http.get("/healthz").status_code == 200
    waiting = gateway.http.get("/readyz")
    assert (waiting.status_code, waiting.json()["missing"]) == (503, ["worker"])
    gateway.redis.set(keys.worker("1"), "model", ex=1)
    assert gateway.http.get("/readyz").status_code == 200
    time.sleep(1.2)
    assert gateway.http.get("/readyz").status_code == 503


def test_metrics_tell_no_personal_value(gateway: Gateway) -> None:
    session = gateway.session()
    gateway.say(session, "my number is 9811100001")
    gateway.http.get(f"/c/{TOKEN}")
    text = gateway.http.get("/metrics").text
    assert 'sahayak_inbound_total{channel="web",kind="text",result="stored"} 1.0' in text
    assert 'sahayak_backlog{stream="inbox"} 1.0' in text
    assert session not in text and "9811100001" not in text and TOKEN not in text


def test_every_answer_has_the_headers_that_protect_it(gateway: Gateway) -> None:
    for path in ("/", "/healthz", "/nothing", "/chat/sessions", f"/c/{TOKEN}", "/metrics"):
        headers = gateway.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'") and "server" not in headers


def test_the_checking_page_is_served_as_it_wants_to_be(gateway: Gateway) -> None:
    page = gateway.http.get("/verify")
    assert page.status_code == 200 and "camera=(self)" in page.headers["permissions-policy"]
    assert "wasm-unsafe-eval" in page.headers["content-security-policy"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    worker = gateway.http.get("/verify/worker.js")
    assert worker.headers["service-worker-allowed"] == "/verify"
    assert gateway.http.get("/verify/__init__.py").status_code == 404


def test_a_proof_leads_to_the_checking_page_and_has_a_picture(gateway: Gateway, department: Department) -> None:
    answer = gateway.http.get(f"/p/{PROOF}", follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"].endswith("/verify#" + "7" * 500)
    assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
    picture = gateway.http.get(f"/p/{PROOF}/qr.png")
    assert picture.headers["cache-control"] == "no-store"
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)).convert("L"))
    assert code.text == "https://sahayak.example/verify#" + "7" * 500
    for wrong in ("0" * 32, "x", "..%2fjwks.json", PROOF.upper()):
        assert gateway.http.get(f"/p/{wrong}", follow_redirects=False).status_code == 404, wrong
        assert gateway.http.get(f"/p/{wrong}/qr.png").status_code == 404
    department.away = True
    assert gateway.http.get(f"/p/{PROOF}", follow_redirects=False).status_code == 503


def test_every_typeface_that_a_page_names_is_there(gateway: Gateway) -> None:
    named = [
        *re.findall(r'url\("(/[^"]+[.]woff2)"\)', gateway.http.get("/static/page.css").text),
        *(f"/widget/fonts/{name}" for name in re.findall(r'"(\w+[.]woff2)"', gateway.http.get("/widget.js").text)),
    ]
    assert len(named) == 9
    for path in named:
        answer = gateway.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "font/woff2"), path
        assert "max-age=31536000" in answer.headers["cache-control"]
        assert len(answer.content) < 170_000
    assert gateway.http.get("/widget/fonts/devanagari.woff2").headers["access-control-allow-origin"] == "*"
