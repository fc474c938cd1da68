"""An application that is being filled in: what was answered, which papers came, what was skipped.

Frozen: every change returns a new draft, so that a turn that fails leaves nothing half changed. Serialised as plain
JSON inside one slot. It knows nothing of questions; `dialogue.planner` decides what comes next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

Value = Any
"""Normal form of an answer: text, ISO date, int, float, bool, option id, or a list of option ids."""


@dataclass(frozen=True)
class Paper:
    """A file taken for a document of the catalogue; vault ids as in `runtime.records.FileRef`."""

    blob: str
    forward: str
    mime: str
    name: str
    sha256: str
    size: int
    at: float = 0.0
    """When it was taken, seconds since 1970."""


@dataclass(frozen=True)
class Repair:
    """What a department sent back: the only things that are open, with its reasons."""

    number: str
    fields: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """One application before submission (or, with `repair`, one that came back)."""

    id: str
    service: str
    person: str
    started: float
    values: Mapping[str, Value] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    """Optional fields and documents that the person does not want to give."""
    proposed: Mapping[str, Value] = field(default_factory=dict)
    """Values remembered from before, shown for confirmation, not yet part of the application."""
    proposed_papers: Mapping[str, Paper] = field(default_factory=dict)
    """Papers kept from before, by document id, shown for confirmation like `proposed`."""
    warned: tuple[str, ...] = ()
    """Warnings (rules that do not block) after which the person wanted to go on."""
    editing: tuple[str, ...] = ()
    """Fields or documents that the person wants to change; asked before anything else."""
    last_asked: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    """Fields in the order in which they were answered, for "back"."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Names in the other script by field: proposed by `dialogue.spelling`, decided by the person."""
    repair: Repair | None = None
    failures: int = 0
    """Answers in a row that could not be used for the question at hand."""

    def with_values(self, values: Mapping[str, Value]) -> Draft:
        if not values:
            return self
        kept = tuple(name for name in self.trail if name not in values)
        return replace(
            self,
            values={**self.values, **values},
            trail=kept + tuple(values),
            editing=tuple(name for name in self.editing if name not in values),
            proposed={k: v for k, v in self.proposed.items() if k not in values},
            spellings={
                k: v for k, v in self.spellings.items() if values.get(k, self.values.get(k)) == self.values.get(k)
            },
            skipped=tuple(name for name in self.skipped if name not in values),
            failures=0,
        )

    def without(self, names: Iterable[str]) -> Draft:
        gone = set(names)
        return replace(
            self,
            values={k: v for k, v in self.values.items() if k not in gone},
            papers={k: v for k, v in self.papers.items() if k not in gone},
            skipped=tuple(name for name in self.skipped if name not in gone),
            trail=tuple(name for name in self.trail if name not in gone),
        )

    def with_paper(self, document: str, paper: Paper) -> Draft:
        return replace(
            self,
            papers={**self.papers, document: paper},
            proposed_papers={k: v for k, v in self.proposed_papers.items() if k != document},
            editing=tuple(name for name in self.editing if name != document),
            skipped=tuple(name for name in self.skipped if name != document),
            failures=0,
        )

    def accept(self) -> Draft:
        """What was proposed becomes part of the application."""
        papers = {**self.proposed_papers, **self.papers}
        return replace(self.with_values(dict(self.proposed)), papers=papers, proposed_papers={})

    def blobs(self) -> frozenset[str]:
        """Vault ids of all its papers, those only proposed included."""
        papers = (*self.papers.values(), *self.proposed_papers.values())
        return frozenset(blob for paper in papers for blob in (paper.blob, paper.forward))

    def skip(self, names: Iterable[str]) -> Draft:
        new = tuple(name for name in names if name not in self.skipped)
        return replace(self, skipped=self.skipped + new, failures=0)

    def edit(self, names: Iterable[str]) -> Draft:
        return replace(self, editing=tuple(dict.fromkeys((*names, *self.editing))), failures=0)

    def spell(self, name: str, text: str) -> Draft:
        """With a name's spelling in the other script."""
        left = tuple(item for item in self.editing if item != name)
        return replace(self, spellings={**self.spellings, name: text}, editing=left, failures=0)

    def to_slot(self) -> dict[str, Any]:
        """Plain data; written out, because `asdict` copies every value of every mapping, several times a turn."""
        return {
            **vars(self),
            "values": dict(self.values),
            "papers": {name: dict(vars(paper)) for name, paper in self.papers.items()},
            "proposed": dict(self.proposed),
            "proposed_papers": {name: dict(vars(paper)) for name, paper in self.proposed_papers.items()},
            "spellings": dict(self.spellings),
            "repair": asdict(self.repair) if self.repair else None,
        }

    @classmethod
    def from_slot(cls, data: Mapping[str, Any] | None) -> Draft | None:
        """What an earlier version wrote besides is left out."""
        if not data:
            return None
        known = {name: data[name] for name in (item.name for item in fields(cls)) if name in data}
        known["papers"] = {k: Paper(**v) for k, v in data["papers"].items()}
        known["proposed_papers"] = {k: Paper(**v) for k, v in data.get("proposed_papers", {}).items()}
        known["repair"] = Repair(**data["repair"]) if data.get("repair") else None
        for name in ("skipped", "warned", "editing", "last_asked", "trail"):
            known[name] = tuple(data[name])
        return cls(**known)
