"""What an answer before makes likely for the next: the sub-division of a locality, the transport office of an area.

Proposals only: nobody has confirmed the table of localities, so that the person always has the last word, and a PIN
code decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from catalogue.model import Catalogue, Field
from nlu.text.matching import Matcher

SURE = 0.9
"""Score of a locality that was named, not merely resembled."""


@lru_cache(maxsize=2)
def _localities(names: tuple[tuple[str, tuple[str, ...]], ...]) -> Matcher:
    return Matcher(dict(names))


def sub_division_of(locality: str, catalogue: Catalogue) -> str | None:
    """The sub-division in which the named locality lies, when it lies in one alone."""
    names = tuple((place.id, (*place.name.values(), *place.spellings)) for place in catalogue.localities.values())
    found = [match for match in _localities(names).find(locality) if match.score >= SURE]
    parents = {catalogue.localities[match.key].parent for match in found}
    return parents.pop() if len(parents) == 1 else None


def proposed(field: Field, values: Mapping[str, Any], catalogue: Catalogue) -> str | None:
    """A value to offer for the field, from what was answered before; None when nothing is likely."""
    if field.type == "sub_division" and values.get("locality"):
        return sub_division_of(str(values["locality"]), catalogue)
    if field.id == "rto":
        place = catalogue.sub_divisions.get(str(values.get("sub_division", "")))
        return place.rto if place else None
    return None
