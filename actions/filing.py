"""Submission to the department, and the repair of what it sent back.

Every write carries an idempotency key made from the draft, so that a turn run twice files once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions import grievances
from actions.base import SahayakAction
from actions.department_answers import DepartmentError, DepartmentRefused
from actions.holding import Handing, close, hold, remember
from actions.turn import Turn
from catalogue.model import Service
from dialogue.conversation import Filed
from dialogue.display import day
from dialogue.draft import Draft
from dialogue.planner import asked_fields
from dialogue.spelling import in_both


class SubmitApplication(SahayakAction):
    """Runs when the form is done."""

    action_name = "action_submit_application"
    settles_language = False

    async def act(self, turn: Turn) -> None:
        turn.events.append({"event": "slot", "timestamp": None, "name": "answer", "value": None})
        draft = turn.state.draft
        service = turn.service(draft.service) if draft else None
        if draft is None or service is None:
            return
        if not turn.confirmed:
            turn.to_form()
            return
        handing = prepare(turn, service, draft)
        try:
            await hand_in(turn, service, handing)
        except DepartmentRefused as refusal:
            turn.say("department_refused", detail=refusal.detail)
            turn.to_form()
        except DepartmentError:
            hold(turn, service, handing)


def prepare(turn: Turn, service: Service, draft: Draft) -> Handing:
    """What goes to the department, settled once: a later try must send the same under the same key."""
    if draft.repair is not None:
        latin, local = _names(service, draft.values, draft)
        body: dict[str, Any] = {
            "fields": {**draft.values, **latin},
            "local": local,
        }
        return Handing(draft, body)
    applied = {use.field.id for use in asked_fields(service, draft, turn.today)}
    fields = {key: value for key, value in draft.values.items() if key in applied}
    latin, local = _names(service, fields, draft)
    body = {
        "service": service.id,
        "fields": {**fields, **latin},
        "local": local,
        "applicant": {
            "name": latin.get(service.applicant, str(draft.values.get(service.applicant, ""))),
            "name_local": local.get(service.applicant, ""),
        },
        "language": turn.lang,
        "channel": turn.message.channel,
        "reference": turn.key,
        "consent": dict(turn.state.consent or {}),
    }
    return Handing(draft, body)


async def hand_in(turn: Turn, service: Service, handing: Handing) -> str:
    """Files or repairs, tells the person, drops our copies; returns the application's number.

    Raises `DepartmentError`; nothing has changed then.
    """
    number = await (_file if handing.draft.repair is None else _repair)(turn, service, handing)
    # The department has the papers now; of ours only those stay that are remembered for the person.
    turn.release(handing.draft.blobs())
    return number


async def _file(turn: Turn, service: Service, handing: Handing) -> str:
    draft = handing.draft
    filed = await turn.services.department.submit(handing.body, key=draft.id)
    await _send_papers(turn, draft, filed.number)
    due = day(filed.due, turn.lang) if filed.due else ""
    record = Filed(
        number=filed.number,
        service=service.id,
        person=draft.person,
        name=str(draft.values.get(service.applicant, "")),
        stage=filed.stage,
        at=turn.now.timestamp(),
        due=filed.due.isoformat() if filed.due else "",
    )
    remember(turn, service, draft, record)
    turn.say("submitted", service=service.name[turn.lang], number=filed.number)
    if due:
        turn.say("submitted_due", due=due)
    grievances.tell_way(turn, service, draft, due)
    if filed.stage == "fee_pending" and service.fee.amount:
        turn.say("submitted_fee", fee=turn.words("fee_amount", amount=service.fee.amount))
    turn.say("submitted_next")
    turn.offer_words(f"status:{filed.number}", "button_status")
    turn.offer_words("menu", "button_menu")
    return filed.number


async def _repair(turn: Turn, service: Service, handing: Handing) -> str:
    draft = handing.draft
    assert draft.repair is not None
    number = draft.repair.number
    if draft.values:
        fields, local = handing.body["fields"], handing.body["local"]
        await turn.services.department.repair(number, fields, key=f"{draft.id}:fields", local=local)
    await _send_papers(turn, draft, number)
    close(turn, draft)
    turn.change(
        filed=tuple(
            replace(f, stage="under_verification", waiting=None) if f.number == number else f for f in turn.state.filed
        ),
    )
    turn.say("repaired", service=service.name[turn.lang], number=number)
    turn.offer_words(f"status:{number}", "button_status")
    return number


async def _send_papers(turn: Turn, draft: Draft, number: str) -> None:
    for document, paper in draft.papers.items():
        content = turn.services.vault.get(paper.forward)
        await turn.services.department.add_document(
            number, document, paper.name, paper.mime, content, key=f"{draft.id}:{document}:{paper.sha256}"
        )


def _names(service: Service, fields: Mapping[str, Any], draft: Draft) -> tuple[dict[str, str], dict[str, str]]:
    """Names in Latin letters, and in the person's script, by field, as the summary showed them."""
    names = [use.field.id for use in service.fields if use.field.type == "name" and use.field.id in fields]
    both = {name: in_both(draft, name) for name in names}
    return {k: latin for k, (latin, _) in both.items()}, {k: local for k, (_, local) in both.items() if local}
