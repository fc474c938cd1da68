"""Taking one message into the draft, by the step that was asked.

Returns what became of it: "taken" (ask the next step), "done" (submit), "left" (the form closes), "held" (something was
shown that is to be answered first), or "interrupted" (the message is for another action; the draft is untouched).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from actions import editing, papers
from actions.drafting import Drafting
from actions.remaining import tell_what_is_left
from actions.wording import summary_items
from dialogue.answers.assign import Assignment, assign
from dialogue.answers.correction import correction
from dialogue.answers.elsewhere import Elsewhere, beside, elsewhere
from dialogue.answers.happening import happened
from dialogue.answers.outcome import Accepted
from dialogue.answers.parsers import parse
from dialogue.castes import listed
from dialogue.form import for_person
from dialogue.interruption import NEARLY_CERTAIN, SURE, interrupts
from dialogue.places import proposed, sub_division_of
from dialogue.planner import asked_fields, holds, optional_fields
from nlu.text.asking import asks_what_is_left, is_question
from nlu.text.dates import find_dates
from nlu.text.yesno import does_not_know, yes_no

HELP_AFTER = 2
"""Failed answers in a row after which the field's help is shown unasked."""


class Answering(Drafting):
    """One message against one step."""

    def take(self) -> str:
        message = self.turn.message
        if message.kind == "event":
            return "interrupted"
        if message.kind == "file":
            return self._file()
        if message.kind == "choice":
            return self._choice()
        if message.kind == "unsupported":
            self.turn.say("unsupported_message")
            return "taken"
        return self._text()

    # Taps

    def _choice(self) -> str:
        verb, argument = self.turn.message.verb(), self.turn.message.argument()
        handlers: Mapping[str, Callable[[str], str]] = {
            "value": self._tapped_value,
            "skip": self._skip,
            "confirm": self._tapped_confirm,
            "consent": self._consent,
            "edit": self._edit,
            "person": self._person,
            "back": self._back,
        }
        if self.turn.message.choice.startswith("more:edit:"):
            editing.offer_lines(self.turn, self.service, self.draft, argument.partition(":")[2])
            return self._hold()
        if verb in handlers and not (verb == "confirm" and self.turn.state.pending):
            return handlers[verb](argument)
        return "interrupted"

    def _hold(self) -> str:
        """Something was shown that is to be answered first: the question is not repeated under it."""
        return "held"

    def _tapped_value(self, argument: str) -> str:
        field_id, _, value = argument.partition(":")
        use = next((u for u in self.service.fields if u.field.id == field_id), None)
        if use is None or (self.draft.repair is not None and field_id not in self.draft.repair.fields):
            self.turn.say("choice_gone")
            return "taken"
        if use.field.type == "boolean" and value in ("true", "false"):
            return self._values({field_id: value == "true"})
        if use.field.type == "district" and value in self.turn.catalogue.districts:
            return self._values({field_id: value})
        if use.field.type == "sub_division" and value in self.turn.catalogue.sub_divisions:
            return self._values({field_id: value})
        if listed(value, self.turn.catalogue):
            return self._values({field_id: value})
        outcome = parse(use.field, value, self.context)
        valid = {option.value for option in use.field.options} | {slot for slot, _ in self.context.slots}
        if isinstance(outcome, Accepted) and value in valid:
            return self._values({field_id: outcome.value})
        self.turn.say("choice_gone")
        return "taken"

    def _tapped_confirm(self, argument: str) -> str:
        return self._agree() if argument == "yes" else self._disagree()

    def _consent(self, argument: str) -> str:
        if self.step.kind != "consent":
            return "taken"
        return self._agree() if argument == "yes" else self._disagree()

    def _edit(self, argument: str) -> str:
        known = set(summary_items(self.turn, self.service, self.draft)) | {u.field.id for u in self.service.fields}
        known |= {u.document.id for u in self.service.documents}
        if argument not in known or self._closed(argument):
            self.turn.say("choice_gone")
            return "taken"
        self.turn.change(draft=self.draft.edit([argument]))
        return "taken"

    def _person(self, argument: str) -> str:
        if self.step.kind not in ("person", "proposal"):
            return "taken"
        return self._choose_person(self.turn.state.person(argument) if argument != "new" else None)

    # Files

    def _file(self) -> str:
        papers.take(self.turn, self.service, self.draft, self.step)
        return "taken"

    # Words

    def _text(self) -> str:
        turn, message = self.turn, self.turn.message
        if turn.state.pending and (
            message.intent in ("affirm", "deny", "delete_my_data", "restart", "withdraw_application")
            or yes_no(message.text) is not None
        ):
            return "interrupted"
        if asks_what_is_left(message.text):
            tell_what_is_left(turn, self.service, self.draft, self.step)
            return "taken"
        if self.step.kind in ("consent", "proposal", "confirm", "person") or (
            self.step.rule is not None and self.step.rule.severity != "block"
        ):
            return self._text_on_decision()
        if self.step.kind == "document":
            return self._text_on_document()
        if len(self.step.fields) == 1 and yes_no(message.text):
            field = self.step.fields[0].field
            likely = proposed(field, self.context.values, turn.catalogue)
            if likely is not None:
                return self._values({field.id: likely})
        other = self._elsewhere()
        assignment = self._with_happening(beside(self.step.fields, other, message, self.context))
        if interrupts(message, assignment, self.step):
            return "interrupted"
        for name, refused in other.refusals.items():
            self._problem(name, refused)
        if assignment.sure:
            # What was answered already is corrected beside an answer only under its own name.
            kinds = {name: value for name, value in other.kinds.items() if name not in self.draft.values}
            assignment = replace(assignment, values={**kinds, **other.named, **assignment.values})
        elif other.values:
            self._noted(other.values)
            return self._values(other.values)
        elif other.refusals:
            return "taken"
        if message.intent == "correct_answer" and not assignment.sure and self._correct():
            return "taken"
        if not assignment.sure and message.confidence >= SURE:
            if message.intent == "go_back":
                return self._back("")
            if message.intent == "skip":
                return self._skip(self.step.field_ids[0] if self.step.fields else "")
            if message.intent == "repeat":
                return self._so_far()
        asking = is_question(message.text) and not any(use.field.statement for use in self.step.fields)
        if assignment.values and (assignment.sure or not asking):
            return self._answers(assignment)
        return self._not_taken(assignment)

    def _text_on_decision(self) -> str:
        """A step that wants yes or no: consent, known facts, a warning, the summary."""
        turn, message = self.turn, self.turn.message
        answer = yes_no(message.text)
        if answer is None and self.step.kind == "consent" and message.intent in ("restart", "resume"):
            # "Ok, let's start": nothing has begun yet that could be begun anew.
            answer = yes_no(message.text.split()[0]) or None
        if self.step.kind == "person":
            return self._named_person()
        if answer is None and message.confidence >= SURE:
            answer = {"affirm": True, "deny": False}.get(message.intent)
        if self.step.kind == "confirm" and self._line_changed():
            return "taken"
        if answer is not None and len(message.text.split()) <= 4:
            return self._agree() if answer else self._disagree()
        if self.step.kind == "confirm" and message.intent != "correct_answer" and self._optional():
            return "taken"
        if self.step.kind == "confirm" and message.intent in ("help", "repeat") and message.confidence < NEARLY_CERTAIN:
            # "Late has to be written before my father's name" speaks of a line, and asks for no help.
            line = editing.line_spoken_of(turn, self.service, self.draft, message)
            if line and not self._closed(line):
                return self._edit(line)
        if interrupts(message, Assignment(), self.step):
            return "interrupted"
        if self.step.kind == "consent":
            turn.say("consent_needed")
            return "taken"
        if self.step.kind in ("confirm", "rule"):
            line = editing.line_meant(turn, self.service, self.draft, message.text)
            if line and not self._closed(line):
                return self._edit(line)
        if self._correct():
            return "taken"
        if answer is not None:
            return self._agree() if answer else self._disagree()
        if message.intent == "skip":
            return self._agree() if self.step.kind == "confirm" and not self.step.fields else self._skip("")
        if message.intent == "go_back":
            return self._back("")
        turn.say("not_understood_here")
        return "taken"

    def _named_person(self) -> str:
        said = self.turn.message.text.casefold()
        for person in self.turn.state.people:
            if person.name.casefold() in said:
                return self._choose_person(person)
        if interrupts(self.turn.message, Assignment(), self.step):
            return "interrupted"
        return self._choose_person(None)

    def _text_on_document(self) -> str:
        message = self.turn.message
        if message.intent == "correct_answer" and self._correct():
            return "taken"
        if interrupts(message, Assignment(), self.step):
            return "interrupted"
        if message.intent == "go_back":
            return self._back("")
        if message.intent == "skip" or yes_no(message.text) is False:
            return self._skip(self.step.document_ids[0])
        self.turn.say("document_wanted")
        return "taken"

    def _agree(self) -> str:
        turn = self.turn
        if self.step.kind == "consent":
            turn.change(
                consent={
                    "version": turn.words("consent_version"),
                    "language": turn.lang,
                    "at": turn.now.isoformat(),
                    "channel": turn.message.channel,
                }
            )
            draft = self.draft
            if len(turn.state.people) == 1 and not draft.person:
                draft = for_person(draft, self.service, turn.state.people[0], turn.now.timestamp())
            elif not turn.state.people and not draft.person:
                draft = replace(draft, person=turn.services.new_id())
            turn.change(draft=draft)
            return "taken"
        if self.step.kind == "proposal":
            turn.change(draft=self.draft.accept())
            return "taken"
        if self.step.kind == "confirm":
            return "done"
        if self.step.rule is not None:
            turn.change(draft=replace(self.draft, warned=(*self.draft.warned, self.step.rule.id)))
        return "taken"

    def _disagree(self) -> str:
        turn = self.turn
        if self.step.kind == "consent":
            turn.say("consent_refused")
            turn.offer_words("menu", "button_menu")
            turn.change(draft=None)
            return "left"
        if self.step.kind == "proposal":
            turn.change(draft=replace(self.draft, proposed={}, proposed_papers={}))
            return "taken"
        if self.step.kind == "confirm":
            editing.offer_lines(turn, self.service, self.draft, "0")
            return self._hold()
        if self.step.rule is not None:
            editing.offer_fields(turn, self.service, self.draft, self.step)
            return self._hold()
        turn.say("not_understood_here")
        return "taken"

    # Answers

    def _answers(self, assignment: Assignment) -> str:
        values = dict(assignment.values)
        for name, refused in assignment.refusals.items():
            self._problem(name, refused)
        several = any(isinstance(value, list) for value in values.values())
        if len(self.step.fields) > 1 or several or values.keys() - set(self.step.field_ids):
            # What was told in one breath may have been taken for another thing: the person sees what it became.
            self._noted(values)
        return self._values(values)

    def _not_taken(self, assignment: Assignment) -> str:
        wanted = {use.field.type for use in self.step.fields}
        if "sub_division" in wanted and any(use.field.id == "district" for use in self.service.fields):
            district = parse(self.turn.catalogue.fields["district"], self.turn.message.text, self.context)
            if isinstance(district, Accepted):
                return self._values({"district": district.value})
        if "sub_division" in wanted:
            around = sub_division_of(self.turn.message.text, self.turn.catalogue)
            if around is not None:
                found = {"sub_division": around}
                self._noted(found)
                return self._values(found)
        draft = replace(self.draft, failures=self.draft.failures + 1)
        self.turn.change(draft=draft)
        if self.step.fields and does_not_know(self.turn.message.text):
            self.turn.text(self.step.fields[0].field.help[self.turn.lang])
            return "taken"
        if assignment.refusals:
            for name, refused in assignment.refusals.items():
                self._problem(name, refused)
        else:
            self.turn.say("not_understood_here")
        if draft.failures >= HELP_AFTER and self.step.fields:
            self.turn.text(self.step.fields[0].field.help[self.turn.lang])
        return "taken"

    def _optional(self) -> bool:
        """Something optional told beside the summary ("email x@y.in")."""
        uses = optional_fields(self.service, self.draft, self.turn.today)
        found = assign(uses, self.turn.message.text, self.context, self.turn.message.entities)
        if not found.values or not found.sure:
            return False
        self._noted(found.values)
        self._values(dict(found.values))
        return True

    def _correct(self) -> bool:
        """A correction of an earlier answer; shown back, the question at hand returns."""
        message = self.turn.message
        if message.intent not in ("correct_answer", "inform"):
            return False
        found = correction(message.text, message.entities, self._answered(), self.context)
        if found is None:
            return False
        if found.value is None:
            if message.intent != "correct_answer":
                return False
            self.turn.change(draft=self.draft.edit([found.field]))
            return True
        values = {found.field: found.value, **found.also}
        self._noted(values)
        self._values(values)
        return True

    def _with_happening(self, assignment: Assignment) -> Assignment:
        """Day and place told in one breath, also where one of them, or both, would be asked only later."""
        asked, text = self.step.field_ids, self.turn.message.text
        if any(use.field.statement for use in self.step.fields) or not find_dates(text, self.turn.today, past=True):
            return assignment
        uses = [
            use
            for use in self.service.fields
            if not self._closed(use.field.id)
            and (use.field.id in asked or use.field.id not in self.draft.values)
            and holds(use.when, self.draft, self.turn.today) is not False
        ]
        told = happened(uses, text, self.context, asked).values
        if not told:
            return assignment
        return (
            replace(assignment, values={**told, **assignment.values}) if assignment.sure else Assignment(told, {}, True)
        )

    def _line_changed(self) -> bool:
        """A line of the summary and what it should be, in one message: "5 mein 36 likho"."""
        line, said = editing.line_changed(self.turn, self.service, self.draft, self.turn.message.text)
        if not line or self._closed(line):
            return False
        use = next((u for u in self.service.fields if u.field.id == line), None)
        outcome = parse(use.field, said, self.context) if use and said else None
        if isinstance(outcome, Accepted):
            self._noted({line: outcome.value})
            self._values({line: outcome.value})
        else:
            self._edit(line)
        return True

    def _elsewhere(self) -> Elsewhere:
        """Answers to other questions of the form."""
        uses = asked_fields(self.service, self.draft, self.turn.today)
        open_uses = [use for use in uses if not self._closed(use.field.id)]
        return elsewhere(self.step, open_uses, self.draft, self.turn.message, self.context)
