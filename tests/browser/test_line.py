"""Bad lines, closed pages, other people's sites, and what stays on a shared computer."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from connectors.widget.script import joined
from runtime import keys
from tests.browser.conftest import Worker, box, conversation, own, reply, say, shot, site, theirs, violations
from tests.connectors.conftest import Gateway

pytestmark = pytest.mark.browser


def test_what_is_said_without_a_line_waits_and_goes_once(page: Page, context: BrowserContext, worker: Worker) -> None:
    page.goto("/")
    say(page, "first")
    expect(theirs(page)).to_have_count(1)
    context.set_offline(True)
    say(page, "second")
    say(page, "third")
    expect(page.locator("sahayak-chat .offline")).to_be_visible()
    for number in (1, 2):
        expect(own(page).nth(number)).to_contain_text("Waiting for the connection")
    shot(page, "offline")
    assert violations(page) == []
    context.set_offline(False)
    expect(theirs(page)).to_have_count(3)
    expect(page.locator("sahayak-chat .offline")).to_be_hidden()
    assert [item.text for item in worker.heard] == ["first", "second", "third"]
    assert [text.split(": ")[-1] for text in page.locator("sahayak-chat .items .text").all_inner_texts()] == [
        "first", "first", "second", "third", "second", "third"
    ]  # fmt: skip


def test_a_first_message_without_a_line_survives_the_closing_of_the_page(
    page: Page, context: BrowserContext, worker: Worker
) -> None:
    page.goto("/")
    context.set_offline(True)
    say(page, "wait for me")
    expect(own(page)).to_contain_text("Waiting for the connection")
    page.goto("about:blank")
    context.set_offline(False)
    page.goto("/")
    expect(theirs(page)).to_have_count(1)
    assert [item.text for item in worker.heard] == ["wait for me"]


def test_a_lost_answer_to_a_sending_doubles_nothing(page: Page, worker: Worker) -> None:
    page.goto("/")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose)
    say(page, "once only")
    expect(own(page).first).to_have_class(re.compile(r"\bsent\b"), timeout=10000)
    expect(theirs(page)).to_have_count(1)
    assert lost == [202, 202]
    assert [item.text for item in worker.heard] == ["once only"]
    assert theirs(page).count() == 1


def test_an_answer_that_overtakes_the_receipt_ends_the_writing(page: Page, worker: Worker) -> None:
    page.goto("/")
    say(page, "first")
    expect(theirs(page)).to_have_count(1)

    def late(route: Route) -> None:
        answer = route.fetch()
        expect(theirs(page)).to_have_count(2)
        route.fulfill(response=answer)

    page.route("**/messages", late)
    say(page, "second")
    expect(own(page).nth(1)).to_have_class(re.compile(r"\bsent\b"))
    expect(page.locator("sahayak-chat .typing")).to_be_hidden(timeout=1000)


def test_a_store_that_is_away_is_waited_for(page: Page, worker: Worker) -> None:
    page.goto("/")
    tries: list[str] = []

    def refuse(route: Route) -> None:
        tries.append(json.loads(route.request.post_data or "")["id"])
        if len(tries) < 3:
            body = json.dumps({"code": "unavailable", "text": "later"})
            route.fulfill(status=503, body=body, content_type="application/json")
        else:
            route.continue_()

    page.route("**/messages", refuse)
    say(page, "patience")
    expect(theirs(page)).to_have_count(1, timeout=10000)
    assert len(tries) == 3 and len(set(tries)) == 1


def test_a_broken_stream_goes_on_where_it_broke(page: Page, context: BrowserContext, worker: Worker) -> None:
    page.goto("/")
    resumed: list[str | None] = []
    page.on(
        "request",
        lambda request: (
            resumed.append(request.headers.get("last-event-id")) if request.url.endswith("/events") else None
        ),
    )
    say(page, "Hi")
    expect(theirs(page)).to_have_count(1)
    talk = conversation(page)
    first = worker.heard[0]
    context.set_offline(True)
    expect(page.locator("sahayak-chat .offline")).to_be_visible()
    worker.gateway.answer(talk, *(reply(first, f"missed {number}") for number in range(120)))
    context.set_offline(False)
    expect(theirs(page)).to_have_count(121)
    texts = page.locator("sahayak-chat .theirs .text").all_inner_texts()
    assert texts == ["You said: Hi", *(f"missed {number}" for number in range(120))]
    page.wait_for_timeout(300)
    assert theirs(page).count() == 121
    assert resumed[0] is None and resumed[-1]


def test_a_reload_shows_the_same_conversation_in_the_same_order(page: Page, worker: Worker) -> None:
    page.goto("/")
    for number in range(4):
        say(page, f"message {number}")
        expect(theirs(page)).to_have_count(number + 1)
    before = page.locator("sahayak-chat .items .text").all_inner_texts()
    page.reload()
    expect(theirs(page)).to_have_count(4)
    assert page.locator("sahayak-chat .items .text").all_inner_texts() == before
    assert len(worker.heard) == 4


def test_a_second_tab_shows_the_same_and_doubles_nothing(page: Page, context: BrowserContext, worker: Worker) -> None:
    page.goto("/")
    say(page, "from the first")
    expect(theirs(page)).to_have_count(1)
    other = context.new_page()
    other.goto("/")
    expect(theirs(other)).to_have_count(1)
    say(other, "from the second")
    for tab in (page, other):
        expect(theirs(tab)).to_have_count(2)
        expect(own(tab)).to_have_count(2)
    assert [item.text for item in worker.heard] == ["from the first", "from the second"]


def test_the_next_person_sees_nothing_of_the_last(page: Page, worker: Worker) -> None:
    page.goto("/")
    say(page, "my secret 4821")
    expect(theirs(page)).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    dialog = page.locator("sahayak-chat dialog")
    expect(dialog).to_be_visible()
    shot(page, "anew")
    page.keyboard.press("Escape")
    expect(theirs(page)).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name="Start a new one").click()
    expect(theirs(page)).to_have_count(0)
    expect(page.locator("sahayak-chat .welcome")).to_be_visible()
    assert "4821" not in page.evaluate(
        "JSON.stringify(localStorage) + document.querySelector('sahayak-chat').shadowRoot.innerHTML"
    )
    page.reload()
    expect(page.locator("sahayak-chat .welcome")).to_be_visible()
    say(page, "another person")
    expect(theirs(page)).to_have_count(1)
    assert worker.heard[0].conversation != worker.heard[1].conversation


def test_a_kiosk_forgets_after_a_pause(page: Page, context: BrowserContext, worker: Worker) -> None:
    page.clock.install()
    page.route("**/", kiosk)
    page.goto("/")
    say(page, "my secret 4821")
    page.clock.run_for(1000)
    expect(theirs(page)).to_have_count(1)
    page.clock.run_for(9 * 60_000)
    box(page).press("a")
    page.clock.run_for(9 * 60_000)
    assert theirs(page).count() == 1
    page.clock.run_for(61_000)
    expect(theirs(page)).to_have_count(0)
    assert box(page).input_value() == ""
    assert "4821" not in page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.parametrize(
    ("lang", "end", "yes"),
    [
        ("en", "End", "Yes, end"),
        ("hi", "समाप्त करें", "हाँ, समाप्त करें"),
        ("pa", "ਖ਼ਤਮ ਕਰੋ", "ਹਾਂ, ਖ਼ਤਮ ਕਰੋ"),
        ("ur", "ختم کریں", "ہاں، ختم کریں"),
    ],
)
def test_at_a_kiosk_one_person_ends_and_the_next_begins(
    page: Page, worker: Worker, lang: str, end: str, yes: str
) -> None:
    worker.script = lambda inbound: (reply(inbound, "…", lang),)
    page.route("**/", kiosk)
    page.goto("/")
    say(page, "my secret 4821")
    expect(theirs(page)).to_have_count(1)
    expect(page.locator("sahayak-chat .panel")).to_have_attribute("lang", lang)
    box(page).fill("half a sentence")
    page.get_by_role("button", name=end, exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=yes, exact=True).press("Enter")
    expect(theirs(page)).to_have_count(0)
    expect(page.locator("sahayak-chat .welcome")).to_be_visible()
    assert box(page).input_value() == ""
    kept = "JSON.stringify(localStorage) + document.querySelector('sahayak-chat').shadowRoot.innerHTML"
    assert "4821" not in page.evaluate(kept)
    say(page, "the next person")
    expect(theirs(page)).to_have_count(1)
    assert worker.heard[0].conversation != worker.heard[-1].conversation


def kiosk(route: Route) -> None:
    """The page as it is, with the attribute of a kiosk."""
    answer = route.fetch()
    route.fulfill(
        response=answer, body=answer.text().replace("<sahayak-chat inline>", '<sahayak-chat inline idle="10">')
    )


def test_a_key_that_has_died_is_replaced_and_the_message_not_lost(page: Page, worker: Worker) -> None:
    page.goto("/")
    say(page, "before")
    expect(theirs(page)).to_have_count(1)
    worker.gateway.redis.delete(keys.contact(conversation(page)))
    say(page, "after")
    expect(page.locator("sahayak-chat .ended")).to_be_visible()
    expect(theirs(page)).to_have_count(1)
    expect(theirs(page)).to_contain_text("You said: after")
    assert worker.heard[0].conversation != worker.heard[1].conversation


def test_a_refusal_is_shown_in_the_gateways_words(page: Page, worker: Worker) -> None:
    page.goto("/")
    body = json.dumps({"code": "too_many_messages", "text": "Please wait a minute."})
    page.route("**/messages", lambda route: route.fulfill(status=429, body=body, content_type="application/json"))
    say(page, "too quick")
    expect(own(page)).to_contain_text("Please wait a minute.")
    expect(own(page)).to_contain_text("Not sent")
    page.unroute("**/messages")
    page.get_by_role("button", name="Send again").click()
    expect(theirs(page)).to_have_count(1)
    assert [item.text for item in worker.heard] == ["too quick"]


POLICY = "default-src 'none'; script-src {0}; connect-src {0}; font-src {0}; style-src 'self'; img-src 'self' {0}"


def embedding(folder: Path, gateway: Gateway, attributes: str, policy: str) -> None:
    host = f"<meta http-equiv='Content-Security-Policy' content=\"{policy.format(gateway.url)}\">"
    folder.joinpath("index.html").write_text(
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{host}<title>Ward office</title>"
        f'<script src="{gateway.url}/widget.js" defer {attributes}></script></head>'
        "<body><main><h1>Ward office</h1><p>Opening hours: 9 to 5.</p></main></body></html>",
        encoding="utf-8",
    )


def test_a_site_of_another_origin_embeds_it_with_one_tag(
    browser: Browser, shared_gateway: Gateway, worker: Worker, tmp_path: Path
) -> None:
    port = urlsplit(shared_gateway.settings.widget_origins[0]).port or 0
    embedding(tmp_path, shared_gateway, 'data-lang="hi"', POLICY)
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    with site(tmp_path, port) as address:
        page.goto(address)
        page.get_by_role("button", name="सहायक से बात करें").click()
        opener = page.locator("sahayak-chat .launcher")
        assert opener.get_attribute("lang") == "hi"
        expect(box(page)).to_be_focused()
        say(page, "नमस्ते")
        expect(theirs(page)).to_have_count(1)
        assert worker.heard[0].lang == "hi"
        assert violations(page) == []
        shot(page, "embedded")
        page.keyboard.press("Escape")
        expect(page.locator("sahayak-chat .panel")).to_be_hidden()
        expect(opener).to_be_focused()
        opener.click()
        expect(theirs(page)).to_have_count(1)
    assert [text for text in errors if "favicon" not in text and "404" not in text] == []
    context.close()


def test_a_site_that_is_not_listed_gets_no_conversation(
    browser: Browser, shared_gateway: Gateway, worker: Worker, free_port: int, tmp_path: Path
) -> None:
    embedding(tmp_path, shared_gateway, "data-open", POLICY)
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    with site(tmp_path, free_port) as address:
        page.goto(address)
        say(page, "Hi")
        expect(own(page)).to_contain_text("Waiting for the connection")
        page.wait_for_timeout(500)
    assert worker.heard == []
    context.close()


def test_the_script_is_small_and_kept_by_the_browser(shared_gateway: Gateway) -> None:
    plain = httpx.get(f"{shared_gateway.url}/widget.js", headers={"Accept-Encoding": "identity"})
    packed = httpx.get(f"{shared_gateway.url}/widget.js", headers={"Accept-Encoding": "gzip"})
    assert plain.text == packed.text == joined()
    assert packed.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(plain.content, 9)) <= 30_000
    assert int(packed.headers["content-length"]) <= 30_000
    kept = {"If-None-Match": plain.headers["etag"]}
    assert httpx.get(f"{shared_gateway.url}/widget.js", headers=kept).status_code == 304
    assert "import " not in {line[:7] for line in plain.text.splitlines()}


def test_the_page_runs_under_a_strict_policy(shared_gateway: Gateway) -> None:
    policy = httpx.get(shared_gateway.url).headers["content-security-policy"]
    assert "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
