"""What is made of a part of the catalogue, kept for as long as there is that part.

Known by identity: to compare all words of a field with those of a field met before takes longer than to use them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

MOST = 2048
"""Parts; a catalogue has a few hundred, and one that is made anew makes new ones."""
Part = TypeVar("Part")
Made = TypeVar("Made")


def made_once(make: Callable[[Part], Made]) -> Callable[[Part], Made]:
    """`make`, asked once for each part. Parts are frozen."""
    kept: dict[int, tuple[Part, Made]] = {}

    @wraps(make)
    def found(part: Part) -> Made:
        known = kept.get(id(part))
        if known is not None and known[0] is part:
            return known[1]
        if len(kept) >= MOST:
            kept.clear()
        made = make(part)
        # The part is kept with it, so that no other can come to have its identity.
        kept[id(part)] = (part, made)
        return made

    return found
