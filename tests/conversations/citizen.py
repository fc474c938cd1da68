"""Scripted citizens: they answer only what is asked, with at most four facts and one photo a message.

Their words are data, `citizens/<language>_<script>.yml`: answers by field id, sentences by situation. `{today-33}` is
the day 33 days ago, written as people write dates there. Answers stand in one line, or each in its own when one of
them has a comma in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import yaml

from dialogue.display import day

FOLDER = Path(__file__).parent / "citizens"
FACTS = 4
LIMIT = 60
DELHI = ZoneInfo("Asia/Kolkata")
DAY = re.compile(r"\{today([+-]\d+)\}")


class Talk(Protocol):
    """A conversation over whatever carries it: the brain itself, the web chat, WhatsApp."""

    def say(self, text: str) -> object: ...

    def send_file(self) -> object: ...

    @property
    def asks(self) -> list[tuple[str, str]]: ...

    @property
    def choices(self) -> Sequence[object]: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Citizen:
    """`answers` by field id; `openings` by service, followed by `then` where the language is asked for first."""

    name: str
    lang: str
    answers: Mapping[str, Any]
    openings: Mapping[str, str]
    yes: str
    then: Mapping[str, str]


def read(name: str) -> Citizen:
    data = yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))
    return Citizen(name, name.split("_")[0], data["answers"], data["openings"], data["agree"], data.get("then", {}))


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


class Unanswered(AssertionError):
    """The assistant asked for something the citizen has no answer to."""


def apply_for(chat: Talk, citizen: Citizen, service: str, *, hello: bool = False, begun: bool = False) -> list[str]:
    """Goes from the opening sentence to the end of the form; returns the fields asked for, in order.

    `hello`: with a "Hi" before it; `begun`: the language is settled, and where one would name it first it is not named.
    """
    asked: list[str] = []
    if hello:
        chat.say("Hi")
    if not begun:
        chat.say(citizen.openings[service])
    if service in citizen.then:
        chat.say(citizen.then[service])
    for _ in range(LIMIT):
        if not chat.asks:
            return asked
        field, kind = chat.asks[0]
        if kind in ("consent", "confirm"):
            chat.say(citizen.yes)
        elif kind == "document":
            asked.append(field)
            chat.send_file()
        else:
            asked += [name for name, _ in chat.asks]
            chat.say(answer(chat, citizen, service))
    raise AssertionError(f"{service} does not end: {chat.text}")


def answer(chat: Talk, citizen: Citizen, service: str) -> str:
    answers = []
    for field, kind in chat.asks[:FACTS]:
        if kind == "datetime" and chat.choices:
            answers.append("1")
            continue
        said = citizen.answers.get(f"{service}.{field}", citizen.answers.get(field))
        if said is None:
            raise Unanswered(f"{citizen.name} has no answer for {service}.{field}: {chat.text}")
        answers.append(dated(str(said), citizen))
    return ("\n" if any("," in one for one in answers) else ", ").join(answers)


def dated(said: str, citizen: Citizen) -> str:
    """`said` with the day that `{today+n}` stands for, in the citizen's language and script."""
    lang = citizen.lang if citizen.name.endswith("native") else "en"
    today = datetime.now(DELHI).date()
    return DAY.sub(lambda found: day(today + timedelta(days=int(found.group(1))), lang), said)
