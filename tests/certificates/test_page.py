"""The checking page in a real browser: verdicts equal to Python's, four languages, offline, nothing sent,
accessible.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from catalogue.model import Catalogue
from certificates import proof, qr, status_list, web
from certificates.credential import StatusRef
from certificates.issue import Issued
from certificates.key_files import FileKeyStore
from certificates.keys import KeySet, jwks
from certificates.vectors import make as vectors
from certificates.verify import Known, check_bytes, check_pdf
from tests.certificates.browser import Site
from tests.certificates.conftest import LATER, NOW, Make, known_with
from tests.certificates.mutants import hostile, hostile_proofs, pdf_mutants, with_proof_inside
from tests.typefaces import boxes

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "var" / "screenshots"
CLOCK = int(LATER.timestamp())


@pytest.fixture(scope="module")  # Playwright's loop must not outlive the module: other tests have loops of their own.
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
        )
        yield opened
        opened.close()


@pytest.fixture
def site(store: FileKeyStore, income: Issued) -> Iterator[Site]:
    served = Site()
    publish(served, store, {})
    yield served
    served.close()


def publish(site: Site, store: FileKeyStore, exceptions: dict[int, str]) -> None:
    site.jwks = jwks(store)
    for record in store.records():
        name = status_list.name(record.department, 2026)
        key = store.current(record.department, NOW)
        site.lists[name] = status_list.make(name, 100, exceptions, key, LATER)


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(locale="en-IN", viewport={"width": 412, "height": 900})
    opened = context.new_page()
    opened.clock.set_fixed_time(LATER)
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    assert [text for text in problems if "net::ERR_" not in text] == []


def visit(page: Page, site: Site, issued: Issued) -> None:
    page.goto(f"{site.url}/verify#{issued.qr_text.partition('#')[2]}")
    expect(page.locator("#result h2")).to_be_visible()


def until(question: Callable[[], object], seconds: float = 10) -> None:
    """Asks until the answer is yes; the page's own clock stands still."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end
        time.sleep(0.1)


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"verify-{name}.png", full_page=True)


def test_a_link_shows_who_what_and_that_it_holds(page: Page, site: Site, income: Issued) -> None:
    visit(page, site, income)
    result = page.locator("#result")
    for text in (
        "Genuine and valid",
        "Sunita Devi",
        "सुनीता देवी",
        "1,23,456",
        "INC-2026-0000123",
        "Compare with the paper",
    ):
        expect(result).to_contain_text(text)
    assert page.url == f"{site.url}/verify"
    shot(page, "valid-en")


@pytest.mark.parametrize(
    ("status", "words"), [("revoked", "Cancelled"), ("suspended", "Suspended"), ("superseded", "Replaced")]
)
def test_a_listed_certificate_does_not_hold(
    page: Page, site: Site, store: FileKeyStore, income: Issued, status: str, words: str
) -> None:
    publish(site, store, {5: status})
    visit(page, site, income)
    expect(page.locator("#result h2")).to_contain_text(words)
    shot(page, status)


def test_a_further_list_of_the_year_is_fetched(page: Page, site: Site, store: FileKeyStore, make: Make) -> None:
    key = store.current("revenue", NOW)
    site.lists["revenue-12026"] = status_list.make("revenue-12026", 100, {6: "revoked"}, key, LATER)
    for index, verdict in ((5, "Genuine and valid"), (6, "Cancelled")):
        visit(page, site, make(status=StatusRef(12026, index)))
        expect(page.locator("#result h2")).to_contain_text(verdict)


def test_an_old_list_is_amber(page: Page, site: Site, income: Issued) -> None:
    page.clock.set_fixed_time(LATER + timedelta(days=3))
    visit(page, site, income)
    expect(page.locator("#result .warn h2")).to_contain_text("standing is not known")
    expect(page.locator("#result")).to_contain_text("3 days old")


