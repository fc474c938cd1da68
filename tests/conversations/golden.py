"""Conversations written down as data, `golden/*.yml`: what a person does and what must come of it, step by step.

A step does one thing: `say` (text), `tap` (choice id, or its beginning when the rest is an id made up at run time),
`file` (a sound photo, or the problem it has), `event` (from the department), `office` (from a person of the office who
has the conversation), `patience` (the alarm that ends it), or `fill` (a scripted citizen goes from the opening of
`service` until `until` is asked for). `clock` (Delhi's time) and `phone` (the number the person writes from) hold from
that step on. Then it may expect: `silent`; `desk` (whether the office has the conversation); `lang`; `dir` (ltr, rtl);
`asks`, ids asked for, in order; `says` and `never`, keys of messages of which the fixed words must, or must not, stand
in the reply; `contains` and `lacks`, words to the letter; `offers`, beginnings of choice ids; `values`, answers of the
draft (null: not answered); `papers` of the draft; `draft`, the service in progress; `parked`, services put aside;
`erased`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from catalogue import messages
from catalogue.sentences import PLACEHOLDER
from tests.conversations.chat import DELHI, Chat
from tests.conversations.citizen import answer, read

FOLDER = Path(__file__).parent / "golden"
GAPS = "known_gaps"
REWRITTEN = ("asks", "offers")
"""Expectations that `--update` writes anew from what the assistant does; the others are written by hand."""


@dataclass(frozen=True)
class Golden:
    """One conversation; `gap` is why the assistant is known to fail it, or empty."""

    file: str
    name: str
    steps: tuple[Mapping[str, Any], ...]
    gap: str = ""

    @property
    def languages(self) -> frozenset[str]:
        """Languages spoken in it."""
        return frozenset(
            str(step["lang"] if "lang" in step else step["fill"]["citizen"].split("_")[0])
            for step in self.steps
            if "lang" in step or "fill" in step
        )


def conversations() -> Iterator[Golden]:
    for path in sorted(FOLDER.glob("*.yml")):
        for name, data in yaml.safe_load(path.read_text("utf-8")).items():
            steps = data["steps"] if isinstance(data, dict) else data
            yield Golden(path.stem, name, tuple(steps), data["gap"] if isinstance(data, dict) else "")


def act(chat: Chat, step: Mapping[str, Any]) -> None:
    """Does what the person (or the department) does in this step."""
    if "clock" in step:
        chat.clock.moment = datetime.fromisoformat(str(step["clock"])).replace(tzinfo=DELHI)
    if "phone" in step:
        chat.phones[chat.conversation] = str(step["phone"])
    if "say" in step:
        chat.say(str(step["say"]))
    elif "tap" in step:
        chat.tap(_offered(chat, step["tap"]))
    elif "file" in step:
        chat.send_file("" if step["file"] == "sound" else step["file"])
    elif "event" in step:
        number = slots(chat)["filed"][-1]["number"]
        chat.event(number=number, service=slots(chat)["filed"][-1]["service"], **step["event"])
    elif "office" in step:
        chat.event(conversation=slots(chat)["desk"]["id"], department="revenue", **step["office"])
    elif "patience" in step:
        chat.event(unanswered=slots(chat)["desk"]["id"])
    else:
        _fill(chat, step["fill"])


def _offered(chat: Chat, wanted: str) -> str:
    return next((choice.id for choice in chat.choices if choice.id.startswith(wanted)), wanted)


def _fill(chat: Chat, wanted: Mapping[str, str]) -> None:
    """Answers like the citizen until the field, document or kind of question `until` is asked for ("" – to the end)."""
    citizen, service, until = read(wanted["citizen"]), wanted["service"], wanted.get("until", "")
    if not wanted.get("going", False):
        chat.say(citizen.openings[service])
        if service in citizen.then:
            chat.say(citizen.then[service])
    for _ in range(60):
        if not chat.asks or until in [name for ask in chat.asks for name in ask]:
            return
        kind = chat.asks[0][1]
        if kind in ("consent", "confirm"):
            chat.say(citizen.yes)
        elif kind == "document":
            chat.send_file()
        else:
            chat.say(answer(chat, citizen, service))
    raise AssertionError(f"{until or 'the end'} is never reached: {chat.text}")


def slots(chat: Chat) -> dict[str, Any]:
    """Slots of the conversation as they were written out."""
    if chat.state is None:
        return {}
    found: dict[str, Any] = json.loads(chat.state)["slots"]
    return found


def seen(chat: Chat) -> dict[str, Any]:
    """What the last reply asks for and offers, in the words of a step."""
    return {"asks": [name or kind for name, kind in chat.asks], "offers": [choice.id for choice in chat.choices]}


def failures(chat: Chat, step: Mapping[str, Any]) -> Iterator[str]:
    """Every expectation of the step that does not hold."""
    now, held = seen(chat), slots(chat)
    draft = held.get("draft") or {}
    if "lang" in step and chat.lang != step["lang"]:
        yield f"speaks {chat.lang}, not {step['lang']}"
    if step.get("silent") and (chat.replies or not chat.ended):
        yield "is not silent, or does not end"
    if "desk" in step and bool((held.get("desk") or {}).get("open")) != step["desk"]:
        yield f"the office has it: {held.get('desk')}"
    if "dir" in step and any(reply.dir != step["dir"] for reply in chat.replies):
        yield f"is not written {step['dir']}"
    if "asks" in step and now["asks"] != step["asks"]:
        yield f"asks {now['asks']}, not {step['asks']}"
    for wanted in step.get("offers", ()):
        if not any(choice.startswith(wanted) for choice in now["offers"]):
            yield f"offers {now['offers']}, not {wanted}"
    for key in step.get("says", ()):
        if not _says(chat, key):
            yield f"does not say {key}"
    for key in step.get("never", ()):
        if _says(chat, key):
            yield f"says {key}"
    for words in step.get("contains", ()):
        if str(words) not in chat.text:
            yield f"does not contain {words}"
    for words in step.get("lacks", ()):
        if str(words) in chat.text:
            yield f"contains {words}"
    for name, value in step.get("values", {}).items():
        if draft.get("values", {}).get(name) != value:
            yield f"has {name} = {draft.get('values', {}).get(name)!r}, not {value!r}"
    if "papers" in step and sorted(draft.get("papers", {})) != sorted(step["papers"]):
        yield f"has papers {sorted(draft.get('papers', {}))}"
    if "draft" in step and draft.get("service") != step["draft"]:
        yield f"is at {draft.get('service')}"
    if "parked" in step and [d["service"] for d in held.get("parked") or ()] != step["parked"]:
        yield f"keeps {[d['service'] for d in held.get('parked') or ()]}"
    if "erased" in step and chat.erased != step["erased"]:
        yield f"erased: {chat.erased}"


def _says(chat: Chat, key: str) -> bool:
    """Whether all fixed words of the message stand in the reply, in their order."""
    text = messages.load().text(key)[chat.lang or "en"]
    parts = [part.strip() for part in PLACEHOLDER.split(text)[::2]]
    return re.search(".*?".join(re.escape(part) for part in parts), chat.text, re.DOTALL) is not None


def rewritten(step: Mapping[str, Any], chat: Chat) -> dict[str, Any]:
    """The step with `asks` and `offers`, where it has them, as they are now; beginnings that still hold stay."""
    now, new = seen(chat), dict(step)
    if "asks" in step:
        new["asks"] = now["asks"]
    if "offers" in step:
        kept = [wanted for wanted in step["offers"] if any(choice.startswith(wanted) for choice in now["offers"])]
        new["offers"] = kept if len(kept) == len(step["offers"]) else now["offers"]
    return new


def write(file: str, changed: Mapping[str, list[dict[str, Any]]]) -> None:
    """Puts the changed conversations into their file. Line comments of the file are kept at its head only."""
    path = FOLDER / f"{file}.yml"
    text = path.read_text("utf-8")
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    data = yaml.safe_load(text)
    for name, steps in changed.items():
        if isinstance(data[name], dict):
            data[name]["steps"] = steps
        else:
            data[name] = steps
    body = []
    for name, entry in data.items():
        steps = entry["steps"] if isinstance(entry, dict) else entry
        body.append(f"{name}:\n")
        if isinstance(entry, dict):
            body.append(f"  gap: {_flow(entry['gap'])}\n  steps:\n")
        body += [f"  - {_flow(step)}\n" for step in steps]
    path.write_text(head + "".join(body), "utf-8")


def _flow(value: Any) -> str:
    dumped = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10_000)
    return str(dumped).removesuffix("\n").removesuffix("\n...")
