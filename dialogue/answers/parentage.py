"""Whose child or wife somebody is, in the words of forms: "Asha Verma D/o Suresh Verma", "रमेश पुत्र मोहन लाल"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogue.model import Field, FieldUse
from dialogue.answers.outcome import Accepted, Context
from dialogue.answers.parsers import parse
from dialogue.answers.told import Told

_FATHER = re.compile(
    r"(?<!\w)(?:[sd]\s?/\s?[o0]\b\.?|(?:the\s+)?(?:son|daughter)\s+of\b|(?:su)?putra\b|putri\b|वल्द|(?:सु)?पुत्र(?:ी)?|"
    r"(?:ਸ)?ਪੁੱਤਰ(?:ੀ)?|ولد|بنت|ابن)(?!\w)[\s.,]*",
    re.I,
)
_HUSBAND = re.compile(
    r"(?<!\w)(?:w\s?/\s?[o0]\b\.?|(?:the\s+)?wife\s+of\b|पत्नी\s+श्री|ਪਤਨੀ\s+ਸ੍ਰੀ|زوجہ)(?!\w)[\s.,]*", re.I
)
_CLAUSE = re.compile(r"[,;\n،।۔]")


def parentage(uses: Sequence[FieldUse], text: str, context: Context) -> Told:
    """The name on either side of such a word, where each has one question to answer."""
    values: dict[str, object] = {}
    spans: list[tuple[int, int]] = []
    for word, relative in ((_FATHER, "father"), (_HUSBAND, "husband")):
        said = word.search(text)
        names = [use.field for use in uses if use.field.type == "name"]
        theirs = [item for item in names if relative in item.id.split("_")]
        if said is None or len(theirs) != 1:
            continue
        start = max((one.end() for one in _CLAUSE.finditer(text, 0, said.start())), default=0)
        after = _CLAUSE.search(text, said.end())
        end = after.start() if after else len(text)
        owner = _name(theirs[0], text[said.end() : end], context)
        if owner is None:
            continue
        values[theirs[0].id] = owner
        own = [
            item for item in names if not {"father", "mother", "husband", "wife", "guardian"} & set(item.id.split("_"))
        ]
        name = _name(own[0], text[start : said.start()], context) if len(own) == 1 else None
        if name is not None:
            values[own[0].id] = name
        spans.append((start if name is not None else said.start(), end))
    return Told(values, {}, tuple(spans))


def _name(field: Field, said: str, context: Context) -> object | None:
    outcome = parse(field, said, context)
    return outcome.value if isinstance(outcome, Accepted) else None
