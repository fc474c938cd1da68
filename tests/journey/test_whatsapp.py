"""The same journey over WhatsApp, against the stand-in that refuses what Meta refuses."""

from __future__ import annotations

import re
import time

import pytest

from tests.conversations.citizen import apply_for, read
from tests.departments.conftest import Desk
from tests.journey.system import System
from tests.journey.whatsapp import WhatsAppTalk
from tests.standin.bodies import Person
from tests.standin.server import StandIn

pytestmark = pytest.mark.slow
NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}")


def wait_for_document(meta: StandIn, person: Person, since: int) -> dict[str, object]:
    limit = time.monotonic() + 40
    while time.monotonic() < limit:
        for sent in meta.to(person)[since:]:
            if sent.payload.get("type") == "document":
                return dict(sent.payload)
        time.sleep(0.2)
    raise AssertionError("no document came")


def test_from_hi_to_the_certificate_in_the_chat(system: System, meta: StandIn, officers: tuple[Desk, Desk]) -> None:
    person = Person("919811100777", "IN.77712086553027419")
    talk = WhatsAppTalk(meta, system.folder, person)
    talk.say("Hi")
    talk.tap("lang:hi")
    apply_for(talk, read("hi_native"), "domicile_certificate")
    number = NUMBER.search(talk.text)
    assert number, talk.text
    before = len(talk.received)
    one, two = officers
    one.do(number.group(), "take_up")
    one.do(number.group(), "approve")
    two.do(number.group(), "issue")
    document = wait_for_document(meta, person, before)
    assert document["document"]["filename"].endswith(".pdf")  # type: ignore[index]
    assert not any(person.phone in line for line in system.logs())
