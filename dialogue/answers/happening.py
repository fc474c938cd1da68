"""The day and the place of one happening, told in one breath: "born 3 May 2021 in Safdarjung hospital".

The catalogue says which fields belong together (`Field.happening`), `nlu.text.whereabouts` how a place is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.expressions import fields_of
from catalogue.model import FieldUse
from dialogue.answers.outcome import Accepted, Context
from dialogue.answers.parsers import known_place, parse
from nlu.text.dates import without_dates
from nlu.text.found import Found
from nlu.text.whereabouts import happening, whereabouts

Span = tuple[int, int]


@dataclass(frozen=True)
class Happened:
    """`values` by field id; `place` is where the place stands in the text."""

    values: Mapping[str, object] = field(default_factory=dict)
    place: Span | None = None


def happened(uses: Sequence[FieldUse], text: str, context: Context, asked: Collection[str] = ()) -> Happened:
    """Day and place of the happening that the text tells, where both are told.

    `uses` are the questions that are open, `asked` those of them that were asked now: for the others the text must say
    what happened. With the place comes what it says of its own condition (a hospital is where one was born).
    """
    rest = without_dates(text, context.today)
    if rest == text:
        return Happened()
    kind = happening(rest)
    for day in uses:
        meant = day.field.happening
        if day.field.type != "date" or not meant or (kind != meant and (kind or day.field.id not in asked)):
            continue
        outcome = parse(day.field, text, context)
        place = next((use for use in uses if _is_place(use) and use.field.happening == meant), None)
        if place is None or not isinstance(outcome, Accepted):
            continue
        found = whereabouts(rest, known_place(context.catalogue))
        where = parse(place.field, found.value, context) if found else None
        if found and isinstance(where, Accepted):
            values = {**_of_condition(place, uses, found, context), day.field.id: outcome.value}
            return Happened({**values, place.field.id: where.value}, (found.start, found.end))
    return Happened()


def place_beside(uses: Sequence[FieldUse], text: str, said: str, context: Context) -> tuple[str, object, Span] | None:
    """The asked place in what other answers left of `said`: field id, value, span in `text`; `said` must tell a day or
    what happened."""
    place = next((use for use in uses if _is_place(use)), None)
    if place is None:
        return None
    rest = without_dates(said, context.today)
    kind = happening(rest)
    if kind != place.field.happening and (kind or rest == said):
        return None
    found = whereabouts(without_dates(text, context.today), known_place(context.catalogue))
    outcome = parse(place.field, found.value, context) if found else None
    if found is None or not isinstance(outcome, Accepted):
        return None
    return place.field.id, outcome.value, (found.start, found.end)


def _is_place(use: FieldUse) -> bool:
    return bool(use.field.happening) and use.field.type != "date"


def _of_condition(place: FieldUse, uses: Sequence[FieldUse], found: Found[str], context: Context) -> dict[str, object]:
    """Choices on which it depends whether the place is asked at all, as far as the place itself answers them."""
    values: dict[str, object] = {}
    names = fields_of(place.when) if place.when else ()
    for use in uses:
        if use.field.id in names and use.field.type == "choice":
            outcome = parse(use.field, found.value, context)
            if isinstance(outcome, Accepted) and outcome.end > outcome.start:
                values[use.field.id] = outcome.value
    return values
