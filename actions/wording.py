"""How each step of the form is put to the person: the sentence, the taps, and what the message asks for."""

from __future__ import annotations

from collections.abc import Sequence

from actions.turn import Turn
from catalogue.expressions import lists_of
from catalogue.model import DocumentUse, Field, FieldUse, Service
from dialogue.castes import nearest
from dialogue.display import isolate, joined
from dialogue.draft import Draft
from dialogue.places import proposed
from dialogue.planner import asked_fields, needed_documents
from dialogue.step import Step

ROWS = 10
"""Rows of a WhatsApp list; longer lists of options are written out and answered by number or word."""
TAPS = 9


def ask_step(turn: Turn, service: Service, draft: Draft, step: Step, slots: Sequence[tuple[str, str]]) -> None:
    """Words the step. `slots` are the department's free appointments, already written for the person."""
    getattr(_Wording(turn, service, draft, slots), step.kind)(step)


class _Wording:
    """One method a kind of step."""

    def __init__(self, turn: Turn, service: Service, draft: Draft, slots: Sequence[tuple[str, str]]) -> None:
        self.turn, self.service, self.draft, self.slots = turn, service, draft, slots

    def consent(self, step: Step) -> None:
        turn = self.turn
        turn.say("consent_notice", service=self.service.name[turn.lang])
        turn.offer_words("consent:yes", "button_agree")
        turn.offer_words("consent:no", "button_disagree")
        turn.ask(self.service.id, "consent", "consent")

    def person(self, step: Step) -> None:
        turn = self.turn
        turn.say("ask_person", service=self.service.name[turn.lang])
        for person in turn.state.people[-8:]:
            turn.offer(f"person:{person.id}", person.name)
        turn.offer_words("person:new", "button_somebody_else")
        turn.ask(self.service.id, self.service.applicant, "enum")

    def proposal(self, step: Step) -> None:
        turn = self.turn
        turn.say("ask_proposal", name=_person_name(turn, self.draft))
        lines = [self._line(use.field, self.draft.proposed[use.field.id]) for use in step.fields]
        papers = joined((use.document.label[turn.lang] for use in step.documents), turn.lang)
        if papers:
            lines.append("• " + turn.words("papers_from_before", papers=papers))
        turn.text("\n".join(lines))
        turn.offer_words("confirm:yes", "button_all_right")
        turn.offer_words("person:new", "button_somebody_else")
        turn.ask(self.service.id, self.service.applicant, "confirm")

    def fields(self, step: Step) -> None:
        turn = self.turn
        head = self._progress(step)
        if self.draft.repair is not None:
            head += "".join(
                turn.words("repair_reason", field=use.field.label[turn.lang], reason=reason) + "\n"
                for use in step.fields
                if (reason := self.draft.repair.fields.get(use.field.id))
            )
        if len(step.fields) == 1:
            self._one(step.fields[0].field, head)
        else:
            numbers = (f"{i}. {self._inline(use.field)}" for i, use in enumerate(step.fields, 1))
            turn.text(head + self._opening(step) + "\n" + "\n".join(numbers))
        for use in step.fields:
            turn.ask(self.service.id, use.field.id, use.field.kind)

    def _opening(self, step: Step) -> str:
        """A whole group is opened in its own words, parts of groups in general ones."""
        group = step.fields[0].group
        whole = {use.field.id for use in asked_fields(self.service, self.draft, self.turn.today)
                 if use.group == group and use.required and use.field.type != "district"}  # fmt: skip
        if group in self.turn.catalogue.groups and whole == set(step.field_ids) and self.draft.repair is None:
            return self.turn.catalogue.groups[group].ask[self.turn.lang]
        return self.turn.words("ask_together")

    def _like(self, step: Step) -> None:
        """Names of the notified list that are like the one that is not in it."""
        turn = self.turn
        assert step.rule is not None
        uses = [use for use in step.fields if use.field.type == "text"]
        for name in lists_of(step.rule.expr):
            for use in uses[:1]:
                found = nearest(str(self.draft.values[use.field.id]), turn.catalogue.castes.get(name, ()), turn.lang)
                if found:
                    turn.say("caste_nearest")
                for form in found:
                    turn.offer(f"value:{use.field.id}:{form}", form)

    def rule(self, step: Step) -> None:
        turn = self.turn
        assert step.rule is not None
        turn.text(step.rule.message[turn.lang])
        self._like(step)
        if step.rule.severity == "block":
            turn.say("ask_rule_fix")
            for use in step.fields:
                value = turn.show(use.field, self.draft.values[use.field.id])
                turn.offer(f"edit:{use.field.id}", use.field.label[turn.lang], value)
                turn.ask(self.service.id, use.field.id, use.field.kind)
            turn.offer_words("cancel", "button_stop")
        else:
            turn.offer_words("confirm:yes", "button_continue")
            for use in step.fields:
                turn.offer(f"edit:{use.field.id}", use.field.label[turn.lang])
            turn.ask(self.service.id, step.rule.id, "confirm")

    def document(self, step: Step) -> None:
        turn = self.turn
        use = step.documents[0]
        head = self._progress(step)
        if self.draft.repair is not None and use.document.id in self.draft.repair.documents:
            reason = self.draft.repair.documents[use.document.id]
            head += turn.words("repair_reason", field=use.document.label[turn.lang], reason=reason) + "\n"
        turn.text(head + turn.words("ask_document", document=use.document.label[turn.lang]))
        details = [_note(turn, use)]
        if use.document.alternatives:
            papers = joined((option.title[turn.lang] for option in use.document.alternatives[:8]), turn.lang)
            details.append(turn.words("document_alternatives", papers=papers))
        elif use.document.help.get(turn.lang):
            details.append(use.document.help[turn.lang])
        turn.text("\n".join(detail for detail in details if detail))
        turn.ask(self.service.id, use.document.id, "document")

    def confirm(self, step: Step) -> None:
        turn = self.turn
        key = "ask_confirm_repair" if self.draft.repair is not None else "ask_confirm"
        turn.say(key, service=self.service.name[turn.lang])
        turn.text("\n".join(summary_lines(turn, self.service, self.draft)))
        if self.draft.spellings:
            turn.say("summary_names")
        extra = [use.field.label[turn.lang] for use in step.fields]
        extra += [" – ".join(filter(None, (d.document.label[turn.lang], _note(turn, d)))) for d in step.documents]
        if extra and self.draft.repair is None:
            turn.say("offer_optional", items=joined(extra, turn.lang))
        if self.service.fee.amount and self.draft.repair is None:
            turn.say("confirm_fee", fee=turn.words("fee_amount", amount=self.service.fee.amount))
        turn.say("confirm_how")
        turn.offer_words("confirm:yes", "button_submit")
        turn.offer_words("more:edit:0", "button_change")
        turn.offer_words("cancel", "button_stop")
        turn.numbered = False
        turn.ask(self.service.id, "summary", "confirm")

    def _progress(self, step: Step) -> str:
        if step.total < 2 or self.draft.editing or self.draft.repair is not None:
            return ""
        return self.turn.words("progress", number=step.number, total=step.total) + "\n"

    def _line(self, field: Field, value: object) -> str:
        return f"• {field.label[self.turn.lang]}: {self.turn.show(field, value)}"

    def _inline(self, field: Field) -> str:
        turn = self.turn
        label = field.label[turn.lang]
        if field.type in ("choice", "choices") and field.options:
            return f"{label} ({' / '.join(option.title[turn.lang] for option in field.options)})"
        if field.type == "boolean":
            return f"{field.ask[turn.lang]} ({turn.words('button_yes')} / {turn.words('button_no')})"
        if field.example and field.example.get(turn.lang):
            return f"{label} ({turn.words('example', example=field.example[turn.lang])})"
        return label

    def _one(self, field: Field, head: str) -> None:
        turn = self.turn
        question, unsure = head + field.ask[turn.lang], ""
        if field.id in self.draft.editing and field.id in self.draft.spellings:
            both = (str(self.draft.values[field.id]), self.draft.spellings[field.id])
            question += "\n" + turn.words("ask_spelling", names=" – ".join(isolate(name, turn.lang) for name in both))
        titles = [(f"value:{field.id}:{option.value}", option.title[turn.lang]) for option in field.options]
        if field.type == "boolean":
            titles = [
                (f"value:{field.id}:true", turn.words("button_yes")),
                (f"value:{field.id}:false", turn.words("button_no")),
            ]
        elif field.type == "slot":
            titles = [(f"value:{field.id}:{slot_id}", shown) for slot_id, shown in self.slots[:TAPS]]
            if not titles:
                question = head + turn.words("no_slots")
        elif field.type == "district":
            titles = [(f"value:{field.id}:{p.id}", p.name[turn.lang]) for p in turn.catalogue.districts.values()]
        elif field.type == "sub_division":
            district = self.draft.values.get("district")
            titles = [
                (f"value:{field.id}:{p.id}", p.name[turn.lang])
                for p in turn.catalogue.sub_divisions.values()
                if p.parent == district
            ]
            if not titles:
                districts = joined((place.name[turn.lang] for place in turn.catalogue.districts.values()), turn.lang)
                unsure = turn.words("place_unsure", districts=districts)
        likely = proposed(field, {**self.draft.proposed, **self.draft.values}, turn.catalogue)
        if likely is not None:
            shown = turn.show(field, likely)
            question += "\n" + turn.words("place_proposed", place=shown)
            turn.offer(f"value:{field.id}:{likely}", shown)
        elif unsure:
            question += "\n" + unsure
        if field.type == "choices":
            question += "\n" + "\n".join(f"{i}. {title}" for i, (_, title) in enumerate(titles, 1))
            question += "\n" + turn.words("choose_several")
        elif len(titles) > TAPS:
            question += "\n" + "\n".join(f"{i}. {title}" for i, (_, title) in enumerate(titles, 1))
            turn.numbered = not turn.choices
        else:
            for choice_id, title in titles:
                turn.offer(choice_id, title)
        turn.text(question)


