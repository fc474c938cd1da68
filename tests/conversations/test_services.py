"""Every service, in every language, natively and romanised, from the opening sentence to an application number."""

from __future__ import annotations

import re

import pytest

from catalogue import loader
from tests.conversations.chat import ChatMaker
from tests.conversations.citizen import apply_for, names, read
from tests.conversations.golden import slots

pytestmark = pytest.mark.rasa
JOURNEYS = [(name, service) for name in names() for service in sorted(read(name).openings)]
FORMS = sorted(set(read("en_native").openings) & set(read("ur_native").openings))
NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}")
MOST_A_TURN = 1.2


@pytest.mark.parametrize(("citizen", "service"), JOURNEYS)
def test_a_service_from_first_sentence_to_number(new_chat: ChatMaker, citizen: str, service: str) -> None:
    chat = new_chat()
    person = read(citizen)
    asked = apply_for(chat, person, service)
    assert NUMBER.search(chat.text), chat.text
    assert [filed["service"] for filed in slots(chat)["filed"]] == [service]
    assert chat.lang == person.lang
    assert len(asked) == len(set(asked)), f"asked twice: {[name for name in asked if asked.count(name) > 1]}"
    assert chat.heard <= MOST_A_TURN * chat.said


@pytest.mark.parametrize("service", FORMS)
def test_the_department_gets_normal_forms(new_chat: ChatMaker, service: str) -> None:
    """What a person wrote in Urdu arrives as what a person wrote in English: dates, amounts, options."""
    filed = []
    for name in ("en_native", "ur_native"):
        chat = new_chat()
        apply_for(chat, read(name), service)
        number = NUMBER.search(chat.text)
        assert number, chat.text
        filed.append(chat.loop.run_until_complete(chat.services.department.get(number.group())).fields)
    typed = {
        use.field.id
        for use in loader.load().services[service].fields
        if use.field.type in ("date", "money", "integer", "choice", "choices", "boolean", "district", "sub_division")
    }
    ours, theirs = ({k: v for k, v in fields.items() if k in typed} for fields in filed)
    assert ours == theirs
