"""An `Outbound` as the messages of the Cloud API, within Meta's limits. Pure: sends and fetches nothing.

One message wherever it is possible, since each is paid for: text and choices are one interactive message, a file with
up to three choices is one too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import RenderError
from connectors.whatsapp.measure import cut, split, units
from runtime.records import Choice, Outbound, TemplateRef

TEXT = 4096
BODY = 1024
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
ROWS = 10
ROW_TITLE = 24
ROW_ID = 200
ROW_DESCRIPTION = 72
LIST_BUTTON = 20


@dataclass(frozen=True)
class Words:
    """Words of ours that WhatsApp's forms need, in the message's language."""

    choose: str
    """On the button that opens a list, and as a body where there is no text."""


@dataclass(frozen=True)
class Uploaded:
    """A file that is at Meta already."""

    id: str
    mime: str
    name: str


def render(outbound: Outbound, words: Words, file: Uploaded | None = None) -> list[dict[str, Any]]:
    """The payloads (without addressee) that say what `outbound` says, in order. Raises `RenderError`."""
    choices = _unique(outbound.choices)
    if len(choices) > ROWS:
        raise RenderError(f"{len(choices)} choices, and a list holds {ROWS}")
    text = outbound.text.strip()
    if file is not None and not choices:
        return _file_message(text, file)
    if not choices:
        if not text:
            raise RenderError("neither text nor choices nor file")
        return [{"type": "text", "text": {"body": piece, "preview_url": False}} for piece in split(text, TEXT)]
    payloads: list[dict[str, Any]] = []
    header = None
    if file is not None:
        if len(choices) <= BUTTONS:
            header = _header(file)
        else:
            payloads.append(_file(file, ""))
    numbered = _must_number(choices)
    if numbered:
        lines = "\n".join(f"{number}. {choice.title}" for number, choice in enumerate(choices, 1))
        text = f"{text}\n\n{lines}" if text else lines
    *before, body = split(text or words.choose, TEXT) if units(text) > BODY else [text or words.choose]
    if units(body) > BODY:
        *more, body = _tail(body)
        before += more
    payloads += [{"type": "text", "text": {"body": piece, "preview_url": False}} for piece in before]
    action = _buttons(choices, numbered) if len(choices) <= BUTTONS else _list(choices, numbered, words)
    interactive: dict[str, Any] = {"type": "button" if len(choices) <= BUTTONS else "list"}
    if header:
        interactive["header"] = header
    return [*payloads, {"type": "interactive", "interactive": interactive | {"body": {"text": body}, "action": action}}]


def render_template(template: TemplateRef, buttons: Sequence[str] = ()) -> dict[str, Any]:
    """The payload of an approved template. `buttons`: payloads of its quick replies, in order."""
    components: list[dict[str, Any]] = []
    if template.params:
        parameters = [{"type": "text", "text": cut(" ".join(value.split()) or "-", BODY)} for value in template.params]
        components.append({"type": "body", "parameters": parameters})
    for index, payload in enumerate(buttons):
        parameter = {"type": "payload", "payload": payload}
        components.append({"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": [parameter]})
    content: dict[str, Any] = {"name": template.name, "language": {"code": template.lang}}
    if components:
        content["components"] = components
    return {"type": "template", "template": content}


def addressed(payload: Mapping[str, Any], phone: str, user_id: str, outbox_id: str) -> dict[str, Any]:
    """The payload with its addressee (a person without a number is reached by user id) and our own id of it."""
    if not (phone or user_id):
        raise RenderError("no address")
    address = {"to": phone} if phone else {"recipient": user_id}
    return {"recipient_type": "individual", **address, **payload, "biz_opaque_callback_data": outbox_id}


def _unique(choices: Sequence[Choice]) -> list[Choice]:
    """Meta refuses an id that comes twice."""
    return list({choice.id: choice for choice in choices}.values())


def _must_number(choices: Sequence[Choice]) -> bool:
    """Whether the titles cannot be shown whole, or look alike: then the body lists them, numbered."""
    titles = [choice.title for choice in choices]
    if len(set(titles)) < len(titles):
        return True
    if len(choices) <= BUTTONS:
        return any(units(title) > BUTTON_TITLE for title in titles)
    return any(
        units(choice.title) > ROW_TITLE and (choice.description or units(choice.title) > ROW_DESCRIPTION)
        for choice in choices
    )


def _title(choice: Choice, number: int, numbered: bool, limit: int) -> str:
    return cut(f"{number}. {choice.title}" if numbered else choice.title, limit) or str(number)


def _buttons(choices: Sequence[Choice], numbered: bool) -> dict[str, Any]:
    return {
        "buttons": [
            {
                "type": "reply",
                "reply": {"id": _id(choice, BUTTON_ID), "title": _title(choice, n, numbered, BUTTON_TITLE)},
            }
            for n, choice in enumerate(choices, 1)
        ]
    }


def _list(choices: Sequence[Choice], numbered: bool, words: Words) -> dict[str, Any]:
    rows = []
    for number, choice in enumerate(choices, 1):
        row = {"id": _id(choice, ROW_ID), "title": _title(choice, number, numbered, ROW_TITLE)}
        # A title that had to be cut stands whole in the description, unless the body lists it.
        whole = choice.title if units(choice.title) > ROW_TITLE and not numbered else ""
        if choice.description or whole:
            row["description"] = cut(choice.description or whole, ROW_DESCRIPTION)
        rows.append(row)
    return {"button": cut(words.choose, LIST_BUTTON), "sections": [{"rows": rows}]}


def _id(choice: Choice, limit: int) -> str:
    if not choice.id or units(choice.id) > limit:
        raise RenderError("a choice id is empty or too long")
    return choice.id


def _tail(text: str) -> list[str]:
    """`text` in pieces of which the last fits a body; the end, with the question, stays with the choices."""
    pieces = split(text, BODY)
    joined = [pieces[0]]
    for piece in pieces[1:-1]:
        if units(joined[-1]) + units(piece) + 2 <= TEXT:
            joined[-1] = f"{joined[-1]}\n\n{piece}"
        else:
            joined.append(piece)
    return [*joined, pieces[-1]]


def _file_message(text: str, file: Uploaded) -> list[dict[str, Any]]:
    if units(text) <= BODY:
        return [_file(file, text)]
    return [
        *({"type": "text", "text": {"body": piece, "preview_url": False}} for piece in split(text, TEXT)),
        _file(file, ""),
    ]


def _file(file: Uploaded, caption: str) -> dict[str, Any]:
    kind = "image" if file.mime in ("image/jpeg", "image/png") else "document"
    content = {"id": file.id}
    if caption:
        content["caption"] = caption
    if kind == "document":
        content["filename"] = file.name
    return {"type": kind, kind: content}


def _header(file: Uploaded) -> dict[str, Any]:
    content = _file(file, "")
    return {"type": content["type"], content["type"]: content[content["type"]]}
