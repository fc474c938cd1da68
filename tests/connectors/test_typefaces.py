"""The chat and the download page on a device that lacks a script: letters, no boxes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.connectors.conftest import Gateway
from tests.typefaces import boxes, settled, until

pytestmark = pytest.mark.browser
CHAT = "document.querySelector('sahayak-chat').shadowRoot"


@pytest.fixture
def page(gateway: Gateway) -> Iterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page(base_url=gateway.url, viewport={"width": 360, "height": 740})
        browser.close()


def test_the_chat_greets_in_letters(page: Page) -> None:
    page.goto("/")
    page.locator("sahayak-chat .choice[lang=hi]").wait_for()
    settled(page)
    for code in ("hi", "pa"):
        assert boxes(page, f"{CHAT}.querySelector('.choice[lang={code}]')") == 0
        assert boxes(page, f"{CHAT}.querySelector('.hello bdi[lang={code}]')") == 0
    page.locator("sahayak-chat .choice[lang=ur]").click()
    until(page, f"{CHAT}.querySelector('.who strong').matches(':lang(ur)')")
    settled(page)
    assert boxes(page, f"{CHAT}.querySelector('.who strong')") == 0


@pytest.mark.parametrize("lang", ["hi", "pa", "ur"])
def test_the_download_page_is_in_letters(page: Page, lang: str) -> None:
    page.goto(f"/c/{'q' * 22}?lang={lang}")
    settled(page)
    for selector in ("h1", "button", "nav a[lang=hi]", "nav a[lang=pa]", "nav a[lang=ur]"):
        assert boxes(page, f"document.querySelector('{selector}')") == 0, selector
