"""People whose matters are handled on one number, with what each told once.

A person's profile is keyed by the catalogue's `Field.profile` keys, so that an answer given for one service can be
offered for confirmation in the next. Values of different people never mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from catalogue.model import DocumentUse, Service
from dialogue.draft import Draft, Paper

PAPERS_KEPT_S = 365 * 24 * 3600
"""An older copy is not offered again: people move, and offices want a recent photograph."""


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    """By `paper_key`."""

    def to_slot(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_slot(cls, data: Mapping[str, Any]) -> Person:
        papers = {key: Paper(**paper) for key, paper in data.get("papers", {}).items()}
        return cls(id=data["id"], name=data["name"], values=dict(data["values"]), papers=papers)

    def blobs(self) -> frozenset[str]:
        """Vault ids of all papers kept for the person."""
        return frozenset(blob for paper in self.papers.values() for blob in (paper.blob, paper.forward))


def paper_key(use: DocumentUse) -> str:
    """Under which a paper is remembered: that "of each of you" is another paper than one's own."""
    note = use.note.get("en", "") if use.note else ""
    return f"{use.document.id} {note}".strip()


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


def proposed_papers(service: Service, person: Person, now: float) -> dict[str, Paper]:
    """Papers kept for the person that this service asks for and that are recent enough, by document id."""
    found = {}
    for use in service.documents:
        paper = person.papers.get(paper_key(use))
        if paper is not None and use.document.remembered and now - paper.at < PAPERS_KEPT_S:
            found[use.document.id] = paper
    return found


def learn(person: Person, service: Service, draft: Draft) -> Person:
    """The person with what this application told: answers and papers that are worth keeping."""
    known = remembered(service, draft.values)
    papers = {
        paper_key(use): draft.papers[use.document.id]
        for use in service.documents
        if use.document.remembered and use.document.id in draft.papers
    }
    name = str(draft.values.get(service.applicant) or person.name)
    return replace(person, name=name, values={**person.values, **known}, papers={**person.papers, **papers})
