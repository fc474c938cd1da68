"""What a browser draws an element's letters with, boxes for missing ones included."""

from __future__ import annotations

import time

from playwright.sync_api import Page

LATIN_ONLY = frozenset({"DejaVu Sans", "Liberation Sans", "Arial", "Noto Sans"})
"""Typefaces that have no letters of Indian scripts: where they draw some, a person sees boxes."""


def boxes(page: Page, element: str) -> int:
    """Letters of other scripts in the element (a JavaScript expression) that a typeface without them draws."""
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    tools.send("DOM.getDocument")
    made = tools.send("Runtime.evaluate", {"expression": element})["result"]["objectId"]
    node = tools.send("DOM.requestNode", {"objectId": made})["nodeId"]
    drawn = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    text = str(page.evaluate(f"({element}).textContent"))
    latin = sum(int(font["glyphCount"]) for font in drawn if font["familyName"] in LATIN_ONLY)
    return max(0, latin - sum(char.isascii() for char in text))


def until(page: Page, holds: str, seconds: float = 15.0) -> None:
    """Waits until a JavaScript expression holds; Playwright's own waiting needs an `eval`, which our policy forbids."""
    limit = time.monotonic() + seconds
    while not page.evaluate(holds):
        assert time.monotonic() < limit, f"it never came to hold: {holds}"
        page.wait_for_timeout(50)


def settled(page: Page) -> None:
    """Waits until no typeface is on its way."""
    until(page, "document.fonts.status === 'loaded'")