def test_an_altered_code_shows_no_name(page: Page, site: Site, income: Issued) -> None:
    digits = income.qr_text.partition("#")[2]
    page.goto(f"{site.url}/verify#{digits[:-3]}{(int(digits[-3:]) + 1) % 1000:03}")
    expect(page.locator("#result .bad h2")).to_have_text("Not genuine")
    assert "Sunita" not in page.locator("main").inner_text()


FETCHED = {"en": (), "hi": ("devanagari",), "pa": ("gurmukhi",), "ur": ("nastaliq",)}
MOST_BYTES = {"en": 6_000, "hi": 60_000, "pa": 20_000, "ur": 170_000}


@pytest.mark.parametrize("language", list(FETCHED))
def test_a_device_without_a_script_reads_it_at_little_cost(browser: Browser, site: Site, language: str) -> None:
    """Where the device has the typeface, less is fetched; here it mostly has none."""
    context = browser.new_context(locale=f"{language}-IN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site.url}/verify")
    expect(page.locator(f"nav button[lang={language}]")).to_have_attribute("aria-pressed", "true")
    page.evaluate("document.fonts.ready.then(() => 0)")
    paths = {line.split()[1] for line in site.asked if ".woff2" in line.split("\n")[0]}
    assert paths <= {f"/verify/fonts/{name}.woff2" for name in FETCHED[language]} | {
        f"/verify/names/{name}.woff2" for name in ("hi", "pa", "ur")
    }
    found = [web.find(path.removeprefix("/verify/")) for path in paths]
    assert sum(asset.path.stat().st_size for asset in found if asset) < MOST_BYTES[language]
    for selector in ("h1", "#camera", "nav button[lang=hi]", "nav button[lang=pa]", "nav button[lang=ur]"):
        assert boxes(page, f"document.querySelector('{selector}')") == 0, selector
    shot(page, f"without-fonts-{language}")
    context.close()


def test_every_typeface_that_the_page_names_is_served_and_kept() -> None:
    style = (web.FOLDER / "style.css").read_text("utf-8")
    paths = re.findall(r'url\("/verify/([^"]+)"\)', style)
    assert len(paths) == 6
    for path in paths:
        asset = web.find(path)
        assert asset and asset.mime == "font/woff2" and "max-age" in asset.headers["Cache-Control"]
        assert asset.path.read_bytes()[:4] == b"wOF2"
    assert web.find("fonts/../readers/pdf.mjs") is None and web.find("names/") is None


@pytest.mark.parametrize("language", ["en", "hi", "pa", "ur"])
def test_every_language_is_complete_and_accessible(page: Page, site: Site, income: Issued, language: str) -> None:
    visit(page, site, income)
    page.locator(f"nav button[lang={language}]").click()
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ur" else "ltr")
    words = page.locator("header, main, footer").all_inner_texts()
    assert not re.search(r"\b[a-z]+_[a-z_]+\b|\{", " ".join(words))
    shot(page, f"valid-{language}")
    # The page's policy allows no foreign script; the tool itself is put in from outside.
    page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))")
    assert found == []
    page.locator("#result").evaluate("node => { node.hidden = true; }")
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == []


def test_it_works_offline_once_loaded_and_ages(page: Page, site: Site, income: Issued) -> None:
    visit(page, site, income)
    for path in ("/status/revenue-2026", "/.well-known/jwks.json"):
        until(lambda path=path: page.evaluate(f"caches.match('{path}').then(Boolean)"))
    page.context.set_offline(True)
    page.reload()
    visit(page, site, income)
    expect(page.locator("#result h2")).to_contain_text("Genuine and valid")
    expect(page.locator("#offline")).to_contain_text("No network")


def test_nothing_of_the_certificate_is_sent(page: Page, site: Site, income: Issued) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.method} {urlsplit(request.url).path}"))
    visit(page, site, income)
    allowed = re.compile(
        r"GET (/verify(/[a-z_./]+(\.woff2)?)?|/\.well-known/jwks\.json|/status/[a-z_]+-2026|/favicon\.ico)"
    )
    assert requests and [request for request in requests if not allowed.fullmatch(request)] == []
    secrets = (income.number, income.qr_text, income.qr_text[-40:], quote(income.qr_text)[-40:])
    assert site.asked and [request for request in site.asked if any(secret in request for secret in secrets)] == []
    policy = web.POLICY
    assert "connect-src 'self'" in policy and "default-src 'none'" in policy


