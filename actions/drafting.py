"""Writing into the draft: what every answer, tap and correction of a form ends in.

The methods that end a message return what became of it, in the words of `actions.answering`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions.turn import Turn
from actions.wording import summary_items
from catalogue.model import FieldUse, Service
from dialogue.answers.outcome import Context, Refused
from dialogue.draft import Draft
from dialogue.form import for_person
from dialogue.person import Person
from dialogue.planner import asked_fields
from dialogue.spelling import corrected
from dialogue.step import Step


class Drafting:
    """The draft of one turn at one step of one service."""

    def __init__(self, turn: Turn, service: Service, step: Step, slots: Sequence[tuple[str, str]]) -> None:
        self.turn, self.service, self.step = turn, service, step
        assert turn.state.draft is not None
        self.draft: Draft = turn.state.draft
        self.context = Context(
            turn.catalogue, turn.today, turn.lang, {**self.draft.proposed, **self.draft.values}, tuple(slots)
        )

    def _closed(self, name: str) -> bool:
        repair = self.draft.repair
        return repair is not None and name not in repair.fields and name not in repair.documents

    def _choose_person(self, person: Person | None) -> str:
        if person is None:
            draft = replace(self.draft, person=self.turn.services.new_id(), proposed={}, proposed_papers={})
        else:
            draft = for_person(self.draft, self.service, person, self.turn.now.timestamp())
        self.turn.change(draft=draft)
        return "taken"

    def _so_far(self) -> str:
        """What was told until now; the question follows."""
        items = summary_items(self.turn, self.service, self.draft)
        told = [f"• {label}: {shown}" for name, (label, shown) in items.items() if name in self.draft.values]
        if told:
            self.turn.say("so_far", items="\n".join(told))
        return "taken"

    def _values(self, values: dict[str, Any]) -> str:
        values = self._with_district(values)
        for name in tuple(values):
            spelt = corrected(self.service, self.draft, name, values[name])
            if spelt is not None:
                self.draft = spelt
                del values[name]
        self.turn.change(draft=self.draft.with_values(values))
        return "taken"

    def _with_district(self, values: dict[str, Any]) -> dict[str, Any]:
        """A sub-division decides its district; a changed district opens the sub-division again."""
        catalogue = self.turn.catalogue
        place = catalogue.sub_divisions.get(str(values.get("sub_division", "")))
        uses = {use.field.id for use in self.service.fields}
        if place is not None and "district" in uses and place.parent:
            values["district"] = place.parent
        elif "district" in values and "sub_division" in self.draft.values:
            known = catalogue.sub_divisions.get(str(self.draft.values["sub_division"]))
            if known is not None and known.parent != values["district"]:
                self.draft = self.draft.without(["sub_division"])
        return values

    def _noted(self, values: Mapping[str, Any]) -> None:
        by_id = {use.field.id: use.field for use in self.service.fields}
        lines = [
            f"• {item.label[self.turn.lang]}: {self.turn.show(item, values[name])}"
            for name, item in by_id.items()
            if name in values
        ]
        self.turn.say("noted", items="\n".join(lines))

    def _problem(self, name: str, refused: Refused) -> None:
        field = next(use.field for use in self.service.fields if use.field.id == name)
        label = field.label[self.turn.lang]
        self.turn.say(f"problem_{refused.code}", field=label, limit=refused.params.get("limit", ""))

    def _answered(self) -> list[FieldUse]:
        uses = asked_fields(self.service, self.draft, self.turn.today)
        known = {**self.draft.proposed, **self.draft.values}
        return [use for use in uses if use.field.id in known and not self._closed(use.field.id)]

    def _back(self, argument: str) -> str:
        derived = {"district"} if "sub_division" in self.draft.values else set()
        trail = [name for name in self.draft.trail if name not in {*self.draft.editing, *derived}]
        if trail:
            self.turn.change(draft=self.draft.edit([trail[-1]]))
        else:
            self.turn.say("nothing_before")
        return "taken"

    def _skip(self, argument: str) -> str:
        if self.step.kind == "confirm":
            self.turn.change(draft=self.draft.skip([*self.step.field_ids, *self.step.document_ids]))
            return "taken"
        optional = [use.field.id for use in self.step.fields if not use.required]
        optional += [use.document.id for use in self.step.documents if use.need == "optional"]
        if optional and self.draft.repair is None:
            draft = self.draft.skip(optional)
            self.turn.change(draft=replace(draft, editing=tuple(n for n in draft.editing if n not in optional)))
        elif self.draft.editing:
            names = {*self.step.field_ids, *self.step.document_ids}
            self.turn.change(draft=replace(self.draft, editing=tuple(n for n in self.draft.editing if n not in names)))
        elif self.step.kind == "document":
            self.turn.say("document_cannot_be_skipped")
        else:
            self.turn.say("cannot_be_skipped")
        return "taken"
