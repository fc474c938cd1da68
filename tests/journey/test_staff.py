"""A person of the office in the running system, on the web and on WhatsApp; a call while the offices are closed."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest

from catalogue.hours import office
from departments.office import INDIA
from tests.connectors.conftest import conversation_of
from tests.departments.conftest import Desk
from tests.departments.test_conversations import LIST, do
from tests.journey import traces
from tests.journey.system import System, WebTalk
from tests.journey.whatsapp import WhatsAppTalk
from tests.standin.bodies import Person
from tests.standin.server import StandIn, text_of

pytestmark = pytest.mark.slow
ID = re.compile(rf"{LIST}/([0-9A-F]{{16}})")
SECRET = "Zebulon Quirinius"


def is_open() -> bool:
    return office().open_at(datetime.now(INDIA))


def newest(desk: Desk, show: str) -> str:
    found = ID.findall(desk.page(f"{LIST}?show={show}"))
    assert found, desk.page(f"{LIST}?show={show}")
    return str(found[-1])


def test_what_a_person_and_an_officer_say_to_each_other(system: System, officers: tuple[Desk, Desk]) -> None:
    talk, desk = WebTalk(system.url), officers[0]
    talk.say("English please")
    talk.say(f"I am {SECRET} and I want to talk to a person")
    if not is_open():
        talk.say("98111 00033")
        assert "98111 00033" in talk.text
        conversation = newest(desk, "calls")
        assert "9811100033" in desk.page(f"{LIST}/{conversation}")
        assert do(desk, conversation, "called").status_code == 200
    else:
        conversation = newest(desk, "waiting")
        assert SECRET in desk.page(f"{LIST}/{conversation}")
        assert do(desk, conversation, "take").status_code == 200
        talk.listen(None)
        assert "A person is here now" in talk.text and talk.messages[0]["in_reply_to"] is None
        talk.say("where is my paper?")
        assert "Passed on" in talk.text
        talk.say(f"it is under {SECRET}")
        assert talk.messages == [], "silent, and the turn ended"
        assert f"it is under {SECRET}" in desk.page(f"{LIST}/{conversation}")
        assert do(desk, conversation, "reply", text="At counter 4.").status_code == 200
        talk.listen(None)
        assert "At counter 4." in talk.text and "Officer" not in talk.text
        assert do(desk, conversation, "give_back").status_code == 200
        talk.listen(None)
        assert "I am here again" in talk.text
    talk.say("what documents do I need for an income certificate?")
    assert "Income Certificate" in talk.text
    wanted, departments = traces.forms([SECRET]), traces.Departments(system)
    assert departments.with_plain(wanted) == [], "sealed at the department"
    assert "conversations" in departments.tables_of(conversation_of(talk.session))
    talk.say("delete my data")
    talk.tap("confirm:yes")
    assert traces.in_redis(system, wanted) == []
    assert departments.tables_of(conversation_of(talk.session), conversation) <= {"audit"}
    assert traces.in_logs(system, wanted) == []


def test_over_whatsapp(system: System, meta: StandIn, officers: tuple[Desk, Desk]) -> None:
    person = Person("919811100888", "IN.88812086553027419")
    talk, desk = WhatsAppTalk(meta, system.folder, person), officers[0]
    talk.say("मुझे किसी व्यक्ति से बात करनी है")
    if not is_open():
        talk.tap("more:staff:call")
        assert "98111 00888" in talk.text
        assert "919811100888" in desk.page(f"{LIST}/{newest(desk, 'calls')}")
        return
    conversation = newest(desk, "waiting")
    before = len(meta.to(person))
    do(desk, conversation, "take")
    do(desk, conversation, "reply", text="काउंटर 4 पर आइए।")
    limit = time.monotonic() + 30
    while not any("काउंटर 4 पर आइए।" in text_of(sent.payload) for sent in meta.to(person)[before:]):
        assert time.monotonic() < limit, [sent.payload for sent in meta.to(person)]
        time.sleep(0.2)
    do(desk, conversation, "give_back")
