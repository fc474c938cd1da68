"""Whose child or wife somebody is, in the words of forms: "Asha Verma D/o Suresh Verma", "रमेश पुत्र मोहन लाल"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogue.model import Field, FieldUse
from dialogue.answers.outcome import Accepted, Context
from dialogue.answers.parsers import parse
from dialogue.answers.told import CLAUSE, Told

_FATHER = re.compile(
    r"(?<!\w)(?:[sd]\s?/\s?[o0]\b\.?|(?:the\s+)?(?:son|daughter)\s+of\b|(?:su)?putra\b|putri\b|[wv]ala?d\b|वल्द|(?:सु)?पुत्र(?:ी)?|"
    r"(?:ਸ)?ਪੁੱਤਰ(?:ੀ)?|ولد|بنت|ابن)(?!\w)[\s.,]*",
    re.I,
)
_HUSBAND = re.compile(
    r"(?<!\w)(?:w\s?/\s?[o0]\b\.?|(?:the\s+)?wife\s+of\b|पत्नी\s+श्री|ਪਤਨੀ\s+ਸ੍ਰੀ|زوجہ|z(?:a|o)uja\b)(?!\w)[\s.,]*", re.I
)
_END = re.compile(r"[,;\n،।۔\d]")
RELATIVES = frozenset({"father", "mother", "husband", "wife", "guardian"})


def parentage(uses: Sequence[FieldUse], text: str, context: Context) -> Told:
    """The name on either side of such a word, where each has one question to answer.

    A relative who is not asked for keeps the name from being anybody else's: "Asha, w/o Ram Lal" is called Asha.
    """
    values: dict[str, object] = {}
    spans: list[tuple[int, int]] = []
    names = [use.field for use in uses if use.field.type == "name"]
    own = [item for item in names if not RELATIVES & set(item.id.split("_"))]
    for word, relative in ((_FATHER, "father"), (_HUSBAND, "husband")):
        said = word.search(text)
        theirs = [item for item in names if relative in item.id.split("_")]
        if said is None or len(theirs) > 1:
            continue
        start = _start(text, said.start())
        after = _END.search(text, said.end())
        end = after.start() if after else len(text)
        owner = _name((theirs or own)[0] if theirs or own else None, text[said.end() : end], context)
        name = _name(own[0] if len(own) == 1 else None, text[start : said.start()], context)
        if owner is None or not (theirs or name):
            continue
        values |= {item.id: owner for item in theirs}
        if name is not None:
            values[own[0].id] = name
        spans.append((start if name is not None else said.start(), end))
    return Told(values, {}, tuple(spans))


def _start(text: str, at: int) -> int:
    """Where the clause before the word begins; the one before it where nothing stands between ("Asha, D/o Suresh")."""
    ends = [one.end() for one in CLAUSE.finditer(text, 0, at)]
    if ends and not text[ends[-1] : at].strip():
        ends.pop()
    return ends[-1] if ends else 0


def _name(field: Field | None, said: str, context: Context) -> object | None:
    outcome = parse(field, said, context) if field is not None else None
    return outcome.value if isinstance(outcome, Accepted) else None
