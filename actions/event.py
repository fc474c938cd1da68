"""News from a department: told once, in the person's language, whatever order the callbacks come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from actions import claiming, holding, moving, staff_news
from actions.base import SahayakAction
from actions.department_answers import DepartmentError, DepartmentRefused
from actions.filing import hand_in
from actions.following import say_when, send_certificate
from actions.staff_news import note
from actions.turn import Turn
from dialogue.conversation import Filed
from dialogue.desk import UNANSWERED
from dialogue.display import day, isolate
from dialogue.draft import Draft, Repair
from runtime.records import TemplateRef

FINAL = frozenset({"certificate_issued", "rejected", "withdrawn", "dispatched", "resolved", "payment_started"})


class DepartmentEvent(SahayakAction):
    """Tells the new stage; opens a repair when something was sent back; delivers the certificate."""

    action_name = "action_department_event"
    settles_language = False

    async def act(self, turn: Turn) -> None:
        event = turn.message.event
        if moving.is_ours(event):
            moving.happened(turn)
            return
        if event.get("held"):
            await self._hand_in_held(turn, str(event["held"]))
            return
        if event.get(UNANSWERED):
            await staff_news.patience_over(turn, str(event[UNANSWERED]))
            return
        if event.get("conversation"):
            staff_news.tell(turn)
            return
        number, stage = str(event.get("number", "")), str(event.get("stage", ""))
        item = next((f for f in turn.state.filed if f.number == number), None)
        if item is None or event.get("id") in turn.state.noted:
            return
        note(turn)
        if event.get("claimed"):
            claiming.taken(turn, item)
            return
        if item.stage in FINAL and stage not in FINAL | {"reopened"}:
            return
        happened = str(event.get("at") or "")
        if _older(happened, item.told):
            return
        turn.change(
            filed=tuple(
                replace(f, stage=stage, told=happened or f.told) if f.number == number else f for f in turn.state.filed
            )
        )
        service = turn.service(item.service)
        name = service.name[turn.lang] if service else item.service
        turn.say("event_stage", service=name, number=isolate(number, turn.lang), stage=turn.words(f"stage.{stage}"))
        turn.template = TemplateRef(f"stage_{stage}", turn.lang, (name, number))
        if turn.services.messages.has(f"stage_next.{stage}"):
            turn.say(f"stage_next.{stage}")
        if event.get("reason"):
            turn.say("status_reason", reason=str(event["reason"]))
        if event.get("at_time"):
            say_when(turn, service, datetime.fromisoformat(str(event["at_time"])), str(event.get("place") or ""))
        if event.get("due") and stage == "under_verification":
            turn.say("status_due", due=day(date.fromisoformat(str(event["due"])[:10]), turn.lang))
        if stage == "sent_back":
            _open_repair(turn, item, event.get("sent_back") or {})
        elif stage == "certificate_issued" and event.get("certificate"):
            certificate = str(event["certificate"]["number"])
            turn.change(
                filed=tuple(replace(f, certificate=certificate) if f.number == number else f for f in turn.state.filed)
            )
            turn.paragraphs.clear()
            await send_certificate(turn, certificate, item)
        elif stage == "rejected" and service is not None:
            turn.say("rejected_appeal", appeal=service.appeal.text[turn.lang])

    @staticmethod
    async def _hand_in_held(turn: Turn, draft_id: str) -> None:
        """Another try at what a department that was away has not got; silent until it is settled."""
        found = holding.find(turn, draft_id)
        service = turn.service(found[0].service) if found else None
        if found is None or service is None:
            turn.effect("settled", draft=draft_id)
            return
        item, handing = found
        try:
            number = await hand_in(turn, service, handing)
        except DepartmentRefused as refusal:
            turn.say("department_refused", detail=refusal.detail)
            holding.drop(turn, item, handing.draft)
        except DepartmentError:
            holding.hold(turn, service, handing)
            return
        else:
            if handing.draft.repair is None:
                turn.template = TemplateRef("stage_submitted", turn.lang, (service.name[turn.lang], number))
        turn.effect("settled", draft=draft_id)


def _older(one: str, other: str) -> bool:
    """Whether one moment (ISO) lies before the other; news without a moment is taken as it comes."""
    try:
        return _moment(one) < _moment(other)
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _open_repair(turn: Turn, item: Filed, sent_back: Mapping[str, Any]) -> None:
    """A draft in which only the faulty fields and papers are open; it waits beside one in progress."""
    repair = Repair(
        number=item.number,
        fields={str(f["id"]): str(f.get("reason", "")) for f in sent_back.get("fields", [])},
        documents={str(d["id"]): str(d.get("reason", "")) for d in sent_back.get("documents", [])},
    )
    draft = Draft(
        id=turn.services.new_id(),
        service=item.service,
        person=item.person,
        started=turn.now.timestamp(),
        repair=repair,
    )
    service = turn.service(item.service)
    if service is not None:
        labels = [u.field.label[turn.lang] + _because(repair.fields[u.field.id]) for u in service.fields
                  if u.field.id in repair.fields]  # fmt: skip
        labels += [u.document.label[turn.lang] + _because(repair.documents[u.document.id]) for u in service.documents
                   if u.document.id in repair.documents]  # fmt: skip
        turn.text("\n".join(f"• {label}" for label in labels))
    if sent_back.get("note"):
        turn.say("status_reason", reason=str(sent_back["note"]))
    turn.change(parked=(*(d for d in turn.state.parked if d.repair is None or d.repair.number != item.number), draft))
    turn.offer_words(f"repair:{item.number}", "button_repair")


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
