"""Before anything is filed the person sees every name as it will be printed, in both scripts, and corrects either."""

from __future__ import annotations

import json

import pytest

from actions.filing import _names
from catalogue.loader import load
from dialogue.conversation import Conversation
from dialogue.draft import Draft
from tests.conversations.chat import Chat, ChatMaker
from tests.conversations.citizen import answer, read

pytestmark = pytest.mark.rasa
SERVICE = "income_certificate"


def at_the_summary(chat: Chat, name: str) -> None:
    citizen = read(name)
    chat.say(citizen.openings[SERVICE])
    if SERVICE in citizen.then:
        chat.say(citizen.then[SERVICE])
    while [field for field, _ in chat.asks] != ["summary"]:
        kind = chat.asks[0][1]
        if kind == "document":
            chat.send_file()
        else:
            chat.say(citizen.yes if kind in ("consent", "confirm") else answer(chat, citizen, SERVICE))


def draft(chat: Chat) -> Draft:
    assert chat.state is not None
    events = json.loads(chat.state)
    found = Conversation.from_slots(events["slots"]).draft
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("citizen", "lines"),
    [
        ("hi_roman", ["Sunita Devi – सुनीता देवी", "Ram Lal – राम लाल"]),
        ("hi_native", ["सुनीता देवी – Sunita Devi", "राम लाल – Ram Lal"]),
        ("pa_native", ["ਸੁਨੀਤਾ ਦੇਵੀ – Sunita Devi"]),
    ],
)
def test_the_summary_shows_names_in_both_scripts(new_chat: ChatMaker, citizen: str, lines: list[str]) -> None:
    chat = new_chat()
    at_the_summary(chat, citizen)
    for line in lines:
        assert line in chat.text


def test_either_spelling_is_corrected_alone(new_chat: ChatMaker) -> None:
    chat = new_chat()
    at_the_summary(chat, "hi_roman")
    chat.tap("edit:applicant_name")
    assert chat.asks == [("applicant_name", "name")] and "सुनीता देवी" in chat.text
    chat.say("सुनिता देवी")
    assert "Sunita Devi – सुनिता देवी" in chat.text
    chat.tap("edit:father_name")
    chat.say("Raam Lal")
    assert "Raam Lal – " in chat.text and "Sunita Devi – सुनिता देवी" in chat.text
    latin, local = _names(load().services[SERVICE], draft(chat).values, draft(chat))
    assert latin["applicant_name"] == "Sunita Devi" and local["applicant_name"] == "सुनिता देवी"
    assert latin["father_name"] == "Raam Lal" and local["father_name"]
    chat.tap("confirm:yes")
    assert "REV-" in chat.text
