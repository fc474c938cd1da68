"""What a kind of certificate looks like: frozen data read from `layouts/<kind>.yml`, strictly.

A layout says which field names the person, which value is certified, and which rows stand in the table. It decides
nothing about drawing (`certificates.pdf.sheet`) and holds no person's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from certificates.credential import RELATIONS
from certificates.errors import LayoutError
from certificates.pdf.photo import SHAPES
from certificates.proof import TESTS, Statement

FOLDER: Final = Path(__file__).parent / "layouts"
LANGUAGES: Final = ("en", "hi", "pa", "ur")
FORMATS: Final = ("", "text", "name", "money", "words", "date", "choice", "place", "joined", "boolean")
"""How a value is written; "" takes it from the type of the catalogue's field."""


@dataclass(frozen=True)
class PersonSpec:
    """Fields that tell who is meant. `relation` maps a field with a relative's name to the relation; the first given
    counts.
    """

    name: str
    relation: Mapping[str, str] = field(default_factory=dict)
    born: str = ""
    baby_of: str = ""
    """Field with the name by which a child is meant that has none yet."""


@dataclass(frozen=True)
class Row:
    """One line of the table. `fields` are joined with commas where there are several; empty ones are left out."""

    label: Mapping[str, str]
    fields: tuple[str, ...]
    format: str = ""
    required: bool = False
    emphasis: bool = False


@dataclass(frozen=True)
class Derived:
    """A value made of others, for the sentence: `amount_in_words`, `address`."""

    fields: tuple[str, ...]
    format: str


@dataclass(frozen=True)
class Layout:
    kind: str
    persons: tuple[PersonSpec, ...]
    rows: tuple[Row, ...]
    district: str = ""
    value: tuple[str, ...] = ()
    derived: Mapping[str, Derived] = field(default_factory=dict)
    photo: str = ""
    """person, couple (both on one picture), or none."""
    office: bool = False
    """Whether the office of the applicant's sub-division issues, and stands in the heading."""
    proofs: tuple[Statement, ...] = ()
    """Single facts that people are asked to prove, in the order in which they are offered."""


def _strict(data: Any, where: str, required: set[str], optional: set[str]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise LayoutError(f"{where}: a mapping is needed.")
    for name in required - set(data):
        raise LayoutError(f"{where}: {name!r} is missing.")
    for name in set(data) - required - optional:
        raise LayoutError(f"{where}: {name!r} is not known.")
    return data


def _fields(data: Mapping[str, Any], where: str) -> tuple[str, ...]:
    found = data.get("fields") or data.get("field")
    names = tuple(found) if isinstance(found, list) else (found,)
    if not all(isinstance(name, str) and name for name in names):
        raise LayoutError(f"{where}: names of fields are needed.")
    return names


def _format(data: Mapping[str, Any], where: str) -> str:
    format_ = str(data.get("format", ""))
    if format_ not in FORMATS:
        raise LayoutError(f"{where}: there is no format {format_!r}.")
    return format_


def _person(data: Any, where: str) -> PersonSpec:
    entry = _strict(data, where, {"name"}, {"relation", "born", "baby_of"})
    relation = dict(entry.get("relation", {}))
    for word in relation.values():
        if word not in RELATIONS:
            raise LayoutError(f"{where}: there is no relation {word!r}.")
    return PersonSpec(str(entry["name"]), relation, str(entry.get("born", "")), str(entry.get("baby_of", "")))


def _row(data: Any, where: str) -> Row:
    entry = _strict(data, where, {"label"}, {"field", "fields", "format", "required", "emphasis"})
    label = _strict(entry["label"], f"{where} label", set(LANGUAGES), set())
    return Row(
        {language: str(label[language]) for language in LANGUAGES},
        _fields(entry, where),
        _format(entry, where),
        bool(entry.get("required", False)),
        bool(entry.get("emphasis", False)),
    )


def _photo(data: Mapping[str, Any], where: str) -> str:
    photo = str(data.get("photo", ""))
    if photo not in ("", *SHAPES):
        raise LayoutError(f"{where}: a photograph is of a {' or a '.join(SHAPES)}.")
    return photo


def _proofs(data: Any, where: str) -> tuple[Statement, ...]:
    found = []
    for test, limits in (data or {}).items():
        if test not in TESTS:
            raise LayoutError(f"{where}: there is no test {test!r}.")
        if not isinstance(limits, list) or not all(isinstance(limit, int) for limit in limits):
            raise LayoutError(f"{where}: {test} needs a list of whole numbers.")
        found += [Statement(test, limit) for limit in limits]
    return tuple(found)


def read(text: str, kind: str) -> Layout:
    """A layout from its YAML text. Raises `LayoutError` with the place."""
    entry = _strict(
        yaml.safe_load(text), kind, {"persons", "rows"}, {"district", "value", "derived", "photo", "office", "proofs"}
    )
    derived = {}
    for name, item in (entry.get("derived") or {}).items():
        where = f"{kind}: derived {name}"
        checked = _strict(item, where, {"format"}, {"field", "fields"})
        derived[name] = Derived(_fields(checked, where), _format(checked, where))
    return Layout(
        kind=kind,
        persons=tuple(_person(item, f"{kind}: person {n}") for n, item in enumerate(entry["persons"], 1)),
        rows=tuple(_row(item, f"{kind}: row {n}") for n, item in enumerate(entry["rows"], 1)),
        district=str(entry.get("district", "")),
        value=tuple(entry.get("value", ())),
        derived=derived,
        photo=_photo(entry, kind),
        office=bool(entry.get("office", False)),
        proofs=_proofs(entry.get("proofs"), f"{kind}: proofs"),
    )


def kinds() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))


@lru_cache(maxsize=64)
def load(kind: str) -> Layout:
    """Raises `LayoutError` when there is no such kind."""
    if kind not in kinds():
        raise LayoutError(f"There is no layout for certificates of the kind {kind!r}.")
    return read((FOLDER / f"{kind}.yml").read_text("utf-8"), kind)
