"""A person of the office in the chat: what they are given, what is passed on and how often, and the lines that fail.

What is said and when stands in `golden/staff.yml`; here is what cannot be seen in the chat.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from actions.department import DepartmentClient
from catalogue import messages
from catalogue.model import LANGUAGES
from dialogue.desk import PATIENCE_S, UNANSWERED, wants_assistant
from dialogue.recent import LONGEST, MOST
from runtime.records import Inbound
from runtime.settings import Settings
from tests.conversations.chat import DELHI, Chat, Clock
from tests.conversations.golden import slots

pytestmark = pytest.mark.rasa
IN_HOURS = datetime(2026, 12, 1, 11, 0, tzinfo=DELHI)
AT_NIGHT = datetime(2026, 12, 1, 22, 0, tzinfo=DELHI)
TAP = {lang: f"lang:{lang}" for lang in LANGUAGES}


class Wire(httpx.AsyncBaseTransport):
    """The line to the department: keeps what was sent; is cut before a request arrives, or before its answer does."""

    def __init__(self) -> None:
        self.cut = ""
        self.sent: list[tuple[str, str, Any]] = []
        self._real = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut == "before":
            raise httpx.ConnectError("cut by the test")
        body = json.loads(await request.aread() or b"null")
        self.sent.append((request.url.path, request.headers.get("Idempotency-Key", ""), body))
        answer = await self._real.handle_async_request(request)
        if self.cut == "after":
            await answer.aclose()
            raise httpx.ReadError("cut by the test")
        return answer

    def bodies(self, end: str) -> list[Any]:
        """What was sent to paths with this end, each idempotency key once."""
        return list({key: body for path, key, body in self.sent if path.endswith(end)}.values())


@dataclasses.dataclass
class Office:
    """A conversation in office hours, and the line its department hangs on."""

    chat: Chat
    line: Wire

    def handed_over(self, lang: str = "en") -> str:
        self.chat.tap(TAP[lang])
        self.chat.tap("human")
        assert slots(self.chat)["desk"]["open"], self.chat.text
        return str(slots(self.chat)["desk"]["id"])


@pytest.fixture
def office(department_settings: Settings) -> Iterator[Office]:
    from actions.services import make
    from runtime.worker.brain import Brain
    from runtime.worker.models import in_force
    from tests.conftest import ROOT

    line, clock, loop = Wire(), Clock(), asyncio.new_event_loop()

    async def no_pause(_: float) -> None:
        return None

    client = DepartmentClient(
        department_settings.departments_url,
        department_settings.department_secret,
        httpx.AsyncClient(transport=line),
        sleep=no_pause,
    )
    services = dataclasses.replace(make(department_settings), department=client, now=clock)
    clock.moment = IN_HOURS
    brain = Brain(in_force(ROOT / "models"), services, lambda: uuid.uuid4().hex)
    yield Office(Chat(brain, services, loop, clock=clock), line)
    loop.close()


def say(key: str, lang: str, **values: Any) -> str:
    return messages.load().render(key, lang, **values)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_department_that_is_away_leaves_what_there_was_before(office: Office, lang: str) -> None:
    office.chat.tap(TAP[lang])
    office.line.cut = "before"
    office.chat.tap("human")
    assert say("human_contact", lang) in office.chat.text and not (slots(office.chat).get("desk") or {}).get("open")
    assert {"apply:pgms_grievance", "menu"} <= {choice.id for choice in office.chat.choices}


def test_the_office_gets_the_last_messages_masked_and_no_more(office: Office) -> None:
    chat = office.chat
    chat.tap("lang:en")
    for number in range(20):
        chat.say(f"what documents do I need for an income certificate? {number}")
    chat.tap("apply:income_certificate")
    chat.say("yes")
    chat.say("my aadhaar is 9999 4105 7058, call 98765 43210 or write to a.b@example.org " + "please " * 80)
    chat.say("I want to talk to a person")
    (body,) = office.line.bodies("/conversations")
    said = body["said"]
    assert len(said) == MOST + 1 and all(len(one["text"]) <= LONGEST for one in said)
    assert said[-1]["text"] == "I want to talk to a person" and {one["by"] for one in said} == {"person", "assistant"}
    told = json.dumps(said, ensure_ascii=False)
    assert "7058" in told and not any(part in told for part in ("9999 4105", "98765 43210", "a.b@example.org"))
    assert body["service"] == "income_certificate" and 0 < body["draft"]["step"] <= body["draft"]["steps"]
    assert body["reference"] == chat.conversation and body["language"] == "en"


def test_the_ring_stays_short_and_a_tap_stands_there_by_its_title(office: Office) -> None:
    chat = office.chat
    chat.tap("lang:hi")
    sizes = []
    for _ in range(30):
        chat.say("आय प्रमाण पत्र के लिए कौन से कागज़ चाहिए?")
        sizes.append(len(chat.state or ""))
    # A moment may be written with a digit more or less.
    assert len(slots(chat)["recent"]) == MOST and abs(sizes[-1] - sizes[-10]) <= 4 * MOST
    chat.tap("apply:income_certificate")
    assert [by for by, *_ in slots(chat)["recent"]][-2:] == ["person", "assistant"]
    assert slots(chat)["recent"][-2][1] == say("button_apply", "hi")


def test_a_turn_that_runs_twice_hands_over_once(office: Office) -> None:
    chat = office.chat
    chat.tap("lang:en")
    inbound = Inbound(uuid.uuid4().hex, chat.conversation, "web", "choice", 1_796_101_200.0, choice="human")
    one, two = (chat.loop.run_until_complete(chat.brain.turn(inbound, chat.state)) for _ in range(2))
    ids = {json.loads(result.state or "")["slots"]["desk"]["id"] for result in (one, two)}
    assert len(ids) == 1 and len(office.line.bodies("/conversations")) == 1


def test_patience_has_an_alarm_and_the_end_settles_it(office: Office) -> None:
    conversation = office.handed_over()
    found = {alarm.subject: alarm.after for alarm in office.chat.alarms if alarm.kind == UNANSWERED}
    assert found == {conversation: PATIENCE_S}
    office.chat.tap("menu")
    assert [alarm.after for alarm in office.chat.alarms if alarm.kind == UNANSWERED] == [None]
    office.chat.event(unanswered=conversation)
    assert office.chat.replies == (), "an alarm that comes too late says nothing"
    assert [alarm.after for alarm in office.chat.alarms if alarm.kind == UNANSWERED] == [None]


@pytest.mark.parametrize("cut", ["before", "after"])
def test_what_the_office_could_not_get_is_passed_on_later_once_and_in_order(office: Office, cut: str) -> None:
    conversation = office.handed_over()
    office.line.cut = cut
    office.chat.say("first words")
    assert say("staff_away", "en") in office.chat.text
    office.chat.say("second words")
    assert office.chat.replies == () and office.chat.ended
    (alarm,) = [alarm for alarm in office.chat.alarms if alarm.kind == UNANSWERED]
    assert alarm.after is not None and alarm.after <= 60
    office.line.cut = ""
    office.chat.event(unanswered=conversation)
    assert slots(office.chat)["desk"]["unsent"] == [] and slots(office.chat)["desk"]["open"]
    assert [body["text"] for body in office.line.bodies("/messages")] == ["first words", "second words"]


def test_numbers_are_masked_on_the_way_to_the_office(office: Office) -> None:
    office.handed_over()
    office.chat.say("my aadhaar is 9999 4105 7058")
    assert [body["text"] for body in office.line.bodies("/messages")] == ["my aadhaar is XXXX XXXX 7058"]


def test_words_for_the_office_go_to_no_archive_and_no_ring(office: Office) -> None:
    office.handed_over()
    before = (office.chat.sentences, office.chat.results, slots(office.chat)["recent"])
    office.chat.say("my husband has left me and I have no money")
    office.chat.event(conversation=slots(office.chat)["desk"]["id"], what="message", text="I am sorry to hear that.")
    assert (office.chat.sentences, office.chat.results, slots(office.chat)["recent"]) == before


def test_danger_is_passed_on_as_well(office: Office) -> None:
    office.handed_over()
    office.chat.say("someone is attacking me, call the police")
    assert "112" in office.chat.text
    assert [body["text"] for body in office.line.bodies("/messages")] == ["someone is attacking me, call the police"]


def test_a_conversation_that_the_office_closed_unheard_is_the_assistants_again(office: Office) -> None:
    conversation = office.handed_over()
    close = office.chat.services.department.close_conversation(conversation, "unanswered", uuid.uuid4().hex)
    office.chat.loop.run_until_complete(close)
    office.chat.say("is anybody there?")
    assert say("what_can_i_do", "en") in office.chat.text and not slots(office.chat)["desk"]["open"]


def test_the_same_answer_twice_is_told_once(office: Office) -> None:
    conversation = office.handed_over()
    event = {"id": uuid.uuid4().hex, "conversation": conversation, "what": "message", "text": "Counter 4."}
    office.chat._send("event", event=event)
    assert len(office.chat.replies) == 1 and office.chat.replies[0].in_reply_to == ""
    template = office.chat.replies[0].template
    assert template and template.name == "staff_answered" and template.params[1] == conversation[:8]
    office.chat._send("event", event=event)
    assert office.chat.replies == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_officers_write_has_no_power(office: Office, lang: str) -> None:
    conversation = office.handed_over(lang)
    evil = "*bold*\u202e evil\n\n{service}\n_x_ `y` ~z~\u0007"
    office.chat.event(conversation=conversation, department="revenue", what="message", text=evil)
    name = office.chat.services.catalogue.departments["revenue"].name[lang]
    said = office.chat.text.replace("\u2068", "").replace("\u2069", "")
    assert said.endswith("bold evil\n\n{service}\nx y z") and said.startswith(f"*{name}*")


def test_erasure_reaches_the_office_and_says_so_when_it_cannot(office: Office) -> None:
    office.handed_over()
    office.chat.say("delete my data")
    office.chat.tap("confirm:yes")
    assert office.chat.erased and office.line.bodies("/erase") == [{"reference": office.chat.conversation}]
    assert [alarm.after for alarm in office.chat.alarms if alarm.kind == UNANSWERED] == [None]
    assert say("erased_staff_later", "en") not in office.chat.text
    office.handed_over()
    office.chat.say("delete my data")
    office.line.cut = "before"
    office.chat.tap("confirm:yes")
    assert office.chat.erased and say("erased_staff_later", "en") in office.chat.text


def test_a_person_who_never_met_the_office_is_erased_without_asking_it(office: Office) -> None:
    office.chat.tap("lang:en")
    office.chat.say("delete my data")
    office.chat.tap("confirm:yes")
    assert office.chat.erased and office.line.sent == []


def test_an_alarm_of_an_erased_conversation_is_settled(office: Office) -> None:
    conversation = office.handed_over()
    office.chat.state = None
    office.chat.event(unanswered=conversation)
    assert office.chat.state is None and office.chat.replies == ()
    assert UNANSWERED in [alarm.kind for alarm in office.chat.alarms if alarm.after is None]


def test_a_call_that_cannot_be_noted_is_said(office: Office) -> None:
    office.chat.clock.moment = AT_NIGHT
    office.chat.tap("lang:en")
    office.chat.tap("human")
    office.line.cut = "before"
    office.chat.say("9876543210")
    assert say("call_not_taken", "en") in office.chat.text and not (slots(office.chat).get("desk") or {}).get("call")


def test_a_call_carries_number_time_and_consent(office: Office) -> None:
    office.chat.clock.moment = AT_NIGHT
    office.chat.tap("lang:hi")
    office.chat.tap("human")
    office.chat.say("मेरा नंबर ९८७६५ ४३२१० है")
    (body,) = office.line.bodies("/conversations")
    assert body["call"]["phone"] == "9876543210" and body["call"]["not_before"] == "2026-12-02T09:30:00+05:30"
    assert body["call"]["consent"]["language"] == "hi" and body["call"]["consent"]["version"]
    assert "98765" not in json.dumps(slots(office.chat)["recent"]), "the office has the number, the ring has not"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("back to the bot", True),
        ("assistant se baat karni hai", True),
        ("वापस सहायक", True),
        ("ਸਹਾਇਕ ਨਾਲ ਗੱਲ", True),
        ("سہایک کو بلاؤ", True),
        ("I want to apply for the post of assistant teacher in a school", False),
        ("my robotics class", False),
        ("yes, tomorrow", False),
    ],
)
def test_words_that_lead_back(text: str, asked: bool) -> None:
    assert wants_assistant(text) is asked
