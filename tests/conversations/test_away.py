"""A department that is away: the application is taken, held, filed later, and told twice; news in any order."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from actions.department import DepartmentClient
from actions.holding import FIRST_PAUSE_S, LONGEST_PAUSE_S, pause
from catalogue import messages
from catalogue.model import LANGUAGES
from dialogue.conversation import Conversation
from runtime.settings import Settings
from tests.conversations.chat import Chat
from tests.conversations.citizen import apply_for, read

pytestmark = pytest.mark.rasa
NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}")
RECEIPT = re.compile(r"R-[0-9A-F]{8}")


class Line(httpx.AsyncBaseTransport):
    """The line to the department, which a test cuts before a request arrives, or before its answer comes back."""

    def __init__(self) -> None:
        self.cut = ""
        self.requests = 0
        self._real = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.cut == "before":
            raise httpx.ConnectError("cut by the test")
        answer = await self._real.handle_async_request(request)
        if self.cut == "after":
            await answer.aclose()
            raise httpx.ReadError("cut by the test")
        return answer


@dataclasses.dataclass
class Away:
    """A conversation, and the line its department hangs on."""

    chat: Chat
    line: Line

    def conversation(self) -> Conversation:
        return Conversation.from_slots(json.loads(self.chat.state or "{}")["slots"])

    def held(self) -> str:
        (draft,) = [f.waiting["draft"]["id"] for f in self.conversation().filed if f.waiting]
        return str(draft)

    def try_again(self) -> None:
        self.chat.event(held=self.held())


@pytest.fixture
def away(department_settings: Settings, new_chat: Callable[[], Chat]) -> Iterator[Away]:
    from actions.services import make
    from runtime.worker.brain import Brain
    from runtime.worker.models import in_force
    from tests.conftest import ROOT

    line = Line()
    loop = asyncio.new_event_loop()

    async def no_pause(_: float) -> None:
        return None

    client = DepartmentClient(
        department_settings.departments_url,
        department_settings.department_secret,
        httpx.AsyncClient(transport=line),
        sleep=no_pause,
    )
    services = dataclasses.replace(make(department_settings), department=client)
    brain = Brain(in_force(ROOT / "models"), services, lambda: uuid.uuid4().hex)
    yield Away(Chat(brain, services, loop), line)
    loop.close()


def say(key: str, lang: str, **values: Any) -> str:
    return messages.load().render(key, lang, **values)


@pytest.mark.parametrize("citizen", ["en_native", "hi_native", "pa_native", "ur_native"])
def test_taken_held_filed_later_and_told_twice(away: Away, citizen: str) -> None:
    chat, person = away.chat, read(citizen)
    away.line.cut = "before"
    apply_for(chat, person, "income_certificate")
    assert RECEIPT.search(chat.text) and not NUMBER.search(chat.text), chat.text
    assert chat.lang == person.lang
    receipt = RECEIPT.search(chat.text).group()  # type: ignore[union-attr]
    service = chat.services.catalogue.services["income_certificate"].name[person.lang]
    assert chat.text == say("held", person.lang, service=service, number=receipt)
    papers = chat.discarded
    chat.tap(f"status:{receipt}")
    assert receipt in chat.text and chat.lang == person.lang
    away.try_again()
    assert chat.replies == () and away.conversation().filed[0].waiting
    away.line.cut = ""
    away.try_again()
    number = NUMBER.search(chat.text)
    assert number, chat.text
    assert all(not reply.in_reply_to for reply in chat.replies)
    assert chat.replies[-1].template and chat.replies[-1].template.params[1] == number.group()
    (filed,) = away.conversation().filed
    assert filed.number == number.group() and filed.waiting is None
    assert len(chat.discarded) > len(papers), "our copies of the papers go once the department has them"
    chat.tap(f"status:{filed.number}")
    assert filed.number in chat.text


def test_what_the_department_got_the_first_time_is_not_filed_twice(away: Away) -> None:
    chat = away.chat
    away.line.cut = "after"
    apply_for(chat, read("en_native"), "income_certificate")
    assert RECEIPT.search(chat.text), chat.text
    away.line.cut = ""
    draft = away.held()
    away.try_again()
    first = NUMBER.search(chat.text)
    (filed,) = away.conversation().filed
    assert first and filed.number == first.group()
    desk = chat.loop.run_until_complete(chat.services.department.get(filed.number))
    assert set(desk.documents), "the papers followed under their own keys"
    # The same event once more: nothing is said, nothing is filed.
    before = chat.state
    chat.event(held=draft)
    assert chat.replies == () and chat.state == before


def test_another_service_can_be_asked_for_meanwhile(away: Away) -> None:
    chat = away.chat
    away.line.cut = "before"
    apply_for(chat, read("en_native"), "income_certificate")
    chat.say("what documents do I need for a domicile certificate?")
    chat.tap("apply:domicile_certificate")
    assert away.conversation().draft is not None
    away.line.cut = ""
    away.try_again()
    assert NUMBER.search(chat.text)
    draft = away.conversation().draft
    assert draft is not None and draft.service == "domicile_certificate", "the application in progress stays"


def test_what_waits_goes_with_an_erasure(away: Away) -> None:
    chat = away.chat
    away.line.cut = "before"
    apply_for(chat, read("en_native"), "income_certificate")
    held, before = away.held(), len(chat.discarded)
    chat.say("delete my data")
    chat.tap("confirm:yes")
    assert chat.erased and len(chat.discarded) > before
    assert not RECEIPT.search(chat.text), "there is nothing at the department to be named"
    chat.state = None
    away.line.cut = ""
    requests = away.line.requests
    chat.event(held=held)
    assert chat.state is None and chat.replies == () and away.line.requests == requests


def test_a_department_that_is_away_is_not_waited_for_again_and_again(away: Away) -> None:
    away.line.cut = "before"
    apply_for(away.chat, read("en_native"), "income_certificate")
    before = away.line.requests
    away.chat.event(held=away.held())
    assert away.line.requests == before + 1


def test_tries_are_spaced_out() -> None:
    assert [pause(tries) for tries in (1, 2, 3)] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert pause(50) == LONGEST_PAUSE_S


@pytest.mark.parametrize("lang", LANGUAGES)
def test_news_older_than_what_was_told_is_not_told(new_chat: Callable[[], Chat], lang: str) -> None:
    chat = new_chat()
    apply_for(chat, read(f"{lang}_native"), "income_certificate")
    number = NUMBER.search(chat.text).group()  # type: ignore[union-attr]
    news = {"number": number, "service": "income_certificate"}
    chat.event(**news, stage="approved", at="2026-11-22T10:00:00+00:00")
    assert say("stage.approved", lang) in chat.text
    chat.event(**news, stage="under_verification", at="2026-11-22T09:00:00+00:00")
    assert chat.replies == ()
    chat.event(**news, stage="rejected", at="2026-11-22T11:00:00+00:00", reason="x")
    assert say("stage.rejected", lang) in chat.text


def test_the_same_news_twice_is_told_once(new_chat: Callable[[], Chat]) -> None:
    chat = new_chat()
    apply_for(chat, read("en_native"), "income_certificate")
    number = NUMBER.search(chat.text).group()  # type: ignore[union-attr]
    event = {"id": uuid.uuid4().hex, "number": number, "service": "income_certificate", "stage": "under_verification"}
    chat._send("event", event=event)
    assert len(chat.replies) == 1
    chat._send("event", event=event)
    assert chat.replies == ()
