"""Answers that come with their names in a free sentence: "my father is Ram Lal", "dob change karke 3 March likho".

A field is mentioned by its name (the model's `field` entities, or its label in any language) or, for names, by the
relative alone. What stands after the mention, up to the next one, is the value; a value that is denied ("Shyam Lal, not
Ram Lal") is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from catalogue.model import Catalogue, Field, FieldUse
from dialogue.answers.labels import labelled
from dialogue.answers.outcome import Accepted, Context, Refused
from dialogue.answers.parsers import FREE, parse
from nlu.text.found import Found
from nlu.text.kin import find_kin
from nlu.text.names import strip_frame
from nlu.text.yesno import yes_no

_NOT_BEFORE_IT = re.compile(r"(?<!\w)(?:not|isn't)\s+$", re.I)
"""English denies what follows, the other languages what stands before."""
_NOT_AFTER_IT = re.compile(r"^\s+(?:hai\s+|है\s+|ਹੈ\s+|ہے\s+)?(?:nahi|nahin|nai|नहीं|नही|ਨਹੀਂ|نہیں)(?!\w)", re.I)
_LINK = re.compile(
    r"^\s*(?:ji|जी|ਜੀ|جی)?\s*(?:(?:is|was|are|to|as|hai|hain|he|ko|ka naam|ki|'s name is|name is|naam|"
    r"(?:please\s+)?(?:write|put|make it|change it to)|(?:it\s+)?should be|"
    r"का नाम|है|हैं|ਦਾ ਨਾਮ|ਦਾ ਨਾਂ|ਹੈ|ਹਨ|کا نام|ہے|ہیں)(?!\w)|[:：=])\s*",
    re.I,
)
_WRITE = re.compile(
    r"(?:(?<!\w)(?:karo|kar\s+d(?:o|ijiye|ein|en)|kro|likho|likh\s+d(?:o|ijiye|ein|en)|karna|chahiye|please|pls)|"
    r"करो|कर\s+(?:दो|दीजिए|दें)|लिखो|लिखिए|लिख\s+(?:दो|दीजिए|दें)|ਕਰੋ|ਕਰ\s+ਦਿਓ|ਲਿਖੋ|ਲਿਖ\s+ਦਿਓ|کریں|کر\s+دیں|لکھیں|لکھ\s+دیں)\s*$",
    re.I,
)
"""What a correction ends in: "1123 karo"."""
_END = re.compile(r"\s*(?<!\w)(?:hai|hain|he|h|है|हैं|ਹੈ|ਹਨ|ہے|ہیں|and|aur|और|ਅਤੇ|اور|mera|meri|my)(?!\w)[\s.,।۔]*$", re.I)
_NAME_OF = re.compile(
    r"(?:\s*(?:ji|जी|ਜੀ|جی))?(?:'s|\s+(?:ka|kaa|da|का|ਦਾ|کا))?\s+(?:naam|nam|naa|name|नाम|ਨਾਮ|ਨਾਂ|نام)(?!\w)", re.I
)
_OF = re.compile(r"\s*(?:'s|’s|\s(?:ka|kaa|ke|ki|da|de|di|का|के|की|ਦਾ|ਦੇ|ਦੀ|کا|کے|کی))\s+", re.I)
"""Between two relatives: the second is the first one's."""
CLAUSE = re.compile(r"[,;\n،।۔]")
_AND_BEFORE = re.compile(r"(?<!\w)(?:and|aur|te|और|ਅਤੇ|ਤੇ|اور)(?!\w)", re.I)
_WRONG = re.compile(
    r"^\s*(?:(?:is|was|hai|thoda|है|ਹੈ|ہے)\s+)?(?:wrong|incorrect|galat|galt|गलत|ग़लत|ਗਲਤ|ਗ਼ਲਤ|غلط)(?!\w)"
    r"\s*(?:hai|है|ਹੈ|ہے)?[\s,.;:।۔،]*",
    re.I,
)
_MINE = re.compile(
    r"\s+(?:mere|meri|mera|hamare|hamara|humare|my|our|मेरे|मेरी|मेरा|हमारे|ਮੇਰੇ|ਮੇਰੀ|ਮੇਰਾ|ਸਾਡੇ|میرے|میری|میرا|ہمارے)\s*$", re.I
)
_ONLY_COPULA = re.compile(r"\s*(?:(?:ji|जी|ਜੀ|جی)\s*)?(?:(?:hai|hain|he|h|है|हैं|ਹੈ|ਹਨ|ਨੇ|ہے|ہیں)\s*)?[.।۔]?\s*", re.I)
"""What stands between a name and the relative that bears it: "Ram Lal mere pita"."""
_IN_DIGITS = frozenset({"phone", "aadhaar", "pincode", "date", "datetime", "money", "integer", "decimal"})
_FRAME = "name "
_SIDES = {"boy": "groom", "girl": "bride"}
_COUPLE = ("groom", "bride")
"""Relatives that are spoken of for nothing but their names."""
_NEAREST = frozenset({"father", "mother", "husband", "wife"})
_SHORT_NAME = 4
"""Words; longer ones without the model's word for it are a sentence."""


