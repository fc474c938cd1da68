"""A conversation that a person of the office has, or has had last: its state, and which messages are for them.

While it is open the assistant passes on what the person writes and says nothing of its own; emergencies, the person's
data, the language and taps that only ask for something are still the assistant's. Knows no department and no clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from dialogue.choices import PROOF, STAFF
from dialogue.interruption import LIKELY, NEARLY_CERTAIN, WORDS_TO_ERASE
from nlu.text.language import requested

FOR_STAFF = "for_staff"
"""The intent of a message that is passed on."""
UNANSWERED = "unanswered"
"""The alarm that ends everybody's patience."""
PATIENCE_S = 15 * 60.0
"""For so long somebody may wait until an officer takes the conversation."""
ANSWER_S = 30 * 60.0
"""For so long an officer who has it may take over an answer."""
QUIET_S = 2 * 3600.0
"""After so long without a word of the person's, an answered conversation is over."""
MOST_UNSENT = 20
ASSISTANT_WORDS = 6
"""A longer message that names the assistant is about something else."""
_ASSISTANT = re.compile(
    r"\b(?:chat ?)?bot\b|\bassistant\b|\bsaha?yak\b|\brobot\b|\bmachine se\b"
    r"|बॉट|बोट|असिस्टेंट|सहायक|ਬੋਟ|ਬੌਟ|ਅਸਿਸਟੈਂਟ|ਸਹਾਇਕ|بوٹ|سہایک|معاون|اسسٹنٹ",
    re.IGNORECASE,
)
_ASKED = ("lang:", "status:", "download:", PROOF, STAFF)
"""Beginnings of taps that ask the assistant for something, and change nothing of the conversation."""


@dataclass(frozen=True)
class Unsent:
    """A message that the department has not got yet, under the id that makes it come only once."""

    id: str
    text: str
    lang: str
    at: float


@dataclass(frozen=True)
class Desk:
    """`id`: the department's of the conversation; `call`: that of a wish to be called, or empty.

    `since` is the moment of the last word, `waiting` whether it was the person's. `answer` keeps what the office said
    last, for who is brought back by a template; `draft` the application that waits meanwhile.
    """

    id: str = ""
    open: bool = False
    taken: bool = False
    told: bool = False
    """Whether the person knows that messages are passed on."""
    since: float = 0.0
    waiting: bool = True
    department: str = ""
    draft: str = ""
    unsent: tuple[Unsent, ...] = ()
    answer: str = ""
    call: str = ""

    @property
    def patience(self) -> float:
        """Seconds from `since` after which the assistant takes the conversation back."""
        if not self.taken:
            return PATIENCE_S
        return ANSWER_S if self.waiting else QUIET_S

    def to_slot(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_slot(cls, data: Mapping[str, Any] | None) -> Desk | None:
        if not data:
            return None
        known = {item.name: data[item.name] for item in fields(cls) if item.name in data}
        known["unsent"] = tuple(Unsent(**one) for one in data.get("unsent", ()))
        return cls(**known)


def wants_assistant(text: str) -> bool:
    """Whether a short message asks for the assistant: "back to the bot", "assistant se baat"."""
    return len(text.split()) <= ASSISTANT_WORDS and _ASSISTANT.search(text) is not None


def is_for_staff(kind: str, choice: str, text: str, intent: str, confidence: float, pending: str) -> bool:
    """Whether a message of an open conversation is passed on (or ends it), and not answered by the assistant."""
    if kind == "choice":
        return not (choice == "human" or choice.startswith(_ASKED) or (pending and choice.startswith("confirm:")))
    if kind != "text":
        return True
    if intent == "emergency":
        return confidence < LIKELY
    if intent == "delete_my_data":
        return confidence < NEARLY_CERTAIN or len(text.split()) < WORDS_TO_ERASE
    if intent == "choose_language":
        return not requested(text)
    return not (pending and intent in ("affirm", "deny"))
