"""How many messages an application costs: counted from "Hi" to the number, held to limits, and kept as a table.

First time: nothing is known of the person. Returning: the same person files the same service again. `--update` writes
the table of docs/messages.md anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from catalogue import loader
from tests.conftest import ROOT
from tests.conversations.chat import Chat, ChatMaker
from tests.conversations.citizen import apply_for, names, read
from tests.conversations.golden import slots

pytestmark = pytest.mark.rasa
LIMITS = {"income_certificate": (14, 8), "caste_sc_st": (15, 9), "marriage_registration": (24, 16)}
"""Messages of the person, first time and returning."""
MUST_SAY_LANGUAGE = frozenset({"ur_roman"})
"""Romanised Urdu can hardly be told from romanised Hindi: one message more, to name the language."""
MOST_A_TURN = 1.2
TABLE = ROOT / "docs" / "messages.md"
BEGIN, END = "<!-- table -->\n", "<!-- end -->\n"
LAUNCHED = [service.id for service in loader.load().services.values() if service.launch]


@dataclass(frozen=True)
class Cost:
    """Messages of the person, first time and returning, and of the assistant in both together."""

    first: int
    returning: int
    heard: int

    @property
    def a_turn(self) -> float:
        return self.heard / (self.first + self.returning)


def cost(chat: Chat, citizen: str, service: str) -> Cost:
    person = read(citizen)
    chat.say("Hi")
    apply_for(chat, person, service)
    first = chat.said
    apply_for(chat, person, service, begun=service in person.then, hello=True)
    assert [filed["service"] for filed in slots(chat)["filed"]] == [service, service], chat.text
    return Cost(first, chat.said - first, chat.heard)


@pytest.mark.parametrize("service", sorted(LIMITS))
@pytest.mark.parametrize("citizen", names())
def test_few_messages(new_chat: ChatMaker, citizen: str, service: str) -> None:
    found = cost(new_chat(), citizen, service)
    first, returning = LIMITS[service]
    assert found.first <= first + (citizen in MUST_SAY_LANGUAGE)
    assert found.returning <= returning
    assert found.a_turn <= MOST_A_TURN


def test_the_table_is_true(new_chat: ChatMaker, request: pytest.FixtureRequest) -> None:
    lines = ["| service | first time | returning | replies a message |\n", "|---|---|---|---|\n"]
    for service in LAUNCHED:
        found = cost(new_chat(), "en_native", service)
        assert found.a_turn <= MOST_A_TURN, service
        name = loader.load().services[service].name["en"]
        lines.append(f"| {name} | {found.first} | {found.returning} | {found.a_turn:.2f} |\n")
    text = TABLE.read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    new = head + BEGIN + "".join(lines) + END + tail
    if request.config.getoption("--update", default=False):
        TABLE.write_text(new, "utf-8")
    assert TABLE.read_text("utf-8") == new
