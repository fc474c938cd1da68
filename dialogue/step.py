"""A step: the one thing that the form wants next. Data only; `dialogue.planner` chooses, `actions` words it."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.model import DocumentUse, FieldUse, Rule


@dataclass(frozen=True)
class Step:
    """What to ask.

    `kind`: consent, person, proposal (confirm what is known), fields, optional_fields, document, optional_documents,
    rule (answers contradict a rule), name (confirm the name in the other script), confirm (summary), done.
    """

    kind: str
    fields: tuple[FieldUse, ...] = ()
    documents: tuple[DocumentUse, ...] = ()
    rule: Rule | None = None
    number: int = 0
    total: int = 0

    @property
    def field_ids(self) -> tuple[str, ...]:
        return tuple(use.field.id for use in self.fields)

    @property
    def document_ids(self) -> tuple[str, ...]:
        return tuple(use.document.id for use in self.documents)
