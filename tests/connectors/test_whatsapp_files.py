"""Photos and PDFs over WhatsApp: fetched from the stand-in, checked, handed to whoever waits for them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

import pytest

from connectors.errors import FetchError
from connectors.whatsapp import hosts
from runtime import keys
from runtime.records import Attachment, Choice, FileRef, Inbound, Outbound
from runtime.vault import Vault
from tests.connectors import papers
from tests.connectors.conftest import Gateway, wait_until
from tests.standin.bodies import Person
from tests.standin.server import StandIn

ASHA = Person("919811100001")


def fetched(gateway: Gateway, inbound: Inbound) -> FileRef:
    place = keys.media(inbound.conversation, inbound.media)
    wait_until(lambda: gateway.redis.llen(place) == 1, 40)
    assert 7 * 24 * 3600 < gateway.redis.ttl(place) <= 8 * 24 * 3600
    return FileRef(**json.loads(gateway.codec.read(gateway.redis.lindex(place, 0), place)))


def test_a_photo_is_fetched_checked_and_stored(gateway: Gateway, meta: StandIn) -> None:
    meta.send_file(ASHA, papers.photo(papers.paper()), "image/jpeg", caption="my bill")
    [inbound] = gateway.wait_inbox(1)
    assert (inbound.kind, inbound.text, inbound.file) == ("file", "my bill", None)
    found = fetched(gateway, inbound)
    assert (found.problem, found.mime, found.width, found.height) == ("", "image/jpeg", 1200, 1600)
    vault = Vault(gateway.settings.data_dir)
    assert vault.get(found.blob)[:3] == b"\xff\xd8\xff" and len(vault.get(found.forward)) <= 100_000
    wait_until(lambda: gateway.redis.xlen(keys.fetchbox(keys.partition(inbound.conversation))) == 0)


def test_a_document_keeps_its_name_and_no_path(gateway: Gateway, meta: StandIn) -> None:
    meta.send_file(ASHA, papers.pdf(side=300), "application/pdf", name="../../etc/Bill\u202efdp.pdf")
    [inbound] = gateway.wait_inbox(1)
    found = fetched(gateway, inbound)
    assert (found.problem, found.mime, found.name, found.pages) == ("", "application/pdf", "Billfdp.pdf", 1)


def test_a_photo_that_is_no_photo(gateway: Gateway, meta: StandIn) -> None:
    meta.send_file(ASHA, b"MZ" + bytes(2000), "image/jpeg")
    [inbound] = gateway.wait_inbox(1)
    found = fetched(gateway, inbound)
    assert (found.problem, found.blob, found.forward) == ("wrong_type", "", "")


def test_a_file_that_has_gone_at_metas_side_is_told(gateway: Gateway, meta: StandIn) -> None:
    with meta.meta.lock:
        meta.send_file(ASHA, papers.photo(papers.paper()), "image/jpeg")
        meta.meta.media.clear()
    [inbound] = gateway.wait_inbox(1)
    assert fetched(gateway, inbound).problem == "not_received"


def test_a_file_that_was_altered_on_the_way_is_not_taken(gateway: Gateway, meta: StandIn) -> None:
    with meta.meta.lock:
        meta.send_file(ASHA, papers.photo(papers.paper()), "image/jpeg")
        identifier = next(iter(meta.meta.media))
        meta.meta.media[identifier].data = papers.photo(papers.paper(seed=2))
    [inbound] = gateway.wait_inbox(1)
    assert fetched(gateway, inbound).problem == "not_received"


@pytest.mark.parametrize(
    "url",
    [
        "http://lookaside.fbsbx.com/whatsapp/x",
        "https://evil.example/x",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://user:pass@lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com:8443/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://[::1]/x",
        "https://127.0.0.1/x",
        "",
        "https://[broken",
    ],
)
def test_other_hosts_are_never_asked(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        asyncio.run(hosts.check(url, "https://graph.facebook.com/v23.0"))
    assert caught.value.final


def test_the_graph_apis_own_host_is_allowed() -> None:
    asyncio.run(hosts.check("http://127.0.0.1:9000/lookaside/1", "http://127.0.0.1:9000/v23.0"))
    with pytest.raises(FetchError):
        asyncio.run(hosts.check("http://127.0.0.1:9001/lookaside/1", "http://127.0.0.1:9000/v23.0"))


def test_a_picture_of_ours_goes_out_with_its_choices(gateway: Gateway, meta: StandIn) -> None:
    meta.say(ASHA, "Hi")
    [inbound] = gateway.wait_inbox(1)
    page = Attachment(gateway.settings.public_url + "/static/page.css", "guide.txt", "text/plain")
    choices = tuple(Choice(f"service:s{number}", f"Service {number}") for number in range(3))
    out = Outbound("o1", inbound.conversation, "whatsapp", text="See this", choices=choices, attachment=page)
    gateway.answer(inbound.conversation, out)
    [sent] = meta.wait_for(ASHA, 1)
    header = sent.payload["interactive"]["header"]
    assert header["type"] == "document" and header["document"]["filename"] == "guide.txt"
    assert b":root" in meta.meta.media[header["document"]["id"]].data


def test_no_foreign_address_is_fetched_on_an_outboxs_word(gateway: Gateway, meta: StandIn) -> None:
    meta.say(ASHA, "Hi")
    [inbound] = gateway.wait_inbox(1)
    foreign = Attachment(meta.address + "/lookaside/1", "x.pdf", "application/pdf")
    gateway.answer(inbound.conversation, Outbound("o1", inbound.conversation, "whatsapp", text="x", attachment=foreign))
    stream = keys.undeliverable(keys.partition(inbound.conversation))
    wait_until(lambda: gateway.redis.xlen(stream) == 1)
    assert gateway.redis.xrange(stream)[0][1]["code"] == "render"
    assert asdict(foreign)["url"] not in str(gateway.redis.xrange(stream))
