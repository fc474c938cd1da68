"""What became of an answer. `Refused.code` is the tail of a message key, `problem_<code>`, in all languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalogue.model import Catalogue


@dataclass(frozen=True)
class Accepted:
    value: Any
    start: int = 0
    end: int = 0
    """Where in the text it was found; 0, 0 when the whole text is the answer."""
    sure: bool = True
    """False when the text is taken on trust (free text, names), so that a likely interruption may win."""


@dataclass(frozen=True)
class Refused:
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What parsers may know besides the text."""

    catalogue: Catalogue
    today: date
    lang: str
    values: Mapping[str, Any] = field(default_factory=dict)
    slots: tuple[tuple[str, str], ...] = ()
    """Appointments on offer: id and the words under which they were shown."""