def test_a_picture_and_a_pdf_are_read_in_the_page(page: Page, site: Site, income: Issued, tmp_path: Path) -> None:
    import pypdfium2 as pdfium

    picture, file = tmp_path / "photo.png", tmp_path / "paper.pdf"
    pdfium.PdfDocument(income.pdf)[0].render(scale=150 / 72).to_pil().save(picture)
    file.write_bytes(income.pdf)
    page.goto(f"{site.url}/verify")
    for path in (picture, file):
        page.set_input_files("#file", path)
        expect(page.locator("#result h2")).to_have_text("Genuine and valid", timeout=20_000)
        page.locator("#result").evaluate("node => { node.hidden = true; node.replaceChildren(); }")
    changed = income.pdf.replace(b"/Kids", b"/kids", 1)
    file.write_bytes(changed)
    page.set_input_files("#file", file)
    expect(page.locator("#result h2")).to_have_text("Not genuine")


def test_the_first_load_is_small(page: Page) -> None:
    first = [path for path in web.FOLDER.iterdir() if path.suffix in web.TYPES and path.name != "worker.js"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in first) <= 60_000


def test_verdicts_equal_python_on_every_mutant(page: Page, site: Site, store: FileKeyStore, income: Issued) -> None:
    known = known_with(store, {})
    proofs = hostile_proofs(income, store, LATER - timedelta(minutes=1))
    cases = [*hostile(income, store), *proofs]
    page.goto(f"{site.url}/verify")
    heard: Any = page.evaluate(
        """async ([cases, now]) => {
            const { checkBytes, readKeys, readStatusList } = await import('/verify/check.js');
            const keys = await readKeys(await (await fetch('/.well-known/jwks.json')).json());
            const list = await readStatusList(new Uint8Array(await (await
            fetch('/status/revenue-2026')).arrayBuffer()), keys); const known = { keys, lists: new Map([[list.name,
            list]]) }; const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            const answers = [];
            for (const item of cases) answers.push((await checkBytes(bytes(item), known, now)).verdict);
            const start = performance.now();
            for (let n = 0; n < 50; n++) await checkBytes(bytes(cases[0]), known, now);
            return { answers, each: (performance.now() - start) / 50 };
        }""",
        [[base64.b64encode(case).decode() for case in cases], CLOCK],
    )
    genuine = (0, len(cases) - len(proofs))
    assert [number for number, answer in enumerate(heard["answers"]) if answer == "valid"] == [*genuine]
    assert heard["answers"] == [check_bytes(case, known, LATER).verdict for case in cases]
    print(f"{len(cases)} cases, {heard['each']:.2f} ms a verification")


def test_verdicts_equal_python_on_tampered_files(page: Page, site: Site, store: FileKeyStore, income: Issued) -> None:
    known = Known(KeySet.of(store), known_with(store, {}).lists)
    fact = proof.derive(income.credential, proof.Statement("income_below", 250000), "Delhi Bank", LATER, bytes(12))
    inside = with_proof_inside(income, proof.sign(fact, store.current("revenue", NOW)), store)
    cases = [income.pdf, inside, *pdf_mutants(income.pdf, random.Random(7), 40)]
    page.goto(f"{site.url}/verify")
    heard: Any = page.evaluate(
        """async ([cases, now]) => {
            const { readKeys, readStatusList } = await import('/verify/check.js');
            const { checkPdf } = await import('/verify/pdf.js');
            const { openPdf } = await import('/verify/readers.js');
            const keys = await readKeys(await (await fetch('/.well-known/jwks.json')).json());
            const list = await readStatusList(new Uint8Array(await (await
            fetch('/status/revenue-2026')).arrayBuffer()), keys); const known = { keys, lists: new Map([[list.name,
            list]]) }; const answers = [];
            for (const item of cases) {
                const bytes = Uint8Array.from(atob(item), (c) => c.charCodeAt(0));
                answers.push((await checkPdf(bytes, known, now, openPdf)).verdict);
            }
            return answers;
        }""",
        [[base64.b64encode(case).decode() for case in cases], CLOCK],
    )
    assert heard[0] == "valid" and "valid" not in heard[1:]
    assert heard == [check_pdf(case, known, LATER).verdict for case in cases]


