"""The desk's conversations in a browser: what is new comes by itself, what is being written stays, all can use it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.departments.test_conversations import AT, LIST, do, handed, opened
from tests.typefaces import boxes, settled

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "var" / "screenshots"


@pytest.fixture
def page(running: Any) -> Iterator[Page]:
    """A page of an officer who is logged in; whatever the browser calls an error fails the test."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium is installed here")
    cookie = running.desk().http.cookies["desk"]
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(base_url=running.url, viewport={"width": 1200, "height": 900})
        context.add_cookies([{"name": "desk", "value": cookie, "url": f"{running.url}/desk"}])
        made = context.new_page()
        made.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        made.on("pageerror", lambda error: problems.append(str(error)))
        yield made
        browser.close()
    assert problems == []


def violations(page: Page) -> list[str]:
    """What axe finds wrong; it is put in from outside, past the page's policy."""
    page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate("axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html)))")
    return list(found)


def test_new_words_come_by_themselves_and_leave_the_answer_alone(running: Any, api: Any, page: Page) -> None:
    urdu = [{"by": "person", "text": "میرا نام غلط لکھا ہے", "language": "ur", "at": AT}]
    conversation = opened(api, handed(language="ur", said=urdu))
    page.goto(LIST)
    settled(page)
    assert boxes(page, "document.querySelector('.brand [lang=hi]')") == 0
    assert violations(page) == []
    later = opened(api, handed(reference="w-" + "2" * 32))
    expect(page.locator(f'a[href="{LIST}/{later}"]')).to_be_visible(timeout=15_000)
    do(running.desk(), conversation, "take")
    page.goto(f"{LIST}/{conversation}")
    assert violations(page) == []
    settled(page)
    assert boxes(page, "document.querySelector('.said-person p[lang=ur]')") == 0
    assert page.locator(".said-person p[lang=ur]").evaluate("p => getComputedStyle(p).direction") == "rtl"
    page.fill("#text", "half written")
    api.post(f"/conversations/{conversation}/messages", {"text": "کب تک؟", "language": "ur", "at": AT})
    expect(page.locator("[data-grows] li")).to_have_count(2, timeout=15_000)
    expect(page.locator("#text")).to_have_value("half written")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "desk-conversation.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("text=Send")
    expect(page.locator(".said-officer")).to_contain_text("half written")
