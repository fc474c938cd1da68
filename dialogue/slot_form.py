"""How a slot is written and read, with the last pairs at hand: one turn reads the same slot again and again.

Both sides are frozen in practice (a slot is exchanged and never changed), so that one that is known by identity stands
for what it stood for. What is written and read back is therefore the very same object, with what is kept about it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from dialogue.by_identity import ByIdentity

PAIRS = 512
"""Of the conversations that a worker has at hand (`dialogue.tracker_store`), before and after a turn."""
Value = TypeVar("Value")


class SlotForm(Generic[Value]):
    """`write` makes plain data of a value, `read` a value of plain data or of None."""

    def __init__(self, write: Callable[[Value], Any], read: Callable[[Any], Value]) -> None:
        self._write = write
        self._read = read
        self._slots: ByIdentity[Any] = ByIdentity(PAIRS, personal=True)
        self._values: ByIdentity[Value] = ByIdentity(PAIRS, personal=True)

    def write(self, value: Value) -> Any:
        slot = self._slots.get(id(value))
        return slot if slot is not None else self._pair(value, self._write(value))[1]

    def read(self, slot: Any) -> Value:
        value = self._values.get(id(slot))
        return value if value is not None else self._pair(self._read(slot), slot)[0]

    def _pair(self, value: Value, slot: Any) -> tuple[Value, Any]:
        return self._values.put(id(slot), value, slot), self._slots.put(id(value), slot, value)
