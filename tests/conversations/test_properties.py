"""Random conversations: whatever a person does in whatever order, the form ends able to submit.

Random sequences of answers, interruptions, corrections, greetings, restarts, stops and files over random services.
Held after every message: somebody answers; the draft holds only what belongs to its service; nothing that was answered
is asked again unless the person went back, corrected or started again; no value of one application appears in another.
At the end the person simply answers what is asked, and the application is filed.

Names differ from application to application, so that a value that leaked would be seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalogue import loader
from tests.conversations.chat import Chat, ChatMaker
from tests.conversations.citizen import Citizen, answer, read
from tests.conversations.golden import slots

pytestmark = pytest.mark.rasa
SERVICES = sorted(service.id for service in loader.load().services.values() if service.launch)
CITIZENS = ("en_native", "hi_native", "pa_native", "ur_native", "hi_roman")
GREETING = {"en": "hello", "hi": "नमस्ते", "pa": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "ur": "السلام علیکم"}
QUESTION = {
    "en": "what papers are needed?",
    "hi": "कौन से कागज़ लगेंगे?",
    "pa": "ਕਿਹੜੇ ਕਾਗਜ਼ ਚਾਹੀਦੇ ਹਨ?",
    "ur": "کون سے کاغذات چاہئیں؟",
}
SURNAMES = ("Verma", "Gupta", "Mishra", "Chauhan", "Saxena", "Bhatia", "Kapoor", "Malhotra")
MOVES = (
    "answer",
    "answer",
    "answer",
    "greet",
    "ask",
    "back",
    "stop",
    "restart",
    "file",
    "nonsense",
    "change",
    "status",
)
END = 80


@dataclass
class Life:
    """One person's conversation, with what was seen in it."""

    chat: Chat
    citizen: Citizen
    service: str
    numbers: itertools.count[int]
    foreign: set[str]
    """Values of earlier applications that must not appear in the present one."""

    def person(self) -> Citizen:
        """The citizen under a name that no other application has."""
        number = next(self.numbers)
        name = f"Asha {SURNAMES[number % len(SURNAMES)]}"
        return replace(self.citizen, answers={**self.citizen.answers, "applicant_name": name, "father_name": name})

    def draft(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = slots(self.chat).get("draft") or {}
        return found


def begin(life: Life) -> None:
    life.chat.say(life.citizen.openings[life.service])
    if life.service in life.citizen.then:
        life.chat.say(life.citizen.then[life.service])
    life.citizen = life.person()


def reply(life: Life) -> None:
    """Does what the last message asks for."""
    chat = life.chat
    if not chat.asks:
        chat.tap(next((c.id for c in chat.choices if c.id.startswith(("resume:", "apply:"))), f"apply:{life.service}"))
        return
    kind = chat.asks[0][1]
    if any(choice.id == "person:new" for choice in chat.choices):
        chat.tap("person:new")
    elif kind in ("consent", "confirm"):
        chat.say(life.citizen.yes)
    elif kind == "document":
        chat.send_file()
    else:
        chat.say(answer(chat, life.citizen, life.service))


def move(life: Life, name: str) -> None:
    chat, lang = life.chat, life.citizen.lang
    if name == "answer":
        reply(life)
    elif name == "greet":
        chat.say(GREETING[lang])
    elif name == "ask":
        chat.say(QUESTION[lang])
    elif name == "back":
        chat.tap("back")
    elif name == "stop":
        chat.tap("cancel")
    elif name == "restart":
        chat.tap("restart")
        if any(choice.id == "confirm:yes" for choice in chat.choices):
            chat.tap("confirm:yes")
    elif name == "file":
        chat.send_file()
    elif name == "nonsense":
        chat.say("zxcv qwer")
    elif name == "change":
        known = [field for field in life.draft().get("values", {}) if field in life.citizen.answers]
        if known:
            chat.tap(f"edit:{known[0]}")
    elif name == "status":
        chat.tap("status:REV-2026-000000000")


def hold(life: Life, moved: str) -> None:
    """What must be true after every message."""
    chat = life.chat
    assert chat.text.strip(), f"silence after {moved}"
    fields = {use.field.id for use in loader.load().services[life.service].fields}
    draft = life.draft()
    if draft and draft["service"] == life.service:
        assert set(draft["values"]) <= fields, moved
        assert not life.foreign & {str(value) for value in draft["values"].values()}, f"a value leaked after {moved}"
        asked = {name for name, kind in chat.asks if kind not in ("confirm", "consent", "document")}
        if moved == "answer":
            again = asked & set(draft["values"]) - set(draft["editing"])
            assert not again, f"asked again: {again}"


def finish(life: Life) -> None:
    before = len(slots(life.chat).get("filed") or ())
    for _ in range(END):
        filed = slots(life.chat).get("filed") or ()
        if len(filed) > before and not life.draft():
            assert filed[-1]["service"] == life.service
            return
        reply(life)
        hold(life, "answer")
    raise AssertionError(f"{life.service} cannot be submitted: {life.chat.text}")


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(
    citizen=st.sampled_from(CITIZENS),
    services=st.lists(st.sampled_from(SERVICES), min_size=1, max_size=2, unique=True),
    moves=st.lists(st.sampled_from(MOVES), min_size=4, max_size=14),
)
def test_every_conversation_ends_able_to_submit(
    new_chat: ChatMaker, citizen: str, services: list[str], moves: list[str]
) -> None:
    numbers = itertools.count()
    chat = new_chat()
    foreign: set[str] = set()
    for service in services:
        life = Life(chat, read(citizen), service, numbers, foreign)
        begin(life)
        for name in moves:
            move(life, name)
            hold(life, name)
        finish(life)
        foreign = foreign | {str(life.citizen.answers["applicant_name"])}
