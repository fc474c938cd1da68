"""What is overdue is told when the person says hello, without being asked for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from tests.conversations.chat import Chat, ChatMaker
from tests.conversations.citizen import DELHI, apply_for, read
from tests.conversations.golden import _says, slots

pytestmark = pytest.mark.rasa
HELLO = {"en_native": "hello", "hi_native": "नमस्ते", "pa_native": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "ur_native": "السلام علیکم"}


def promised(chat: Chat, days: int) -> None:
    """Moves the promised day of all that was filed, as if time had passed."""
    assert chat.state is not None
    state = json.loads(chat.state)
    for filed in state["slots"]["filed"]:
        filed["due"] = (datetime.now(DELHI).date() + timedelta(days=days)).isoformat()
    chat.state = json.dumps(state)


@pytest.mark.parametrize("citizen", sorted(HELLO))
def test_an_overdue_application_is_told(new_chat: ChatMaker, citizen: str) -> None:
    chat = new_chat()
    apply_for(chat, read(citizen), "pgms_grievance")
    number = slots(chat)["filed"][0]["number"]
    promised(chat, days=1)
    chat.say(HELLO[citizen])
    assert not _says(chat, "late")
    promised(chat, days=-1)
    chat.say(HELLO[citizen])
    assert _says(chat, "late") and number in chat.text
    assert _says(chat, "grievance_overdue"), "and who is next"
    assert {f"status:{number}", "apply:pgms_grievance"} <= {choice.id for choice in chat.choices}