@dataclass(frozen=True)
class Mention:
    """A field named in the text. `by_kin`: only the relative was said; `score`: how well the name fits, 1 at best."""

    field: Field
    start: int
    end: int
    by_kin: bool = False
    score: float = 1.0


@dataclass(frozen=True)
class Told:
    """`values` and `refusals` by field id; `spans` are the stretches that the values took, mentions included, and
    `refused` those of the refusals."""

    values: Mapping[str, object] = field(default_factory=dict)
    refusals: Mapping[str, Refused] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] = ()
    refused: tuple[tuple[int, int], ...] = ()


def mentions(
    uses: Sequence[FieldUse], text: str, entities: Sequence[Mapping[str, Any]], catalogue: Catalogue
) -> list[Mention]:
    """Fields of `uses` that the text names, in order, each stretch of text once: the longest wins."""
    by_id = {use.field.id: use.field for use in uses}
    # Of two readings of one stretch the words themselves count before the model's view of them.
    found = list(_kin(uses, text))
    found += [Mention(by_id[hit.key], hit.start, hit.end, score=hit.score) for hit in labelled(text, uses, catalogue)]
    found += [
        Mention(by_id[str(e["value"])], e["start"], e["end"])
        for e in entities
        if e["entity"] == "field" and str(e["value"]) in by_id and e["end"] > e["start"]
    ]
    others = of_relatives(text)
    found = [one for one in found if all(one.end <= start or one.start >= end for start, end in others)]
    chosen: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.by_kin, -m.score)):
        if all(mention.end <= other.start or mention.start >= other.end for other in chosen):
            chosen.append(mention)
    return sorted(chosen, key=lambda m: m.start)


def _kin(uses: Sequence[FieldUse], text: str) -> Iterator[Mention]:
    """Names meant by relatives. A father named after the groom is the groom's: who was named last owns the next."""
    names = [use.field for use in uses if use.field.type == "name"]
    owner = ""
    for kin in find_kin(text):
        kin = _by_side(kin, names)
        whole = [item for item in names if item.id == f"{kin.value}_name"]
        meant = whole or [item for item in names if kin.value in item.id.split("_")]
        if len(meant) > 1:
            meant = [item for item in meant if owner in item.id.split("_")]
        if kin.value == "child" and not meant:
            # Parents apply for their children: "beti ka naam" is the applicant's.
            meant = [item for item in names if item.id == "applicant_name"]
        owner = kin.value if whole else owner
        if len(meant) == 1:
            full = _NAME_OF.match(text, kin.end)
            named = full is not None or (kin.value in _COUPLE and _linked(text[kin.end :]) is not None)
            yield Mention(meant[0], kin.start, full.end() if full else kin.end, by_kin=not named)


def of_relatives(text: str) -> list[tuple[int, int]]:
    """Stretches that speak of a relative's relative: "my father's father" is nobody whom a form asks for."""
    return [
        (first.start, second.end)
        for first, second in pairwise(find_kin(text))
        if first.value in _NEAREST and _OF.fullmatch(text[first.end : second.start])
    ]


def _by_side(kin: Found[str], names: Sequence[Field]) -> Found[str]:
    """ "Ladke ka naam", said of a wedding, is the groom's; elsewhere boys and girls are children."""
    side = _SIDES.get(kin.value)
    if side is None:
        return kin
    return replace(kin, value=side if any(side in item.id.split("_") for item in names) else "child")


def tell(uses: Sequence[FieldUse], text: str, entities: Sequence[Mapping[str, Any]], context: Context) -> Told:
    """Values that the text gives under their names."""
    return told_of(mentions(uses, text, entities, context.catalogue), text, entities, context)


def told_of(
    named: Sequence[Mention],
    text: str,
    entities: Sequence[Mapping[str, Any]],
    context: Context,
    stops: Sequence[int] = (),
) -> Told:
    """Values that the text gives under these mentions; at `stops` the text speaks of something else."""
    values: dict[str, object] = {}
    refusals: dict[str, Refused] = {}
    spans: list[tuple[int, int]] = []
    refused: list[tuple[int, int]] = []
    for mention in named:
        end = min((at for at in (*stops, *(one.start for one in named)) if at >= mention.end), default=len(text))
        now = replace(context, values={**context.values, **values}) if values else context
        found = _value(mention, text, end, entities, now)
        if found is None or mention.field.id in values:
            continue
        outcome, last = found
        if isinstance(outcome, Accepted):
            values[mention.field.id] = outcome.value
            spans.append((mention.start, last))
        else:
            refusals[mention.field.id] = outcome
            refused.append((mention.start, last))
    left = {name: why for name, why in refusals.items() if name not in values}
    return Told(values, left, tuple(spans), tuple(refused))