def test_every_kind_of_paper_is_shown_in_words(page: Page, site: Site, store: FileKeyStore, make: Make) -> None:
    issued = make("marriage_registration", "ur")
    publish(site, store, {})
    visit(page, site, issued)
    for text in ("Harpreet Singh", "فاطمہ زہرا", "11 February 2024", "Marriage certificate"):
        expect(page.locator("#result")).to_contain_text(text)
    page.locator("nav button[lang=ur]").click()
    shot(page, "marriage-ur")


@pytest.mark.parametrize("language", ["en", "hi", "pa", "ur"])
def test_a_proof_of_one_fact_says_for_whom_and_no_more(
    page: Page, site: Site, store: FileKeyStore, income: Issued, language: str
) -> None:
    made = LATER - timedelta(minutes=1)
    statement = proof.Statement("income_below", 250000)
    data = proof.sign(
        proof.derive(income.credential, statement, "Delhi Bank, Shahdara", made, bytes(12)),
        store.current("revenue", NOW),
    )
    address = f"{site.url}/verify#{qr.digits(data)}"
    page.goto(address)
    expect(page.locator("#result .good h2")).to_have_text("Proved")
    page.locator(f"nav button[lang={language}]").click()
    for words in ("Sunita Devi", "सुनीता देवी", "2,50,000", "Delhi Bank, Shahdara", "16:44"):
        expect(page.locator("#result")).to_contain_text(words)
    said = page.locator("#result").inner_text()
    assert not re.search(r"1,23,456|INC-2026|\b[a-z]+_[a-z_]+\b|\{", said)
    shot(page, f"proof-{language}")
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))") == []
    page.clock.set_fixed_time(made + timedelta(minutes=15))
    page.reload()
    page.goto(address)
    expect(page.locator("#result .warn h2")).to_be_visible()


def test_every_department_has_its_name_on_the_page(catalogue: Catalogue) -> None:
    texts = json.loads((web.FOLDER / "texts.json").read_text("utf-8"))
    for department in catalogue.departments:
        assert set(texts[f"issuer_{department}"]) == {"en", "hi", "pa", "ur"}


def test_the_page_says_what_the_vectors_expect(page: Page, site: Site) -> None:
    cases = [json.loads(path.read_text("utf-8")) for path in vectors.FOLDER.glob("*.json") if path.name != "jwks.json"]
    site.jwks = json.loads((vectors.FOLDER / "jwks.json").read_text("utf-8"))
    site.lists = {path.stem: path.read_bytes() for path in vectors.FOLDER.glob("*.cose")}
    page.goto(f"{site.url}/verify")
    heard: Any = page.evaluate(
        """async ([cases, names]) => {
            const { checkText, readKeys, readStatusList } = await import('/verify/check.js');
            const keys = await readKeys(await (await fetch('/.well-known/jwks.json')).json());
            const lists = new Map();
            for (const name of names) {
                const bytes = new Uint8Array(await (await fetch(`/status/${name}`)).arrayBuffer());
                lists.set(name, await readStatusList(bytes, keys));
            }
            const answers = [];
            for (const item of cases) {
                const known = { keys, lists: item.status_lists ? lists : new Map() };
                const { verdict, reason } = await checkText(item.qr, known, item.now);
                answers.push({ verdict, reason });
            }
            return answers;
        }""",
        [cases, list(site.lists)],
    )
    assert heard == [case["expected"] for case in cases]
