"""What a finder hands back: a value in normal form and where it stands in the person's own text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Found(Generic[T]):
    """`start` and `end` are a half-open span of code points in the text as the person sent it."""

    value: T
    start: int
    end: int
