"""The two actions of the one form: taking what came, and asking what is next.

`validate_application_form` decides between an answer and an interruption; for an interruption it rejects the form's
execution, the rule for that speech act runs, and the same question comes back.
"""

from __future__ import annotations

from dataclasses import replace

from actions.answering import Answering
from actions.base import SahayakAction
from actions.department_answers import DepartmentError
from actions.turn import DONE, FORM, Turn
from actions.wording import ask_step
from catalogue.model import Service
from dialogue.by_identity import made_once
from dialogue.display import moment
from dialogue.form import step_of
from dialogue.moving import ENTER
from dialogue.spelling import proposed
from dialogue.step import Step


class ValidateApplicationForm(SahayakAction):
    """Takes answers, files, taps and corrections into the draft."""

    action_name = f"validate_{FORM}"
    answers_form = True

    async def act(self, turn: Turn) -> None:
        if not turn.in_form or turn.returning:
            # Rasa validates on opening and on returning too; then the message was another action's, and no answer.
            _set_answer(turn, None)
            return
        draft = turn.state.draft
        service = turn.service(draft.service) if draft else None
        if draft is None or service is None:
            turn.leave_form()
            return
        step = step_of(turn.state, service, turn.today)
        slots = await free_slots(turn, service, step)
        verdict = Answering(turn, service, step, slots).take()
        if verdict == "interrupted":
            _set_answer(turn, None)
            turn.events.append(
                {
                    "event": "action_execution_rejected",
                    "timestamp": None,
                    "name": FORM,
                    "policy": None,
                    "confidence": None,
                }
            )
            return
        # Who answers the form has no code in hand any more: digits are the form's again.
        pending = "" if turn.state.pending == ENTER else turn.state.pending
        turn.change(misses=0, held=verdict == "held", pending=pending)
        if verdict == "left":
            turn.leave_form()
        _set_answer(turn, DONE if verdict == "done" else None)


class AskApplicationFormAnswer(SahayakAction):
    """Asks the next step; with nothing left to ask it words the summary."""

    action_name = f"action_ask_{FORM}_answer"
    settles_language = False

    async def act(self, turn: Turn) -> None:
        draft = turn.state.draft
        service = turn.service(draft.service) if draft else None
        if turn.state.held:
            turn.change(held=False)
            return
        if draft is None or service is None:
            turn.leave_form()
            return
        step = step_of(turn.state, service, turn.today)
        while step.rule is not None and step.rule.severity == "info":
            # What is only good to know stands above the next question; nobody has to answer it.
            turn.text(step.rule.message[turn.lang])
            draft = replace(draft, warned=(*draft.warned, step.rule.id))
            turn.change(draft=draft)
            step = step_of(turn.state, service, turn.today)
        if step.kind == "confirm":
            draft = proposed(service, draft, turn.lang)
        slots = await free_slots(turn, service, step)
        ask_step(turn, service, draft, step, slots)
        turn.change(draft=replace(draft, last_asked=(*step.field_ids, *step.document_ids)))


def _set_answer(turn: Turn, value: str | None) -> None:
    """The form asks on while its slot is empty, and ends once it is filled."""
    turn.events.append({"event": "slot", "timestamp": None, "name": "answer", "value": value})


@made_once
def _slots_of(service: Service) -> tuple[str, ...]:
    """Ids of the fields by which an appointment is chosen."""
    return tuple(use.field.id for use in service.fields if use.field.type == "slot")


async def free_slots(turn: Turn, service: Service, step: Step) -> list[tuple[str, str]]:
    """Appointments on offer when the step asks for one or shows which was chosen, as (id, words)."""
    draft = turn.state.draft
    wanted = any(use.field.type == "slot" for use in step.fields)
    known = draft.values if draft is not None else {}
    chosen = any(name in known for name in _slots_of(service))
    if not wanted and (step.kind != "confirm" or not chosen):
        return []
    try:
        found = await turn.services.department.slots(service.id)
    except DepartmentError:
        return []
    turn.slots = {slot.id: moment(slot.at, turn.lang) for slot in found}
    return list(turn.slots.items())[:9] if wanted else []
