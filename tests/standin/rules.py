"""The form of a message to be sent, checked as the Cloud API's reference states it. Lengths are UTF-16 units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.standin.refusals import Refused, demand

TYPES = ("text", "interactive", "image", "document", "template")


def length(text: str) -> int:
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text)


def check_text(value: object, name: str, most: int, least: int = 1) -> str:
    demand(isinstance(value, str), f"{name} must be a string")
    assert isinstance(value, str)
    demand(
        least <= length(value.strip()) and length(value) <= most,
        f"{name} must have {least} to {most} characters",
        131009,
    )
    return value


def check_message(
    payload: Mapping[str, Any], has_media: Callable[[str], bool], templates: Mapping[tuple[str, str], int]
) -> None:
    """Raises `Refused`. `templates`: number of parameters by name and language."""
    demand(payload.get("messaging_product") == "whatsapp", "messaging_product must be whatsapp")
    demand(payload.get("recipient_type", "individual") == "individual", "recipient_type must be individual")
    demand(("to" in payload) != ("recipient" in payload), "exactly one of to and recipient", 131009)
    address = payload.get("to", payload.get("recipient"))
    demand(isinstance(address, str) and bool(address), "the address is empty", 131009)
    opaque = payload.get("biz_opaque_callback_data", "")
    demand(isinstance(opaque, str) and len(opaque) <= 512, "biz_opaque_callback_data is too long")
    kind = payload.get("type")
    demand(kind in TYPES, f"unknown type {kind}")
    known = {
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "type",
        "biz_opaque_callback_data",
        "context",
        kind,
    }
    demand(set(payload) <= known, f"unexpected keys {sorted(set(payload) - known)}")
    content = payload.get(str(kind))
    demand(isinstance(content, dict), f"{kind} is missing", 131008)
    assert isinstance(content, dict)
    if kind == "text":
        check_text(content.get("body"), "text.body", 4096)
    elif kind == "interactive":
        _interactive(content, has_media)
    elif kind == "template":
        _template(content, templates)
    else:
        _media(content, str(kind), has_media)


def _media(content: Mapping[str, Any], kind: str, has_media: Callable[[str], bool], *, header: bool = False) -> None:
    demand(("id" in content) != ("link" in content), f"{kind} needs an id or a link", 131008)
    demand("id" not in content or has_media(str(content["id"])), f"{kind}: no media with this id", 131009)
    if "caption" in content:
        demand(not header, "a header has no caption")
        check_text(content["caption"], "caption", 1024)
    demand("filename" not in content or kind == "document", "only documents have a filename")


def _interactive(content: Mapping[str, Any], has_media: Callable[[str], bool]) -> None:
    kind = content.get("type")
    demand(kind in ("button", "list"), f"unknown interactive type {kind}")
    body = content.get("body")
    demand(isinstance(body, dict), "body is missing", 131008)
    check_text((body or {}).get("text"), "body.text", 1024)
    if "footer" in content:
        check_text(content["footer"].get("text"), "footer.text", 60)
    if "header" in content:
        header = content["header"]
        demand(kind == "button" or header.get("type") == "text", "a list has a text header only")
        if header.get("type") == "text":
            check_text(header.get("text"), "header.text", 60)
        else:
            demand(header.get("type") in ("image", "document", "video"), "unknown header type")
            _media(header.get(header["type"]) or {}, header["type"], has_media, header=True)
    action = content.get("action")
    demand(isinstance(action, dict), "action is missing", 131008)
    _buttons(action or {}) if kind == "button" else _list(action or {})


def _buttons(action: Mapping[str, Any]) -> None:
    buttons = action.get("buttons") or []
    demand(1 <= len(buttons) <= 3, "1 to 3 buttons", 131009)
    for button in buttons:
        demand(button.get("type") == "reply", "a button must be a reply")
        check_text(button["reply"].get("title"), "button title", 20)
        check_text(button["reply"].get("id"), "button id", 256)
    _unique([button["reply"]["id"] for button in buttons], "button ids")
    _unique([button["reply"]["title"] for button in buttons], "button titles")


def _list(action: Mapping[str, Any]) -> None:
    check_text(action.get("button"), "action.button", 20)
    sections = action.get("sections") or []
    demand(1 <= len(sections) <= 10, "1 to 10 sections", 131009)
    rows = []
    for section in sections:
        if len(sections) > 1 or "title" in section:
            check_text(section.get("title"), "section title", 24)
        demand(bool(section.get("rows")), "a section without rows", 131009)
        rows += section["rows"]
    demand(len(rows) <= 10, "at most 10 rows in all", 131009)
    for row in rows:
        check_text(row.get("id"), "row id", 200)
        check_text(row.get("title"), "row title", 24)
        if "description" in row:
            check_text(row["description"], "row description", 72)
    _unique([row["id"] for row in rows], "row ids")


def _unique(values: list[str], name: str) -> None:
    demand(len(set(values)) == len(values), f"{name} must be unique", 131009)


def _template(content: Mapping[str, Any], templates: Mapping[tuple[str, str], int]) -> None:
    name, lang = content.get("name"), (content.get("language") or {}).get("code")
    if (name, lang) not in templates:
        raise Refused(132001, f"template {name} does not exist in {lang}", 404)
    given = 0
    for component in content.get("components", []):
        if component.get("type") == "body":
            given = len(component.get("parameters", []))
            for parameter in component["parameters"]:
                text = check_text(parameter.get("text"), "parameter", 1024)
                demand("\n" not in text and "\t" not in text and "    " not in text, "a parameter with layout", 132018)
        elif component.get("type") == "button":
            demand(
                component.get("sub_type") == "quick_reply" and component.get("index") == "0", "unknown button", 132018
            )
            check_text(component["parameters"][0].get("payload"), "button payload", 256)
    demand(given == templates[(str(name), str(lang))], "the number of parameters does not fit", 132000)
