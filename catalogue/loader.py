"""Reads the catalogue's folder into one frozen `Catalogue`. Strict about form; the linter judges the content.

fields/*.yml  groups.yml  documents.yml  departments.yml  facts.yml  places.yml  rto.yml  castes.yml  services/*.yml
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from functools import lru_cache
from pathlib import Path

from catalogue import castes, expressions
from catalogue.model import HAPPENINGS, Catalogue, Department, Document, Fact, Field, Group, Option, Place, Service
from catalogue.reading import Section, read
from catalogue.services_reader import Parts, service

FOLDER = Path(__file__).parent

KINDS = {
    "name": "name",
    "text": "text",
    "address": "text",
    "date": "date",
    "datetime": "datetime",
    "money": "money",
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "choice": "enum",
    "choices": "multi_enum",
    "phone": "phone",
    "email": "email",
    "pincode": "id",
    "aadhaar": "id",
    "identifier": "id",
    "district": "ref",
    "sub_division": "ref",
    "slot": "datetime",
}
"""Types of fields, each with the name under which the web chat's `asks` knows it."""


def load(folder: Path | None = None) -> Catalogue:
    """The catalogue in `folder` (None: the one shipped with this package), read once. Raises `LoadError`."""
    return _load((folder or FOLDER).resolve())


def reload(folder: Path | None = None) -> Catalogue:
    """As `load`, after its files have changed."""
    _load.cache_clear()
    return load(folder)


@lru_cache(maxsize=4)
def _load(folder: Path) -> Catalogue:
    files: list[Path] = []

    def opened(name: str) -> Section:
        files.append(folder / name)
        return read(folder / name, folder)

    def all_in(name: str) -> list[Path]:
        return sorted((folder / name).glob("*.yml"))

    rto = _options(opened("rto.yml"))
    fields: dict[str, Field] = {}
    for path in all_in("fields"):
        for key, section in opened(path.relative_to(folder).as_posix()).sections():
            if key in fields:
                raise section.error("", "this field is defined twice")
            fields[key] = _field(key, section, rto)
    groups = {key: _group(key, section) for key, section in opened("groups.yml").sections()}
    documents = {key: _document(key, section) for key, section in opened("documents.yml").sections()}
    departments = {key: _department(key, section) for key, section in opened("departments.yml").sections()}
    facts = {key: _fact(section) for key, section in opened("facts.yml").sections()}
    districts, sub_divisions, localities = _places(opened("places.yml"), rto)
    lists = castes.lists(opened(castes.FILE))
    parts = Parts(fields, groups, documents, departments, facts)
    services: list[tuple[int, Service]] = []
    for path in all_in("services"):
        section = opened(path.relative_to(folder).as_posix())
        found = service(path.stem, section, parts)
        _check_castes(found, section, lists)
        services.append(found)
    ordered = sorted(services, key=lambda found: (found[0], found[1].id))
    return Catalogue(
        services={found.id: found for _, found in ordered},
        departments=departments,
        fields=fields,
        documents=documents,
        districts=districts,
        sub_divisions=sub_divisions,
        version=_hash(folder, files),
        groups=groups,
        localities=localities,
        castes=lists,
    )


def _hash(folder: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _check_castes(found: tuple[int, Service], section: Section, lists: Mapping[str, object]) -> None:
    for rule in found[1].rules:
        for attr in expressions.lists_of(rule.expr):
            if attr not in lists:
                raise section.error(f"rules.{rule.id}", f"there is no list {attr} in {castes.FILE}")


def _department(key: str, section: Section) -> Department:
    name = section.text4("name")
    department = Department(key, name, section.optional_text4("short") or name)
    section.finish()
    return department


def _fact(section: Section) -> Fact:
    fact = section.fact()
    section.finish()
    return fact


def _group(key: str, section: Section) -> Group:
    group = Group(key, section.text4("title"), section.text4("ask"))
    section.finish()
    return group


def _options(section: Section) -> tuple[Option, ...]:
    section.string("source")
    section.boolean("verified")
    options = section.options("offices")
    section.finish()
    return options


def _field(key: str, section: Section, rto: tuple[Option, ...]) -> Field:
    kind = section.one_of("type", tuple(KINDS))
    options = section.options("options")
    if section.optional_string("options_from"):
        section.one_of("options_from", ("rto",))
        options = rto
    if (kind in ("choice", "choices")) != bool(options):
        raise section.error("options", f"a field of type {kind} has {'no' if options else 'to have'} options")
    numbered = section.boolean("numbered", False)
    if numbered and kind != "text":
        raise section.error("numbered", f"is for fields of type text; how a {kind} is understood its type says")
    field = Field(
        id=key,
        type=kind,
        label=section.text4("label"),
        ask=section.text4("ask"),
        help=section.text4("help"),
        example=section.optional_text4("example"),
        options=options,
        pattern=section.optional_string("pattern"),
        minimum=section.optional_number("minimum"),
        maximum=section.optional_number("maximum"),
        past=section.boolean("past", False),
        future=section.boolean("future", False),
        sensitive=section.boolean("sensitive", False),
        statement=section.boolean("statement", False),
        numbered=numbered,
        happening=_happening(section, kind),
        from_birth=section.optional_string("from_birth"),
        profile=section.optional_string("profile"),
        kind=section.optional_string("kind") or KINDS[kind],
    )
    section.finish()
    return field


def _happening(section: Section, kind: str) -> str:
    if not section.has("happening"):
        return ""
    if kind not in ("date", "text", "address"):
        raise section.error("happening", f"is for a day (date) or a place (text, address), not for a {kind}")
    return section.one_of("happening", HAPPENINGS)


def _document(key: str, section: Section) -> Document:
    document = Document(
        id=key,
        label=section.text4("label"),
        help=section.text4("help"),
        alternatives=section.options("alternatives"),
        image_only=section.boolean("image_only", False),
        remembered=section.boolean("remembered", False),
    )
    section.finish()
    return document


def _places(
    root: Section, rto: tuple[Option, ...]
) -> tuple[Mapping[str, Place], Mapping[str, Place], Mapping[str, Place]]:
    root.string("source")
    root.optional_string("note")
    districts: dict[str, Place] = {}
    sub_divisions: dict[str, Place] = {}
    localities: dict[str, Place] = {}
    for key, section in root.section("districts").sections():
        districts[key] = _place(key, section, None)
        for child, below in section.section("sub_divisions").sections():
            if child in sub_divisions:
                raise below.error("", "this sub-division is there twice")
            sub_divisions[child] = _place(child, below, key, offices={option.value for option in rto})
            below.finish()
        section.finish()
    for key, section in root.section("localities").sections():
        parent = section.one_of("sub_division", tuple(sub_divisions))
        localities[key] = _place(key, section, parent, section.boolean("verified"))
        section.finish()
    root.finish()
    return districts, sub_divisions, localities


def _place(
    key: str, section: Section, parent: str | None, verified: bool = True, offices: Set[str] = frozenset()
) -> Place:
    rto = section.one_of("rto", tuple(sorted(offices))) if offices else None
    name = section.text4("name")
    return Place(key, name, parent, section.strings("spellings"), section.strings("former"), verified, rto)
