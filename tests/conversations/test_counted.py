"""What of a conversation is counted and archived: how far it came, how it was understood, and nothing personal."""

from __future__ import annotations

import json

import pytest

from tests.conversations.chat import ChatMaker
from tests.conversations.citizen import apply_for, read

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("citizen", ["en_native", "hi_native", "pa_roman", "ur_native"])
def test_a_whole_application(new_chat: ChatMaker, citizen: str) -> None:
    chat, person = new_chat(), read(citizen)
    apply_for(chat, person, "income_certificate")
    assert [step for _, step in chat.steps] == ["started", "answered", "papers", "filed"]
    assert {service for service, _ in chat.steps} == {"income_certificate"}
    archived = [json.loads(line) for line in chat.sentences]
    assert archived and archived[0]["service"] == "income_certificate"
    assert set(archived[0]) == {"text", "day", "intent", "confidence", "service", "lang", "script", "in_form"}
    everything = "\n".join(line["text"] for line in archived)
    for name, value in person.answers.items():
        if name.rpartition(".")[2] in ("applicant_name", "father_name", "mother_name", "mobile", "aadhaar", "house_no"):
            assert str(value) not in everything
    assert "form" in chat.results or len(chat.results) == len(archived)


def test_what_a_person_says_of_themselves_is_taken_out(new_chat: ChatMaker) -> None:
    chat = new_chat()
    apply_for(chat, read("en_native"), "income_certificate")
    known = chat.services and read("en_native").answers["applicant_name"]
    chat.say(f"This is {known}, what is the status? My phone is 98765 43210 and my aadhaar 9999 4105 7058")
    archived = json.loads(chat.sentences[-1])["text"]
    assert "what is the status" in archived
    for part in (*str(known).split(), "98765", "9999"):
        assert part not in archived, archived


def test_what_was_not_understood_is_counted_so(new_chat: ChatMaker) -> None:
    chat = new_chat()
    chat.say("blorp wibble fnord grumpf")
    chat.say("I need an income certificate")
    assert chat.results[-1] == "understood"
    assert json.loads(chat.sentences[-1])["intent"] == "apply_service"


def test_an_application_thrown_away_is_counted(new_chat: ChatMaker) -> None:
    chat = new_chat()
    chat.say("I need an income certificate")
    chat.say("yes")
    chat.say("Sunita Devi, Ram Lal, 12/03/1985, female")
    chat.say("cancel")
    (discard,) = [choice.id for choice in chat.choices if choice.id.startswith("discard:")]
    chat.tap(discard)
    assert chat.steps[0] == ("income_certificate", "started")
    assert chat.steps[-1] == ("income_certificate", "dropped")


def test_steps_after_filing(new_chat: ChatMaker) -> None:
    chat = new_chat()
    apply_for(chat, read("en_native"), "income_certificate")
    filed = json.loads(chat.state or "")["slots"]["filed"][-1]
    back = {"fields": [{"id": "father_name", "reason": "x"}], "documents": [], "note": ""}
    chat.event(number=filed["number"], service=filed["service"], stage="sent_back", sent_back=back)
    assert chat.steps[-1] == ("income_certificate", "sent_back")