def _value(
    mention: Mention, text: str, end: int, entities: Sequence[Mapping[str, Any]], context: Context
) -> tuple[Accepted | Refused, int] | None:
    """What is told of the mentioned field, and where that ends; None when nothing is."""
    if mention.field.type == "name":
        return _name(mention, text, end, entities, context)
    rest = text[mention.end : end]
    if mention.field.type in FREE:
        link = _linked(rest)
        if link is None:
            # "caste Jatav hai", "house no B-42, …": a part that begins with the name gives the value after it.
            rest, link = CLAUSE.split(rest, maxsplit=1)[0], 0
            if not _begins(text, mention.start) or not rest[:1].isspace() or yes_no(rest) is not None:
                return None
            end = mention.end + len(rest)
        said = trimmed(rest[link:])
        outcome = parse(mention.field, said, context) if said else Refused("empty")
        return (outcome, end) if isinstance(outcome, Accepted) else None
    outcome = parse(mention.field, rest, context)
    if isinstance(outcome, Accepted):
        return (outcome, mention.end + outcome.end) if outcome.sure else None
    clause = CLAUSE.split(rest, maxsplit=1)[0]
    meant = mention.field.type in _IN_DIGITS and re.search(r"\d", clause)
    return (outcome, mention.end + len(clause)) if meant else None


def _begins(text: str, at: int) -> bool:
    """Whether nothing but "my" stands in the clause before."""
    start = max((one.end() for one in CLAUSE.finditer(text, 0, at)), default=0)
    before = _AND_BEFORE.split(text[start:at])[-1]
    return not before.strip() or _MINE.fullmatch(" " + before) is not None


def _name(
    mention: Mention, text: str, end: int, entities: Sequence[Mapping[str, Any]], context: Context
) -> tuple[Accepted, int] | None:
    """The name under its own name ("name Ram Lal hai …"), unless it is denied or the model sees another one there."""
    before = _before(mention, text, context) if mention.by_kin else None
    if before is not None:
        return before
    framed = _framed(mention, text, end, context)
    people = [e for e in entities if e["entity"] == "person_name" and mention.end <= e["start"] < end]
    for person in sorted(people, key=lambda e: int(e["start"])):
        if _NOT_BEFORE_IT.search(text[: person["start"]]) or _NOT_AFTER_IT.match(text[person["end"] :]):
            framed = None if framed and framed[1] >= person["end"] else framed
            continue
        if framed and person["end"] <= framed[1]:
            return framed
        said = text[person["start"] : person["end"]]
        outcome = parse(mention.field, said, context)
        if isinstance(outcome, Accepted) and len(said.split()) <= _SHORT_NAME:
            return outcome, int(person["end"])
    return framed


def _before(mention: Mention, text: str, context: Context) -> tuple[Accepted, int] | None:
    """The name before its relative ("Ram Lal mere pita hain"), in a clause of nothing else."""
    start = max((one.end() for one in CLAUSE.finditer(text, 0, mention.start)), default=0)
    rest = CLAUSE.split(text[mention.end :], maxsplit=1)[0]
    mine = _MINE.search(text[start : mention.start])
    if mine is None or not _ONLY_COPULA.fullmatch(rest):
        return None
    outcome = parse(mention.field, text[start : start + mine.start()], context)
    if isinstance(outcome, Accepted) and len(str(outcome.value).split()) <= _SHORT_NAME:
        return outcome, mention.end + len(rest)
    return None


def _framed(mention: Mention, text: str, end: int, context: Context) -> tuple[Accepted, int] | None:
    rest = text[mention.end : end]
    link = _linked(rest) or 0
    clause = CLAUSE.split(rest[link:], maxsplit=1)[0]
    framed = strip_frame(_FRAME + clause)
    outcome = parse(mention.field, framed.value, context)
    if isinstance(outcome, Accepted) and len(framed.value.split()) <= _SHORT_NAME and framed.start >= len(_FRAME):
        return outcome, mention.end + link + framed.end - len(_FRAME)
    return None


def _linked(rest: str) -> int | None:
    """How much of the text after a mention only leads to the value ("is", ":", "is wrong, it is"), if anything does."""
    at = 0
    wrong = _WRONG.match(rest)
    if wrong:
        at = wrong.end()
    while link := _LINK.match(rest[at:]):
        at += link.end()
    return at or None


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text, as long as it was, with breaks where these stretches stand."""
    for start, end in spans:
        text = text[:start] + "\n" * (end - start) + text[end:]
    return text


def trimmed(text: str) -> str:
    """The text without what only ends a sentence ("hai", "karo") and its stops."""
    before = None
    while before != text:
        before, text = text, _WRITE.sub("", _END.sub("", text.strip(" .,;:-।۔،")))
    return text
