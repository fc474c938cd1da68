"""People whose matters are handled on one number, with what each told once.

A person's profile is keyed by the catalogue's `Field.profile` keys, so that an answer given for one service can be
offered for confirmation in the next. Values of different people never mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from catalogue.model import Service


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_slot(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_slot(cls, data: Mapping[str, Any]) -> Person:
        return cls(id=data["id"], name=data["name"], values=dict(data["values"]))


def remembered(service: Service, values: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of an application that are worth keeping for the person, by profile key."""
    kept = {}
    for use in service.fields:
        if use.field.profile and use.field.id in values:
            kept[use.field.profile] = values[use.field.id]
    return kept


def proposals(service: Service, person: Person) -> dict[str, Any]:
    """What is known of the person that this service asks for, by field id."""
    return {
        use.field.id: person.values[use.field.profile]
        for use in service.fields
        if use.field.profile and use.field.profile in person.values
    }


def learn(person: Person, service: Service, values: Mapping[str, Any]) -> Person:
    known = remembered(service, values)
    name = str(values.get(service.applicant) or person.name)
    return replace(person, name=name, values={**person.values, **known})
