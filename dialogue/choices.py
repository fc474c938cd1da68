"""Taps: from a choice id to the speech act it stands for, and from a typed number or title to the choice meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from catalogue.messages import Messages
from dialogue import claiming, moving
from nlu.text.identifiers import find_phones
from nlu.text.normalise import normalise
from nlu.text.yesno import yes_no

INTENT_OF_VERB = {
    "lang": "choose_language",
    "dept": "list_services",
    "service": "ask_process",
    "apply": "apply_service",
    "value": "inform",
    "skip": "skip",
    "confirm": "affirm",
    "consent": "affirm",
    "edit": "correct_answer",
    "resume": "resume",
    "discard": "cancel",
    "person": "inform",
    "status": "check_status",
    "repair": "resume",
    "withdraw": "withdraw_application",
    "download": "download_certificate",
    "more": "list_services",
    "menu": "list_services",
    "back": "go_back",
    "restart": "restart",
    "cancel": "cancel",
    "human": "talk_to_human",
}
"""Verbs of the fixed grammar of choice ids; `ask:<topic>:<service>` is spelt out below, `confirm:no` denies."""


PROOF = "more:proof:"
"""Taps that lead to the proof of one fact from a certificate, whose number follows."""
STAFF = "more:staff:"
"""Taps that lead to the office's people: `answer` (what they said last), `call` (be called, on the number that follows
if one does), `nocall`."""
CALL, NO_CALL, ANSWER = f"{STAFF}call", f"{STAFF}nocall", f"{STAFF}answer"
PROVE = re.compile(
    r"\bprove\b|\bproof (?:that|of my (?:age|income))\b"
    r"|\bsaa?b[ia]t kar|\bpraman[ia]t kar|साबित कर|सिद्ध कर|प्रमाणित कर|ਸਾਬਤ ਕਰ|ثابت کر",
    re.IGNORECASE,
)
"""Words with which people ask for a proof, in the languages and as they romanise them."""

DIGITS = 6
"""A message with as many is a telephone number, be it a wrong one."""


def intent_of(choice: str) -> str:
    """Intent that a tap stands for; `nlu_fallback` for an id outside the grammar."""
    verb, _, rest = choice.partition(":")
    if verb == "ask":
        topic = rest.partition(":")[0]
        known = ("documents", "fee", "time", "eligibility", "process")
        return f"ask_{topic}" if topic in known else "nlu_fallback"
    if choice.startswith((PROOF, claiming.CLAIM)):
        return "download_certificate"
    if choice.startswith(moving.MOVE):
        return "resume"
    if choice.startswith(STAFF):
        return "talk_to_human"
    if choice in ("confirm:no", "consent:no"):
        return "deny"
    return INTENT_OF_VERB.get(verb, "nlu_fallback")


ALWAYS = {
    "button_stop": "cancel",
    "button_menu": "menu",
    "button_all_services": "menu",
    "button_human": "human",
    "button_start_again": "restart",
    "button_move": moving.MOVE,
    "button_have_code": moving.ENTER,
}
"""Taps that make sense at any time, by the message that is their title: whoever writes the title out means the tap."""


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", str(normalise(text).text).casefold()).strip()


def chosen(text: str, offered: Sequence[Sequence[str]], numbered: bool) -> str | None:
    """Id of the offered choice that the text is: its title to the letter, or its number where numbers mean choices."""
    said = _plain(text)
    if not said:
        return None
    for choice_id, title in offered:
        if said == _plain(title):
            return str(choice_id)
    if numbered and re.fullmatch(r"\d{1,2}", said) and 1 <= int(said) <= len(offered):
        return str(offered[int(said) - 1][0])
    return None


def commands(messages: Messages) -> dict[str, str]:
    """Choice id by title, in every language, of the taps that are always allowed."""
    return {_plain(title): choice for key, choice in ALWAYS.items() for title in messages.text(key).values()}


def commanded(text: str, known: Mapping[str, str]) -> str | None:
    """Choice id of the button whose title, and nothing else, was written; `known` as `commands` gives it."""
    return known.get(_plain(text))


def awaited(text: str, pending: str, offered: Sequence[Sequence[str]]) -> str | None:
    """The tap that a free text completes: for whom a proof is, a fact of a claim, or on which number to be called. Only
    right after that was asked, while its taps are still on offer; for whom a proof is, a bare no does not tell.
    """
    if pending.startswith(claiming.CLAIM):
        return claiming.completed(text, pending, offered)
    if any(choice_id == NO_CALL for choice_id, _ in offered):
        return _call(text)
    asked = pending.startswith(PROOF) and any(choice_id == pending.rsplit(":", 2)[0] for choice_id, _ in offered)
    said = " ".join(text.split())
    if not asked or not said or yes_no(said) is not None:
        return None
    return f"{pending}:{said}"


PROPOSALS = ("apply", "service", "ask")
"""Verbs of what is put to a person outside a form, the weightier first."""


def agreed(text: str, offered: Sequence[Sequence[str]]) -> str | None:
    """The tap that a bare yes stands for: the only thing proposed, of the weightiest verb that was."""
    if yes_no(text) is not True:
        return None
    for verb in PROPOSALS:
        found = [str(choice_id) for choice_id, _ in offered if str(choice_id).startswith(f"{verb}:")]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _call(text: str) -> str | None:
    numbers = find_phones(text)
    if numbers:
        return f"{CALL}:{numbers[0].value}"
    if sum(char.isdigit() for char in text) >= DIGITS:
        return f"{CALL}:?"
    answer = yes_no(text)
    return None if answer is None else CALL if answer else NO_CALL


def proof_wanted(text: str, certificates: Sequence[str]) -> str | None:
    """The tap for who asks to prove something: of the newest certificate; None without one, or without such words."""
    newest = next((number for number in reversed(certificates) if number), "")
    return f"{PROOF}{newest}" if newest and PROVE.search(text) else None
