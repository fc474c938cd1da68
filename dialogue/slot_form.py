"""How a slot is written and read, with the last few pairs at hand: one turn reads the same slot again and again.

Both sides are frozen in practice (a slot is exchanged and never changed), so that one that is known by identity stands
for what it stood for. What is written and read back is therefore the very same object, with what is kept about it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

PAIRS = 4
"""A turn knows a slot before and after it; the others are for turns that run side by side."""
Value = TypeVar("Value")


class SlotForm(Generic[Value]):
    """`write` makes plain data of a value, `read` a value of plain data or of None."""

    def __init__(self, write: Callable[[Value], Any], read: Callable[[Any], Value]) -> None:
        self._write = write
        self._read = read
        self._pairs: deque[tuple[Value, Any]] = deque(maxlen=PAIRS)

    def write(self, value: Value) -> Any:
        for known, slot in self._pairs:
            if known is value:
                return slot
        slot = self._write(value)
        self._pairs.append((value, slot))
        return slot

    def read(self, slot: Any) -> Value:
        for value, known in self._pairs:
            if known is slot:
                return value
        value = self._read(slot)
        self._pairs.append((value, slot))
        return value
