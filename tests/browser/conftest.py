"""A real gateway and Redis, a browser, and a stand-in for the worker that replays what tests write down."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from runtime.records import Choice, Inbound, Outbound
from tests.conftest import take_port
from tests.connectors.conftest import Gateway, conversation_of, gateway_settings

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "var" / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

Script = Callable[[Inbound], list[Outbound] | None]


@pytest.fixture(scope="module")  # Playwright's loop must not outlive the module: other tests have loops of their own.
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium is installed here")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def shared_gateway(tmp_path_factory: pytest.TempPathFactory, redis_server: str) -> Iterator[Gateway]:
    """One for all tests of a file: each has conversations of its own. What others left is sealed with their keys."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    other = f"http://localhost:{take_port()}"
    folder = tmp_path_factory.mktemp("gateway")
    found = Gateway(gateway_settings(folder, redis_server, SAHAYAK_WIDGET_ORIGINS=other))
    found.start()
    yield found
    found.stop()


class Worker:
    """Answers each stored message once with what a test's script says, and ends its turn, `slow` seconds later."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.script: Script = lambda inbound: [reply(inbound, f"You said: {inbound.text or inbound.choice}")]
        self.slow = 0.0
        self.heard: list[Inbound] = []
        self._done = {inbound.id for inbound in gateway.inbox()}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            for inbound in self.gateway.inbox():
                if inbound.id in self._done:
                    continue
                self._done.add(inbound.id)
                self.heard.append(inbound)
                if self.slow and self._stop.wait(self.slow):
                    return
                replies = self.script(inbound)
                if replies is not None:
                    self.gateway.answer(inbound.conversation, *replies, end(inbound))

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)


def reply(inbound: Inbound, text: str, lang: str = "en", **more: Any) -> Outbound:
    return Outbound(
        id=uuid.uuid4().hex,
        conversation=inbound.conversation,
        channel="web",
        in_reply_to=inbound.id,
        lang=lang,
        dir="rtl" if lang == "ur" else "ltr",
        text=text,
        **more,
    )


def end(inbound: Inbound) -> Outbound:
    return replace(reply(inbound, ""), kind="turn_end")


def choices(*pairs: tuple[str, str], description: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(identifier, title, description) for identifier, title in pairs)


@pytest.fixture
def worker(shared_gateway: Gateway) -> Iterator[Worker]:
    found = Worker(shared_gateway)
    yield found
    found.close()


@pytest.fixture
def context(browser: Browser, shared_gateway: Gateway) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=shared_gateway.url, locale="en-IN", viewport={"width": 390, "height": 844})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, worker: Worker) -> Iterator[Page]:
    """A page whose errors fail the test; what the browser says about a missing line is no error."""
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    serious = [text for text in problems if "net::ERR_" not in text and "Failed to load resource" not in text]
    assert serious == []


def box(page: Page) -> Locator:
    return page.locator("sahayak-chat textarea")


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def theirs(page: Page) -> Locator:
    return page.locator("sahayak-chat .theirs")


def own(page: Page) -> Locator:
    return page.locator("sahayak-chat .own")


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"widget-{name}.png")


def violations(page: Page) -> list[str]:
    """What axe finds wrong, the shadow tree included. It is put in from outside, past the page's policy."""
    page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate("axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html)))")
    return list(found)


def conversation(page: Page) -> str:
    """The id of the conversation that the page's browser remembers."""
    key: Any = page.evaluate(
        "() => { const name = Object.keys(localStorage).find((k) => k.startsWith('sahayak:'));"
        " return JSON.parse(localStorage.getItem(name)).session; }"
    )
    return conversation_of(str(key))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def site(folder: Path, port: int) -> Iterator[str]:
    """A site of somebody else's, at another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{port}"
    server.shutdown()
    server.server_close()
