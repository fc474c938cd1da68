"""From "Hi" to a certificate that verifies, over the web chat: with a repair, a revocation, an erasure."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import cwt
import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.conftest import ROOT
from tests.connectors.conftest import conversation_of
from tests.conversations.citizen import Citizen, answer, apply_for, read
from tests.departments.conftest import Desk
from tests.journey import traces
from tests.journey.system import System, WebTalk

pytestmark = pytest.mark.slow
NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}")
REVOKED_WITHIN_S = 120
"""The gateway keeps a status list for a minute."""
DIGITS = re.compile(r"#(\d+)$")


def filed(system: System, citizen: str, service: str) -> tuple[WebTalk, str]:
    talk = WebTalk(system.url)
    apply_for(talk, read(citizen), service)
    number = NUMBER.search(talk.text)
    assert number, talk.text
    return talk, number.group()


def issue(officers: tuple[Desk, Desk], number: str) -> None:
    one, two = officers
    one.do(number, "take_up")
    one.do(number, "approve")
    two.do(number, "issue")


def until(talk: WebTalk, attachment: bool) -> None:
    """Listens on until a turn with (or without) an attachment has come."""
    for _ in range(8):
        talk.listen(None)
        if bool(talk.attachments) == attachment and talk.messages:
            return
    raise AssertionError(talk.text)


def download(system: System, url: str) -> bytes:
    """The page first, then the file, as a browser does it."""
    path = httpx.URL(url).path
    with httpx.Client(base_url=system.url, timeout=30) as browser:
        page = browser.get(path)
        assert page.status_code == 200 and "text/html" in page.headers["content-type"]
        answer = browser.post(path)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-"), answer.text
        return answer.content


def qr_text(pdf: bytes, folder: Path) -> str:
    """The QR code of the rendered page, read by an independent decoder."""
    (folder / "certificate.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-f", "1", "-l", "1", "certificate.pdf", "page"], cwd=folder, check=True
    )
    found = zxingcpp.read_barcodes(Image.open(next(folder.glob("page*.png"))))
    return next(code.text for code in found if "/verify#" in code.text)


def cose_key(jwk: dict[str, str]) -> object:
    """An ES256 key of the JWKS for an independent COSE library."""
    kid, x, y = (base64.urlsafe_b64decode(jwk[name] + "==") for name in ("kid", "x", "y"))
    return cwt.COSEKey.new({1: 2, -1: 1, 3: -7, 2: kid, -2: x, -3: y})


def verdict(system: System, pdf: bytes, folder: Path) -> dict[str, object]:
    """`python -m certificates.verify` with nothing but what the gateway publishes."""
    (folder / "c.pdf").write_bytes(pdf)
    jwks = httpx.get(f"{system.url}/.well-known/jwks.json").json()
    (folder / "jwks.json").write_text(json.dumps(jwks))
    arguments = [sys.executable, "-m", "certificates.verify", "c.pdf", "--keys", "jwks.json"]
    for name in {f"{key['department']}-{key['year']}" for key in jwks["keys"]}:
        answer = httpx.get(f"{system.url}/status/{name}")
        assert answer.status_code == 200, name
        (folder / name).write_bytes(answer.content)
        arguments += ["--status", name]
    done = subprocess.run(arguments, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    return {"code": done.returncode, "said": done.stdout + done.stderr}


def test_from_hi_to_a_certificate_that_verifies(system: System, officers: tuple[Desk, Desk], tmp_path: Path) -> None:
    talk, number = filed(system, "pa_native", "income_certificate")
    assert talk.lang == "pa"
    issue(officers, number)
    until(talk, attachment=True)
    pdf = next(item for item in talk.attachments if item["mime"] == "application/pdf")
    content = download(system, pdf["url"])

    text = qr_text(content, tmp_path)
    digits = DIGITS.search(text)
    assert digits
    value = int(digits.group(1))
    marked = value.to_bytes((value.bit_length() + 7) // 8, "big")
    assert marked[0] == 1  # docs/certificates.md: the number of the bytes 0x01 + credential
    credential = marked[1:] if marked[1] != 0x78 else zlib.decompress(marked[1:])
    keys = httpx.get(f"{system.url}/.well-known/jwks.json").json()["keys"]
    claims = cwt.decode(credential, [cose_key(key) for key in keys])
    assert claims[1] and "ਸੁਨੀਤਾ ਦੇਵੀ" in str(claims)

    found = verdict(system, content, tmp_path)
    assert found["code"] == 0, found
    tampered = bytearray(content)
    tampered[len(tampered) // 4] ^= 1  # the middle is padding of the signature itself
    assert verdict(system, bytes(tampered), tmp_path)["code"] != 0

    certificate = pdf["name"].removesuffix(".pdf")
    one, two = officers
    page = f"/desk/certificates/{certificate}"
    one.post(page, f"{page}/revocation", step="ask", text="forged proof")
    two.post(page, f"{page}/revocation", step="confirm")
    limit = time.monotonic() + REVOKED_WITHIN_S
    while "revoked" not in str(verdict(system, content, tmp_path)["said"]):
        assert time.monotonic() < limit, "a revocation is not told"
        time.sleep(3)


def test_a_download_link_is_for_one_browser(system: System, officers: tuple[Desk, Desk]) -> None:
    talk, number = filed(system, "en_native", "domicile_certificate")
    issue(officers, number)
    until(talk, attachment=True)
    path = httpx.URL(talk.attachments[0]["url"]).path
    with httpx.Client(base_url=system.url, timeout=30) as mine:
        assert mine.get(path).status_code == 200
        first = mine.post(path)
        again = mine.post(path)
        assert first.status_code == again.status_code == 200 and first.content == again.content
    assert httpx.post(f"{system.url}{path}", timeout=30).status_code >= 400
    talk.say("send my certificate again")
    assert download(system, talk.attachments[0]["url"]) == first.content


def test_one_fact_is_proved_without_the_certificate(system: System, officers: tuple[Desk, Desk]) -> None:
    talk, number = filed(system, "hi_native", "income_certificate")
    issue(officers, number)
    until(talk, attachment=True)
    certificate = str(talk.attachments[0]["name"]).removesuffix(".pdf")
    start = f"more:proof:{certificate}"
    assert start in talk.choices
    talk.say("मुझे साबित करना है कि मेरी आय कम है")
    fact = next(choice for choice in talk.choices if choice.startswith(f"{start}:income_below:"))
    talk.tap(fact)
    assert not talk.attachments
    talk.say("भारतीय बैंक, शाहदरा शाखा")
    (shown,) = talk.attachments
    token = httpx.URL(shown["url"]).path.removesuffix("/qr.png")
    picture = httpx.get(f"{system.url}{token}/qr.png")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)).convert("L"))
    assert httpx.get(f"{system.url}{token}").headers["location"] == code.text
    keys = httpx.get(f"{system.url}/.well-known/jwks.json").json()["keys"]
    value = int(code.text.partition("#")[2])
    marked = value.to_bytes((value.bit_length() + 7) // 8, "big")
    claims = cwt.decode(marked[1:], [cose_key(key) for key in keys])
    assert claims[3] == "भारतीय बैंक, शाहदरा शाखा" and 0 < claims[4] - claims[6] <= 900
    facts = claims[-65538]
    assert facts[1] == "income_below" and facts[2] == int(fact.rpartition(":")[2])
    assert certificate not in str(claims)
    talk.say("भारतीय बैंक, शाहदरा शाखा")
    assert not talk.attachments, "words after it are words again"


@pytest.mark.browser
def test_whoever_scans_is_told_on_the_page_of_the_running_system(
    system: System, officers: tuple[Desk, Desk], tmp_path: Path
) -> None:
    """Camera and clerk: the code's address, the file, and a proof's link, each opened in a browser."""
    talk, number = filed(system, "en_native", "domicile_certificate")
    issue(officers, number)
    until(talk, attachment=True)
    pdf = download(system, talk.attachments[0]["url"])
    digits = DIGITS.search(qr_text(pdf, tmp_path))
    assert digits
    certificate = str(talk.attachments[0]["name"]).removesuffix(".pdf")
    talk.tap(f"more:proof:{certificate}:resident_at_least:5")
    talk.say("Delhi Bank, Shahdara")
    link = httpx.URL(talk.attachments[0]["url"]).path.removesuffix("/qr.png")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(locale="en-IN")
        page.goto(f"{system.url}/verify#{digits.group(1)}")
        expect(page.locator("#result .good h2")).to_have_text("Genuine and valid")
        expect(page.locator("#result")).to_contain_text(certificate)
        page.set_input_files("#file", tmp_path / "certificate.pdf")
        expect(page.locator("#result .good h2")).to_have_text("Genuine and valid", timeout=20_000)
        proof = httpx.get(f"{system.url}{link}").headers["location"].partition("#")[2]
        page.goto(f"{system.url}/verify#{proof}")
        expect(page.locator("#result .good h2")).to_have_text("Proved")
        expect(page.locator("#result")).to_contain_text("Delhi Bank, Shahdara")
        browser.close()


def test_what_was_sent_back_is_all_that_is_asked_again(system: System, officers: tuple[Desk, Desk]) -> None:
    talk, number = filed(system, "ur_native", "income_certificate")
    one, _ = officers
    faults = {"field:father_name": "کاغذ سے مختلف", "document:photo": "دھندلی"}
    one.do(number, "send_back", text="", **faults)
    talk.listen(None)
    assert talk.lang == "ur" and "کاغذ سے مختلف" in talk.text
    talk.tap(f"repair:{number}")
    assert talk.asks == [("father_name", "name")]
    talk.say("شیام لال")
    assert talk.asks == [("photo", "document")]
    talk.send_file()
    assert [kind for _, kind in talk.asks] == ["confirm"]
    talk.tap("confirm:yes")
    assert number in talk.text
    assert "Shyam Lal" in one.page(f"/desk/applications/{number}") or "شیام لال" in one.page(
        f"/desk/applications/{number}"
    )


UNIQUE = {"applicant_name": "Quintilla Zephyrine", "father_name": "Oberon Zephyrine", "mobile": "9812345067"}
AADHAAR = "999941057058"
KEPT_BY_LAW = {"applications", "field_values", "documents", "history", "sent_back", "callbacks", "audit"}
"""What a filed application leaves with the department; sealed but for numbers, stages and moments."""


def somebody() -> Citizen:
    """A citizen whose name and numbers nobody else of these tests has."""
    known = read("hi_roman")
    return replace(known, answers={**known.answers, **UNIQUE})


def at_the_summary(talk: WebTalk, citizen: Citizen) -> None:
    """Everything answered and every paper sent, the Aadhaar number told besides; not yet submitted."""
    talk.say(citizen.openings["income_certificate"])
    if "income_certificate" in citizen.then:
        talk.say(citizen.then["income_certificate"])
    while [field for field, _ in talk.asks] != ["summary"]:
        kind = talk.asks[0][1]
        if kind == "document":
            talk.send_file()
        else:
            talk.say(citizen.yes if kind in ("consent", "confirm") else answer(talk, citizen, "income_certificate"))
    talk.say(f"mera aadhaar number {AADHAAR[:4]} {AADHAAR[4:8]} {AADHAAR[8:]} hai")


def erase(talk: WebTalk) -> None:
    talk.say("delete my data")
    talk.tap("confirm:yes")


def test_erasure_of_an_unfinished_application_leaves_nothing(system: System) -> None:
    wanted = traces.forms([*UNIQUE.values(), AADHAAR])
    before, departments = traces.vault(system), traces.Departments(system)
    talk = WebTalk(system.url)
    at_the_summary(talk, somebody())
    assert traces.in_redis(system, wanted), "what is looked for can be found while it is there"
    assert traces.vault(system) - before
    erase(talk)
    assert traces.in_redis(system, wanted) == []
    assert traces.vault(system) - before == set()
    assert traces.in_logs(system, wanted) == []
    assert departments.with_plain(wanted) == []
    assert departments.tables_of(conversation_of(talk.session)) == set()
    talk.say("continue")
    assert "Quintilla" not in talk.text


def test_erasure_after_filing_leaves_what_the_law_keeps(system: System) -> None:
    wanted = traces.forms([*UNIQUE.values(), AADHAAR])
    before, departments = traces.vault(system), traces.Departments(system)
    kept_before = departments.blobs()
    talk = WebTalk(system.url)
    at_the_summary(talk, somebody())
    talk.tap("confirm:yes")
    number = NUMBER.search(talk.text)
    assert number, talk.text
    erase(talk)
    assert number.group() in talk.text, "the person is told what stays"
    assert traces.in_redis(system, wanted) == []
    assert traces.in_logs(system, wanted) == []
    assert traces.vault(system) - before == departments.blobs() - kept_before != set()
    assert departments.with_plain(wanted) == []
    tables = departments.tables_of(number.group(), conversation_of(talk.session))
    assert {"applications", "field_values", "documents"} <= tables <= KEPT_BY_LAW


def test_no_personal_value_is_in_any_log(system: System) -> None:
    citizen = read("hi_roman")
    answers = citizen.answers
    filed(system, "hi_roman", "income_certificate")
    personal = [answers["applicant_name"], answers["father_name"], answers["house_no"], "9876543210", "98765 43210"]
    for line in system.logs():
        assert not any(value in line for value in personal), line
