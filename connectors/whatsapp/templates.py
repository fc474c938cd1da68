"""`catalogue/templates.yml`: one utility template a stage and some beside, their quick replies, and the form that Meta
registers.

Reads and judges; it sends nothing. `problems` holds every broken rule of Meta's that would have the template refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from catalogue.model import LANGUAGES, STAGES, Text4
from connectors.errors import TemplateError
from connectors.whatsapp.measure import units
from runtime.records import TemplateRef

FILE = Path(__file__).parents[2] / "catalogue" / "templates.yml"
BODY = 1024
FOOTER = 60
BUTTON = 25
_PLACE = re.compile(r"\{(\d)\}")


@dataclass(frozen=True)
class Template:
    """One template in all languages. `payload` is the quick reply's choice id, with `{n}` for the n-th parameter."""

    name: str
    body: Text4
    footer: Text4
    button: Text4
    payload: str
    samples: Mapping[str, tuple[str, ...]]
    """An example of each parameter, by language, for Meta's reviewers."""
    of_stage: bool = True

    def reply(self, reference: TemplateRef) -> str:
        """The choice id of the quick reply for these parameters."""
        return _PLACE.sub(lambda found: reference.params[int(found.group(1)) - 1], self.payload)


@dataclass(frozen=True)
class Templates:
    """All templates by name."""

    by_name: Mapping[str, Template]
    category: str

    def registration(self) -> list[dict[str, Any]]:
        """One object for each template and language, as `POST /{business account}/message_templates` takes it."""
        return [self._registered(template, lang) for template in self.by_name.values() for lang in LANGUAGES]

    def _registered(self, template: Template, lang: str) -> dict[str, Any]:
        body = {
            "type": "BODY",
            "text": _PLACE.sub(r"{{\1}}", template.body[lang]),
            "example": {"body_text": [list(template.samples[lang])]},
        }
        button = {"type": "QUICK_REPLY", "text": template.button[lang]}
        footer = {"type": "FOOTER", "text": template.footer[lang]}
        return {
            "name": template.name,
            "language": lang,
            "category": self.category,
            "components": [body, footer, {"type": "BUTTONS", "buttons": [button]}],
        }


@lru_cache(maxsize=2)
def load(file: Path = FILE) -> Templates:
    """The templates, read once. Raises `TemplateError` with every problem found, for the editor of the file."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    try:
        samples = {lang: (data["example_service"][lang], data["example_number"]) for lang in LANGUAGES}
        made = [_template(data, data["prefix"] + stage, entry, samples) for stage, entry in data["stages"].items()]
        for name, entry in data["others"].items():
            own = {lang: tuple(entry["example"][lang]) for lang in LANGUAGES} if "example" in entry else samples
            made.append(_template(data, name, entry, own, of_stage=False))
        templates = Templates({template.name: template for template in made}, data["category"])
        found = problems(templates, data["prefix"])
    except (KeyError, TypeError, AttributeError) as error:
        raise TemplateError(f"{file.name} lacks {error}") from error
    if found:
        raise TemplateError(f"{file.name}: " + "; ".join(found))
    return templates


def _template(
    data: Mapping[str, Any],
    name: str,
    entry: Mapping[str, Any],
    samples: Mapping[str, tuple[str, ...]],
    of_stage: bool = True,
) -> Template:
    button = data["buttons"][entry["button"]]
    return Template(name, entry["body"], data["footer"], button["text"], button["payload"], samples, of_stage)


def problems(templates: Templates, prefix: str) -> list[str]:
    """What Meta would refuse, or what is missing: one sentence each."""
    found = [f"stage {stage} has no template" for stage in STAGES if prefix + stage not in templates.by_name]
    if templates.category != "UTILITY":
        found.append("the category must be UTILITY: anything else is marketing, and is blocked for many people")
    for template in templates.by_name.values():
        if not re.fullmatch(r"[a-z0-9_]{1,512}", template.name):
            found.append(f"{template.name}: a name has small letters, digits and _ only")
        if template.of_stage and template.name.removeprefix(prefix) not in STAGES:
            found.append(f"{template.name} is no stage")
        for lang in LANGUAGES:
            where = f"{template.name} in {lang}"
            found += _lacking(where, template, lang) or _body(where, template.body[lang])
            if units(template.footer.get(lang, "")) > FOOTER:
                found.append(f"{where}: the footer is longer than {FOOTER}")
            if units(template.button.get(lang, "")) > BUTTON:
                found.append(f"{where}: the button is longer than {BUTTON}")
    return found


def _lacking(where: str, template: Template, lang: str) -> list[str]:
    texts = {"body": template.body, "footer": template.footer, "button": template.button}
    return [f"{where}: the {name} is missing" for name, text in texts.items() if not str(text.get(lang, "")).strip()]


def _body(where: str, body: str) -> list[str]:
    """Meta's rules for a body: no placeholder at either end or beside another, enough words around them, no layout."""
    found = []
    places = _PLACE.findall(body)
    if places != [str(number + 1) for number in range(len(places))] or len(places) != 2:
        found.append(f"{where}: {{1}} and {{2}} must each stand once, in this order")
    bare = body.strip()
    if bare.startswith("{") or re.search(r"\}[\s.।۔!?]*$", bare):
        found.append(f"{where}: the body begins or ends with a placeholder")
    if re.search(r"\}\s*\{", body):
        found.append(f"{where}: two placeholders stand side by side")
    if len(re.sub(_PLACE, " ", body).split()) < 2 * len(places) + 1:
        found.append(f"{where}: too few words for its placeholders")
    if units(body) > BODY:
        found.append(f"{where}: the body is longer than {BODY}")
    if re.search(r"\n{3}|\t| {4}", body):
        found.append(f"{where}: the body has too many line breaks, a tab or four spaces")
    return found
