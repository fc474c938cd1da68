"""What was made of things that never change, by their identity and not by their likeness.

To compare two drafts, or all the words of a field, takes longer than to use what was made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Generic, TypeVar

MOST = 2048
"""Parts of a catalogue, which has a few hundred; one that is made anew makes new ones."""
Part = TypeVar("Part")
Made = TypeVar("Made")


class ByIdentity(Generic[Made]):
    """The last `most` things made. A key holds the identities (`id`) of the parts that a thing was made of.

    These parts are kept with it, so that no other can come to have their identity. `personal`: of what people said.
    """

    def __init__(self, most: int, personal: bool = False) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[Made, tuple[object, ...]]] = {}
        if personal:
            _PERSONAL.append(self)

    def clear(self) -> None:
        self._kept.clear()

    def get(self, key: Hashable) -> Made | None:
        found = self._kept.get(key)
        return found[0] if found else None

    def put(self, key: Hashable, made: Made, *parts: object) -> Made:
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = made, parts
        return made


_PERSONAL: list[ByIdentity[Any]] = []


def forget() -> None:
    """What was made of anybody's words goes, after somebody's were erased; it is made again when it is wanted."""
    for kept in _PERSONAL:
        kept.clear()


def made_once(make: Callable[[Part], Made]) -> Callable[[Part], Made]:
    """`make`, asked once for each part."""
    kept: ByIdentity[Made] = ByIdentity(MOST)

    @wraps(make)
    def found(part: Part) -> Made:
        known = kept.get(id(part))
        return kept.put(id(part), make(part), part) if known is None else known

    return found
