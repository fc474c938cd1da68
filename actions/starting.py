"""Beginning an application: which service, whose matter, and what the person has told already."""

from __future__ import annotations

from dataclasses import replace

from actions.base import SahayakAction
from actions.drafts import park, resume
from actions.guessing import likely, offer
from actions.menu import offer_departments
from actions.turn import Turn
from catalogue.model import Service
from dialogue.answers.facts import facts
from dialogue.answers.outcome import Context
from dialogue.draft import Draft
from dialogue.form import for_person
from dialogue.kindred import kindred
from dialogue.names import service_named
from nlu.text.tokens import tokens

CERTAIN = 0.6
SHORT = 4
"""Words of a message that may be no more than a name."""


class StartApplication(SahayakAction):
    """Opens the form of the service that is wanted; asks which when that is not clear."""

    action_name = "action_start_application"

    async def act(self, turn: Turn) -> None:
        service = self._wanted(turn)
        if service is None:
            self._which(turn)
            return
        if turn.state.topic and turn.message.kind == "text" and len(tokens(turn.message.text)) <= SHORT:
            # The name is the answer to "which service do you ask about?".
            turn.follow("action_inform")
            return
        if not service.form:
            turn.change(focus=service.id)
            turn.say("service_only_described", service=service.name[turn.lang], purpose=service.purpose[turn.lang])
            offer_topics(turn, service)
            turn.hold()
            return
        begin(turn, service)

    def _wanted(self, turn: Turn) -> Service | None:
        if turn.message.kind == "choice":
            return turn.meant_service()
        if turn.message.intent == "file_grievance":
            return turn.service("pgms_grievance")
        service = turn.meant_service()
        near = kindred(turn.message.text)
        if near and (service is None or near != (service.id,)):
            # "Pension": several are meant by the word, whichever the model thinks of first.
            return None
        ranking = turn.message.ranking
        if service is not None and (not ranking or ranking[0][1] >= CERTAIN or named(turn)):
            return service
        spelt = turn.service(service_named(turn.message.text))
        if spelt is not None:
            return spelt
        if service is None and turn.state.focus and len(tokens(turn.message.text)) <= SHORT and not turn.in_form:
            return turn.service(turn.state.focus)
        return None

    def _which(self, turn: Turn) -> None:
        services = likely(turn)
        if turn.in_form and not services:
            turn.say("not_understood_here")
            return
        if services:
            turn.say("which_service")
            offer(turn, services, "apply")
            turn.offer_words("menu", "button_other_service")
        else:
            turn.say("which_department")
            offer_departments(turn)
        turn.hold()


def named(turn: Turn) -> bool:
    """Whether the message names the service, rather than only meaning it."""
    whole = len(turn.message.text)
    return any(e["entity"] == "service" and e.get("end", 0) - e.get("start", 0) < whole for e in turn.message.entities)


def begin(turn: Turn, service: Service) -> None:
    """A draft of this service: the one in progress or parked for it, else a new one with what was told so far."""
    state = turn.state
    present = state.draft
    if present is not None and present.service == service.id and present.repair is None:
        turn.to_form()
        return
    parked = [d for d in state.parked if d.service == service.id and d.repair is None and d.values]
    if parked and turn.message.kind != "choice":
        resume(turn, parked[-1])
        return
    if present is not None:
        park(turn)
        turn.say("draft_kept_short", service=_name(turn, present))
    draft = Draft(id=turn.services.new_id(), service=service.id, person="", started=turn.now.timestamp())
    told = {}
    if turn.message.kind == "text":
        context = Context(turn.catalogue, turn.today, turn.lang)
        told = facts(service, turn.message.text, turn.message.entities, context)
    if state.consent is not None:
        if len(state.people) == 1 and service.applicant not in told:
            draft = for_person(draft, service, state.people[0], turn.now.timestamp())
        elif not state.people:
            draft = replace(draft, person=turn.services.new_id())
    draft = draft.with_values(told)
    turn.say("starting", service=service.name[turn.lang])
    promise = _promise(turn, service)
    if promise:
        turn.text(promise)
    if told:
        by_id = {use.field.id: use.field for use in service.fields}
        lines = [f"• {by_id[k].label[turn.lang]}: {turn.show(by_id[k], v)}" for k, v in told.items()]
        turn.say("noted", items="\n".join(lines))
    turn.change(draft=draft, focus=service.id, pending="", misses=0)
    turn.events.append({"event": "slot", "timestamp": None, "name": "answer", "value": None})
    turn.to_form()


def _name(turn: Turn, draft: Draft) -> str:
    service = turn.service(draft.service)
    return service.name[turn.lang] if service else draft.service


def _promise(turn: Turn, service: Service) -> str:
    """Fee and time in one line, so that nobody fills a form without knowing them."""
    parts = []
    if service.fee.amount is not None:
        key = "fee_none" if service.fee.amount == 0 else "fee_amount"
        parts.append(turn.words(key, amount=service.fee.amount))
    if service.time_limit.days is not None:
        parts.append(turn.words("time_days", days=service.time_limit.days))
    return " · ".join(parts)


def offer_topics(turn: Turn, service: Service) -> None:
    """The questions that can be asked about a service, as taps."""
    if service.form:
        turn.offer_words(f"apply:{service.id}", "button_apply")
    for topic in ("documents", "fee", "time", "eligibility", "process"):
        turn.offer_words(f"ask:{topic}:{service.id}", f"button_ask_{topic}")
