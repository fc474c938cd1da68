"""Talking through the widget: text, choices, formatting, files, languages, the keyboard."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from catalogue.model import LANGUAGES
from connectors.languages import NAMES
from runtime.records import Attachment, Choice, Inbound, Outbound
from tests.browser.conftest import Worker, box, choices, conversation, own, reply, say, shot, theirs, violations

pytestmark = pytest.mark.browser

SPOKEN = {
    "en": ("I need an income certificate", "What is your *full name*? Write it as on your papers."),
    "hi": ("मुझे आय प्रमाण पत्र चाहिए", "आपका *पूरा नाम* क्या है? जैसा काग़ज़ों में है वैसा लिखें।"),
    "pa": ("ਮੈਨੂੰ ਆਮਦਨ ਸਰਟੀਫਿਕੇਟ ਚਾਹੀਦਾ ਹੈ", "ਤੁਹਾਡਾ *ਪੂਰਾ ਨਾਮ* ਕੀ ਹੈ? ਜਿਵੇਂ ਕਾਗ਼ਜ਼ਾਂ ਵਿੱਚ ਹੈ ਉਵੇਂ ਲਿਖੋ।"),
    "ur": ("مجھے آمدنی کا سرٹیفکیٹ چاہیے", "آپ کا *پورا نام* کیا ہے؟ جیسا کاغذات میں ہے ویسا لکھیں۔"),
}
NUMBER = "REV-2026-482159379"


def test_nothing_begins_before_the_first_message(page: Page, worker: Worker) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    expect(box(page)).to_be_visible()
    assert not [url for url in asked if "/chat/" in url]
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('sahayak:')).length") == 0
    say(page, "Hi")
    expect(theirs(page)).to_have_count(1)
    expect(theirs(page)).to_contain_text("You said: Hi")
    # Nothing and nobody else is asked, ever.
    assert {url.split("/")[2] for url in asked} == {page.url.split("/")[2]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_is_whole_and_accessible(page: Page, worker: Worker, lang: str) -> None:
    said, answer = SPOKEN[lang]
    title = NAMES[lang]
    worker.script = lambda inbound: [
        reply(inbound, answer, lang, choices=(Choice("skip:x", title, answer[:40]), Choice("cancel", title, ""))),
        reply(
            inbound,
            f"{NUMBER}\nhttps://example.org/x",
            lang,
            attachment=Attachment(f"{page.url}c/{'t' * 20}", f"{NUMBER}.pdf", "application/pdf"),
        ),
    ]
    page.goto("/")
    page.locator("sahayak-chat select").select_option(lang)
    assert violations(page) == []
    say(page, said)
    expect(theirs(page)).to_have_count(2)
    expect(page.locator("sahayak-chat .typing")).to_be_hidden()
    direction = "rtl" if lang == "ur" else "ltr"
    panel = page.locator("sahayak-chat .panel")
    assert (panel.get_attribute("dir"), panel.get_attribute("lang")) == (direction, lang)
    assert (page.locator("html").get_attribute("dir"), page.locator("html").get_attribute("lang")) == (direction, lang)
    expect(theirs(page).first.locator("strong")).to_have_text(re.search(r"\*(.*)\*", answer)[1])  # type: ignore[index]
    page.wait_for_timeout(250)
    assert violations(page) == []
    shot(page, f"phone-{lang}")
    page.set_viewport_size({"width": 1366, "height": 800})
    shot(page, f"desktop-{lang}")


def test_urdu_is_mirrored_and_each_bubble_has_its_own_direction(page: Page, worker: Worker) -> None:
    worker.script = lambda inbound: [reply(inbound, SPOKEN["ur"][1], "ur")]
    page.goto("/")
    say(page, "income certificate please")
    expect(theirs(page)).to_have_count(1)
    middle = page.viewport_size["width"] / 2  # type: ignore[index]
    ours = theirs(page).first.locator(".bubble").bounding_box()
    mine = own(page).first.locator(".bubble").bounding_box()
    assert ours and mine
    assert ours["x"] + ours["width"] > middle * 1.8, "the assistant stands on the right"
    assert mine["x"] < middle * 0.2, "the person on the left"
    text = own(page).first.locator(".text")
    assert text.get_attribute("dir") == "auto"
    assert text.evaluate("node => getComputedStyle(node).direction") == "ltr"
    assert theirs(page).first.evaluate("node => getComputedStyle(node).direction") == "rtl"
    height = (
        theirs(page)
        .first.locator(".text")
        .evaluate("node => parseFloat(getComputedStyle(node).lineHeight) / parseFloat(getComputedStyle(node).fontSize)")
    )
    assert height >= 1.9, "Nastaliq needs room"
    send = page.locator("sahayak-chat .send").bounding_box()
    assert send and send["x"] < middle


def test_a_conversation_with_the_keyboard_alone(page: Page, worker: Worker) -> None:
    worker.script = lambda inbound: [
        reply(inbound, "Do you agree?", choices=choices(("consent:yes", "I agree"), ("consent:no", "I do not agree")))
    ]
    page.goto("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.shadowRoot?.activeElement?.tagName") == "TEXTAREA":
            break
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    assert box(page).input_value() == "one\ntwo"
    page.keyboard.press("Enter")
    expect(theirs(page)).to_have_count(1)
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="I agree")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="I do not agree")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(theirs(page)).to_have_count(2)
    expect(box(page)).to_be_focused()
    assert [(item.kind, item.text, item.choice) for item in worker.heard] == [
        ("text", "one\ntwo", ""),
        ("choice", "", "consent:yes"),
    ]
    expect(own(page).nth(1)).to_contain_text("I agree")


def test_enter_that_ends_a_composed_word_does_not_send(page: Page, worker: Worker) -> None:
    page.goto("/")
    box(page).fill("नम")
    box(page).dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert box(page).input_value() == "नम"
    assert own(page).count() == 0


def test_ten_choices_with_descriptions_are_large_enough_to_tap(page: Page, worker: Worker) -> None:
    many = tuple(Choice(f"service:s{n}", f"Service number {n}", "Department of something or other") for n in range(10))
    worker.script = lambda inbound: [reply(inbound, "Which one?", choices=many)]
    page.goto("/")
    say(page, "list")
    buttons = page.locator("sahayak-chat .theirs .choice")
    expect(buttons).to_have_count(10)
    for button in buttons.all():
        size = button.bounding_box()
        assert size and size["height"] >= 44 and size["width"] >= 44
    buttons.nth(9).click()
    expect(own(page).nth(1)).to_contain_text("Service number 9")
    expect(theirs(page)).to_have_count(2)
    assert worker.heard[1].choice == "service:s9"


@pytest.mark.parametrize("width", [320, 640])
def test_narrow_and_magnified_windows_cut_nothing_off(page: Page, worker: Worker, width: int) -> None:
    """640 wide in a window magnified to 200 % is 320 of CSS; both must do without scrolling sideways."""
    if width == 640:
        page.set_viewport_size({"width": 320, "height": 400})
    else:
        page.set_viewport_size({"width": 320, "height": 640})
    worker.script = lambda inbound: [
        reply(inbound, "x" * 200 + " " + SPOKEN["hi"][1], "hi", choices=choices(("menu", "क" * 60), ("back", "b")))
    ]
    page.goto("/")
    say(page, "W" * 120)
    expect(theirs(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    log = page.locator("sahayak-chat .log")
    assert log.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    for control in page.locator("sahayak-chat button:visible, sahayak-chat select:visible").all():
        size = control.bounding_box()
        assert size and size["x"] >= 0 and size["x"] + size["width"] <= 320
        assert size["height"] >= 43.5 and size["width"] >= 43.5, control.inner_text()
    shot(page, f"narrow-{width}")


def test_what_people_and_data_say_is_never_markup(page: Page, worker: Worker, tmp_path: Path) -> None:
    evil = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
    worker.script = lambda inbound: [
        reply(
            inbound,
            f'*{evil}* javascript:hurt() https://example.org/a"onmouseover="hurt=1 *bold* 2*3*4 <b>x</b>',
            choices=(Choice("menu", evil, evil),),
            attachment=Attachment("javascript:window.hurt=1", evil, "application/pdf"),
        ),
        reply(inbound, "a file", attachment=Attachment("https://example.org/f.pdf", evil, "application/pdf")),
        reply(inbound, "a picture", attachment=Attachment("data:text/html,<script>hurt=1</script>", evil, "image/png")),
    ]
    page.goto("/")
    photo = tmp_path / '"><img src=x onerror=hurt=1>.png'.replace("/", "")
    Image.new("RGB", (40, 40), "navy").save(photo)
    page.locator("sahayak-chat .pick-attach").set_input_files(photo)
    page.locator("sahayak-chat .preview .first").click()
    say(page, evil)
    expect(theirs(page)).to_have_count(6)
    assert page.evaluate("window.hurt") is None
    found: Any = page.evaluate(
        "(() => { const root = document.querySelector('sahayak-chat').shadowRoot; return {"
        " bad: root.querySelectorAll('script, img, b, iframe').length,"
        " links: [...root.querySelectorAll('.items a')].map((a) => a.href),"
        " on: [...root.querySelectorAll('*')].flatMap((n) => n.getAttributeNames())"
        ".filter((name) => name.startsWith('on')).length"
        " } })()"
    )
    assert (found["bad"], found["on"]) == (0, 0)
    assert set(found["links"]) == {"https://example.org/a", "https://example.org/f.pdf"}
    expect(theirs(page).first.locator("strong")).to_have_count(2)
    expect(theirs(page).first.locator(".text")).to_contain_text("2*3*4 <b>x</b>")
    expect(own(page).nth(1).locator(".text")).to_have_text(evil)


def test_a_photo_is_shown_shrunk_and_sent(page: Page, worker: Worker, tmp_path: Path) -> None:
    page.goto("/")
    photo = tmp_path / "ration card.png"
    Image.effect_noise((240, 192), 60).convert("RGB").resize((2400, 1920)).save(photo, compress_level=1)
    with page.expect_request(lambda request: request.url.endswith("/messages")) as sent:
        page.locator("sahayak-chat .pick-attach").set_input_files(photo)
        preview = page.locator("sahayak-chat .preview")
        expect(preview.locator("canvas")).to_be_visible()
        expect(preview).to_contain_text("ration card.jpg")
        shot(page, "preview")
        assert violations(page) == []
        assert worker.heard == []
        expect(preview.locator(".first")).to_be_focused()
        page.keyboard.press("Enter")
    expect(theirs(page)).to_have_count(1)
    expect(own(page).locator("canvas")).to_be_visible()
    file = worker.heard[0].file
    assert file and max(file.width, file.height) == 2000 and min(file.width, file.height) == 1600
    assert (file.mime, file.name) == ("image/jpeg", "ration card.jpg")
    assert file.size < photo.stat().st_size
    assert sent.value.headers["content-type"].startswith("multipart/form-data")


def test_another_file_can_be_chosen_and_a_wrong_one_is_told(page: Page, worker: Worker, tmp_path: Path) -> None:
    page.goto("/")
    wrong = tmp_path / "notes.docx"
    wrong.write_bytes(b"PK")
    picker = page.locator("sahayak-chat .pick-attach")
    picker.set_input_files(wrong)
    expect(page.locator("sahayak-chat .problem")).to_have_text("Only a photo or a PDF can be sent.")
    small = tmp_path / "small.jpg"
    Image.new("RGB", (300, 200), "white").save(small)
    picker.set_input_files(small)
    expect(page.locator("sahayak-chat .problem")).to_be_hidden()
    page.get_by_role("button", name="Choose another").click()
    expect(page.locator("sahayak-chat .preview")).to_be_hidden()
    expect(box(page)).to_be_focused()
    assert worker.heard == []


def test_a_certificate_comes_as_a_card_and_its_code_as_a_picture(page: Page, worker: Worker) -> None:
    address = f"{worker.gateway.url}/c/{'T' * 24}"

    def script(inbound: Inbound) -> list[Outbound]:
        return [
            reply(inbound, "Here it is", attachment=Attachment(address, "REVC-1.pdf", "application/pdf", "REVC-1")),
            reply(inbound, "", attachment=Attachment(f"{address}/qr.png", "qr.png", "image/png")),
        ]

    worker.script = script
    page.goto("/")
    say(page, "certificate")
    card = page.locator("sahayak-chat .card").first
    expect(card).to_contain_text("REVC-1.pdf")
    link = card.get_by_role("link")
    assert link.get_attribute("href") == address and "noopener" in (link.get_attribute("rel") or "")
    form = card.locator("form")
    assert (form.get_attribute("method"), form.get_attribute("action")) == ("post", f"/c/{'T' * 24}?lang=en")
    image = page.locator("sahayak-chat .still img")
    expect(image).to_be_visible()
    page.wait_for_function("node => node.complete && node.naturalWidth > 200", arg=image.element_handle())
    assert image.get_attribute("alt") == "Picture: qr.png"
    shot(page, "certificate")
    paper = {"body": b"%PDF-1.7 ...", "content_type": "application/pdf"}
    page.context.route("**/c/*", lambda route: route.fulfill(status=200, **paper))
    with page.expect_popup() as opened, page.expect_request(address) as asked:
        card.get_by_role("button", name="Print").click()
    assert asked.value.method == "POST"
    opened.value.close()


def test_a_long_answer_is_read_from_its_beginning_and_nobody_is_torn_away(page: Page, worker: Worker) -> None:
    many = tuple(Choice(f"service:s{n}", f"Service {n}", "Department") for n in range(10))
    worker.script = lambda inbound: [reply(inbound, "Which one?", choices=many)]
    page.set_viewport_size({"width": 390, "height": 600})
    page.goto("/")
    for number in range(3):
        say(page, f"list {number}")
        expect(theirs(page)).to_have_count(number + 1)
    expect(theirs(page).last.locator(".text")).to_be_in_viewport()
    page.locator("sahayak-chat .log").evaluate("node => { node.scrollTop = 0; }")
    page.wait_for_timeout(100)
    told = Outbound(uuid.uuid4().hex, conversation(page), "web", text="news")
    worker.gateway.answer(told.conversation, told)
    expect(theirs(page)).to_have_count(4)
    assert page.locator("sahayak-chat .log").evaluate("node => node.scrollTop") == 0


def test_it_is_seen_to_be_writing_until_the_turn_ends(page: Page, worker: Worker) -> None:
    worker.slow = 0.5
    page.goto("/")
    say(page, "Hi")
    status = page.locator("sahayak-chat .status")
    expect(status).to_contain_text("Sahayak is writing…")
    assert status.get_attribute("role") == "status"
    expect(page.locator("sahayak-chat .typing")).to_be_hidden()
    expect(theirs(page)).to_have_count(1)


def test_new_messages_are_read_out_and_old_ones_are_not(page: Page, worker: Worker) -> None:
    page.goto("/")
    log = page.locator("sahayak-chat [role=log]")
    expect(log).to_have_attribute("aria-live", "polite")
    say(page, "Hi")
    expect(theirs(page)).to_have_count(1)
    seen = page.evaluate_handle("() => { window.states = []; return 1; }")
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.first = document.querySelector('sahayak-chat')"
        "?.shadowRoot?.querySelector('[role=log]')?.getAttribute('aria-live') ?? 'none'; });"
    )
    page.reload()
    assert page.evaluate("window.first") == "off"
    expect(theirs(page)).to_have_count(1)
    expect(log).to_have_attribute("aria-live", "polite")
    seen.dispose()


def test_a_message_on_its_own_initiative_comes_in(page: Page, worker: Worker) -> None:
    page.goto("/")
    say(page, "Hi")
    expect(theirs(page)).to_have_count(1)
    told = Outbound(uuid.uuid4().hex, conversation(page), "web", lang="hi", text="आवेदन स्वीकृत हुआ")
    worker.gateway.answer(told.conversation, told)
    expect(theirs(page)).to_have_count(2)
    expect(box(page)).to_have_attribute("placeholder", "संदेश लिखें")


def test_printing_shows_the_conversation_and_nothing_else(page: Page, worker: Worker, context: BrowserContext) -> None:
    page.goto("/")
    say(page, "Hi")
    expect(theirs(page)).to_have_count(1)
    page.emulate_media(media="print")
    expect(theirs(page)).to_be_visible()
    for hidden in ("#about", "sahayak-chat .composer", "sahayak-chat .anew"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_choosing_a_language_first_sends_it(page: Page, worker: Worker) -> None:
    page.goto("/")
    page.locator("sahayak-chat .welcome").get_by_role("button", name=NAMES["pa"]).click()
    expect(theirs(page)).to_have_count(1)
    assert (worker.heard[0].kind, worker.heard[0].choice) == ("choice", "lang:pa")


def test_words_are_complete() -> None:
    folder = Path(__file__).resolve().parents[2] / "connectors" / "widget"
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    source = "".join(path.read_text(encoding="utf-8") for path in (folder / "src").glob("*.js"))
    for key, texts in words.items():
        assert tuple(texts) == LANGUAGES and all(text.strip() for text in texts.values()), key
        assert len({tuple(re.findall(r"\{\w+\}", text)) for text in texts.values()}) == 1, key
        assert f'"{key}"' in source or key in ("waiting", "sent", "refused"), f"{key} is used nowhere"
    html = (folder / "page" / "index.html").read_text(encoding="utf-8")
    shapes = {
        re.sub(r">[^<]+<", "><", part)
        for part in re.findall(r'<section lang="\w+" dir="\w+">(.*?)</section>', html, re.S)
    }
    assert html.count("<section lang=") == 4 and len(shapes) == 1