def summary_lines(turn: Turn, service: Service, draft: Draft) -> list[str]:
    """Numbered lines of the summary; the numbers are those by which a line is changed."""
    lines = []
    for number, (label, value) in enumerate(summary_items(turn, service, draft).values(), 1):
        lines.append(f"{number}. {label}: {value}")
    return lines


def summary_items(turn: Turn, service: Service, draft: Draft) -> dict[str, tuple[str, str]]:
    """Label and shown value by field or document id, in the order of the summary."""
    items: dict[str, tuple[str, str]] = {}
    lang = turn.lang
    repair = draft.repair
    uses: Sequence[FieldUse] = asked_fields(service, draft, turn.today) if repair is None else service.fields
    for use in uses:
        if use.field.id in draft.values:
            shown = turn.show(use.field, draft.values[use.field.id])
            if use.field.id in draft.spellings:
                shown += f" – {isolate(draft.spellings[use.field.id], lang)}"
            items[use.field.id] = (use.field.label[lang], shown)
    needed = {use.document.id for use in needed_documents(service, draft, turn.today)}
    for paper in service.documents:
        if paper.document.id in draft.papers:
            items[paper.document.id] = (paper.document.label[lang], turn.words("paper_received"))
        elif paper.document.id in needed and repair is None:
            items[paper.document.id] = (paper.document.label[lang], turn.words("paper_missing"))
    return items


def _note(turn: Turn, use: DocumentUse) -> str:
    return use.note.get(turn.lang, "") if use.note else ""


def _person_name(turn: Turn, draft: Draft) -> str:
    person = turn.state.person(draft.person)
    return person.name if person else ""
