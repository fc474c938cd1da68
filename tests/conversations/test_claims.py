"""A certificate from another number: asked for in four languages, decided by the department, told to the old one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from catalogue import messages
from dialogue.conversation import Conversation
from runtime.settings import Settings
from tests.conversations.chat import Chat
from tests.conversations.citizen import apply_for, names, read

pytestmark = pytest.mark.rasa
NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}")
LOGIN = re.compile(r"user (\S+)\s+password (\S+)")
MINE = {
    "en": "my phone number changed and I need my certificate",
    "hi": "मेरा नंबर बदल गया है, मुझे अपना प्रमाण पत्र चाहिए",
    "pa": "ਮੇਰਾ ਨੰਬਰ ਬਦਲ ਗਿਆ ਹੈ, ਮੈਨੂੰ ਆਪਣਾ ਸਰਟੀਫਿਕੇਟ ਚਾਹੀਦਾ ਹੈ",
    "ur": "میرا نمبر بدل گیا ہے، مجھے اپنا سرٹیفکیٹ چاہیے",
}
ROMAN = {
    "hi": "mera number badal gaya hai, mujhe apna praman patra chahiye",
    "pa": "mera number badal gaya hai, mainu apna certificate chahida hai",
    "ur": "mera number badal gaya hai, mujhe apna certificate chahiye",
}


def state(chat: Chat) -> Conversation:
    return Conversation.from_slots(json.loads(chat.state or '{"slots":{}}')["slots"])


def says(chat: Chat, key: str) -> bool:
    fixed = messages.load().text(key)[chat.lang]
    return re.search(re.sub(r"\\\{\w+\\\}", ".*", re.escape(fixed)), chat.text, re.DOTALL) is not None


def issue(settings: Settings, number: str) -> None:
    """Two officers at the desk, as browsers: to the certificate."""
    log = (Path(settings.data_dir) / "departments.log").read_text()
    logins = dict(found.groups() for found in LOGIN.finditer(log))
    url, page = f"http://127.0.0.1:{settings.desk_port}", f"/desk/applications/{number}"
    for officer, acts in (("officer1", ("take_up", "approve")), ("officer2", ("issue",))):
        with httpx.Client(base_url=url, follow_redirects=True, timeout=60) as desk:
            shown = desk.get("/desk/login").text
            desk.post("/desk/login", data={**_hidden(shown), "username": officer, "password": logins[officer]})
            for act in acts:
                assert desk.post(f"{page}/acts/{act}", data=_hidden(desk.get(page).text)).status_code == 200


def _hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf|version)" value="([0-9a-f]+)"', html))


def filed(new_chat: Callable[[], Chat], citizen: str = "en_native") -> tuple[Chat, str]:
    chat = new_chat()
    apply_for(chat, read(citizen), "income_certificate")
    found = NUMBER.search(chat.text)
    assert found, chat.text
    return chat, found.group()


@pytest.mark.parametrize("citizen", names())
def test_the_application_follows_its_person_in_every_language(new_chat: Callable[[], Chat], citizen: str) -> None:
    person = read(citizen)
    lang, answers = person.lang, person.answers
    old, number = filed(new_chat, citizen)
    new = new_chat()
    new.tap(f"lang:{lang}")
    new.say(MINE[lang] if citizen.endswith("native") else ROMAN[lang])
    assert new.lang == lang and says(new, "claim_begin") and says(new, "claim_number"), new.text
    new.say(number.replace("-", " ").lower())
    assert says(new, "claim_born")
    new.say(str(answers["dob"]))
    assert says(new, "claim_name"), new.text
    new.say(str(answers["applicant_name"]))
    assert says(new, "claim_secret"), new.text
    new.say(str(answers["mobile"]))
    assert says(new, "claim_granted") and number in new.text, new.text
    assert [one.number for one in state(new).filed] == [number] and not state(new).pending
    assert not state(new).people and not state(new).draft
    assert new.steps == (), "it was counted when it was filed"
    new.tap(f"status:{number}")
    assert says(new, "status_is")
    # The old number: told, and without access.
    old.event(number=number, service="income_certificate", stage="submitted", claimed=True, department="revenue")
    assert says(old, "claim_taken") and old.lang == lang
    assert {"human", "apply:pgms_grievance"} <= {choice.id for choice in old.choices}
    assert old.replies[-1].template is not None and old.replies[-1].template.name == "notice_claimed"
    old.tap(f"status:{number}")
    assert number not in [one.number for one in state(old).filed] and not says(old, "status_is")


def test_the_certificate_comes_with_a_link_for_the_new_number_alone(
    new_chat: Callable[[], Chat], department_settings: Settings
) -> None:
    old, number = filed(new_chat)
    issue(department_settings, number)
    old.tap(f"status:{number}")
    certificate = state(old).filed[0].certificate
    assert certificate
    new = new_chat()
    new.say("send my certificate")
    assert any(choice.id.startswith("more:claim") for choice in new.choices), new.choices
    new.tap("more:claim")
    for said in (certificate, "12/03/1985", "सुनीता देवी", "9876543210"):
        new.say(said)
    assert says(new, "claim_granted") and says(new, "certificate_here"), new.text
    assert next(one.attachment.certificate for one in new.replies if one.attachment) == certificate
    assert state(new).filed[0].certificate == certificate
    old.tap(f"download:{certificate}")
    assert not says(old, "certificate_here"), "before the notice has come, the department refuses"
    old.event(number=number, service="income_certificate", stage="certificate_issued", claimed=True)
    old.tap(f"download:{certificate}")
    assert not any(one.attachment for one in old.replies)


@pytest.mark.parametrize("wrong", ["born", "name", "secret", "number"])
def test_whichever_fact_is_wrong_the_answer_is_the_same(new_chat: Callable[[], Chat], wrong: str) -> None:
    _, number = filed(new_chat)
    facts = {"number": number, "born": "12/03/1985", "name": "Sunita Devi", "secret": "9876543210"}
    facts |= {
        wrong: {
            "born": "13/03/1985",
            "name": "Anita Devi",
            "secret": "9876543211",
            "number": "REV-2026-482159379",
        }[wrong]
    }
    chat = new_chat()
    chat.tap("lang:en")
    chat.tap("more:claim")
    for said in facts.values():
        chat.say(said)
    assert chat.text == messages.load().render("claim_refused", "en")
    assert not state(chat).filed
    assert [choice.id for choice in chat.choices] == ["more:claim", "human", "menu"]


def test_after_five_tries_the_number_rests(new_chat: Callable[[], Chat]) -> None:
    _, number = filed(new_chat)
    for count in range(6):
        chat = new_chat()
        chat.tap("lang:en")
        chat.tap(f"more:claim:{number}")
        for said in ("12/03/1985", "Sunita Devi", "1234"):
            chat.say(said)
        assert says(chat, "claim_too_often" if count == 5 else "claim_refused"), count


def test_what_cannot_be_read_is_asked_again(new_chat: Callable[[], Chat]) -> None:
    chat = new_chat()
    chat.tap("lang:en")
    chat.tap("more:claim")
    chat.say("it is 42")
    assert says(chat, "claim_number_wrong") and says(chat, "claim_number")
    chat.say("my number is REV-2026-482159379")
    chat.say("99/99/1985")
    assert says(chat, "claim_born_wrong") and says(chat, "claim_born")
    chat.say("12 March 1985")
    chat.say("Sunita Devi")
    chat.say("12345")
    assert says(chat, "claim_secret_wrong")
    chat.tap("more:claim")
    assert says(chat, "claim_begin") and state(chat).pending == "more:claim"


def test_it_can_be_left_at_every_step(new_chat: Callable[[], Chat]) -> None:
    chat = new_chat()
    chat.tap("lang:en")
    chat.tap("more:claim:REV-2026-482159379")
    chat.say("what documents do I need for an income certificate?")
    assert not says(chat, "claim_born_wrong") and "income" in chat.text.lower()
    chat.say("12/03/1985")
    assert not says(chat, "claim_name"), "what comes later is no answer any more"
    chat.say("yes")
    assert says(chat, "what_can_i_do"), chat.text


def test_no_fact_is_archived_for_linguists(new_chat: Callable[[], Chat]) -> None:
    chat = new_chat()
    chat.tap("lang:en")
    chat.tap("more:claim")
    for said in ("REV-2026-482159379", "12/03/1985", "Sunita Devi", "9876543210"):
        chat.say(said)
    assert chat.sentences == ()
