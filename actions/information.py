"""Questions about a service: papers, fee, time, who may, how and where; from the catalogue's facts alone.

A fact that nobody has checked is given as "to be confirmed by the department".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from actions.base import SahayakAction
from actions.guessing import likely, offer
from actions.menu import offer_departments
from actions.starting import offer_topics
from actions.turn import Turn
from catalogue.model import Fact, Service
from dialogue.conversation import TOPIC
from nlu.text.asking import asks_in_general

LIMIT = 8


class Inform(SahayakAction):
    """Answers about the service named, else the one last spoken of, else asks which."""

    action_name = "action_inform"

    async def act(self, turn: Turn) -> None:
        service = self._service(turn)
        topic = self._topic(turn)
        if service is None:
            self._which(turn, topic)
            return
        turn.change(focus=service.id, misses=0)
        if turn.state.topic:
            turn.change(pending="")
        if topic:
            ANSWERS[topic](turn, service)
        else:
            self._card(turn, service)
        if turn.in_form:
            turn.choices.clear()

    @staticmethod
    def _topic(turn: Turn) -> str:
        """What is asked, now or before the service was named; empty: nothing in particular."""
        topic = turn.message.intent.removeprefix("ask_")
        if topic == "process" and turn.message.kind == "text" and asks_in_general(turn.message.text):
            return ""
        return topic if topic in ANSWERS and turn.message.verb() != "service" else turn.state.topic

    @staticmethod
    def _which(turn: Turn, topic: str) -> None:
        """Keeps what was asked until it is known of which service."""
        turn.say("which_service_question")
        if turn.in_form:
            return
        turn.change(pending=f"{TOPIC}{topic}" if topic else "")
        services = likely(turn)
        if services:
            offer(turn, services, "service")
            turn.offer_words("menu", "button_other_service")
        else:
            offer_departments(turn)

    def _service(self, turn: Turn) -> Service | None:
        draft = turn.state.draft
        meant = turn.meant_service()
        ranking = turn.message.ranking
        named = any(
            e["entity"] == "service" and e.get("end", 0) - e.get("start", 0) < len(turn.message.text)
            for e in turn.message.entities
        )
        sure = turn.message.kind == "choice" or named or (bool(ranking) and ranking[0][1] >= 0.6)
        if meant is not None and sure:
            return meant
        if turn.in_form and draft is not None:
            return turn.service(draft.service)
        return turn.service(turn.state.focus) or meant

    @staticmethod
    def _card(turn: Turn, service: Service) -> None:
        turn.say("service_card", service=service.name[turn.lang], purpose=service.purpose[turn.lang])
        turn.text(" · ".join(filter(None, (_fee_short(turn, service), _time_short(turn, service)))))
        offer_topics(turn, service)


def _fee_short(turn: Turn, service: Service) -> str:
    if service.fee.amount is None:
        return ""
    return turn.words("fee_none" if service.fee.amount == 0 else "fee_amount", amount=service.fee.amount)


def _time_short(turn: Turn, service: Service) -> str:
    return turn.words("time_days", days=service.time_limit.days) if service.time_limit.days is not None else ""


def _with_doubt(turn: Turn, fact: Fact) -> str:
    text = fact.text[turn.lang]
    if not text:
        return ""
    return text if fact.verified else f"{text} {turn.words('to_be_confirmed')}"


def _facts(turn: Turn, found: Iterable[Fact]) -> str:
    shown = list(found)[:LIMIT]
    lines = [f"• {fact.text[turn.lang]}" for fact in shown]
    if any(not fact.verified for fact in shown):
        lines.append(turn.words("to_be_confirmed"))
    return "\n".join(lines)


def _end(turn: Turn, service: Service, topic: str) -> None:
    if service.form:
        turn.offer_words(f"apply:{service.id}", "button_apply")
    for other in ("documents", "fee", "time", "process"):
        if other != topic and len(turn.choices) < 3:
            turn.offer_words(f"ask:{other}:{service.id}", f"button_ask_{other}")


def documents(turn: Turn, service: Service) -> None:
    turn.say("documents_of", service=service.name[turn.lang])
    lines = []
    for use in service.documents:
        need = {"mandatory": "", "optional": turn.words("paper_optional"), "conditional": ""}[use.need]
        if use.need == "conditional":
            need = use.note[turn.lang] if use.note else turn.words("paper_conditional")
        label = use.document.label[turn.lang]
        lines.append(f"• {label} – {need}" if need else f"• {label}")
    turn.text("\n".join(lines) or turn.words("documents_none"))
    _end(turn, service, "documents")


def fee(turn: Turn, service: Service) -> None:
    turn.say("fee_of", service=service.name[turn.lang], fee=_fee_short(turn, service) or turn.words("not_known"))
    turn.text(_with_doubt(turn, service.fee.detail))
    _end(turn, service, "fee")


def time(turn: Turn, service: Service) -> None:
    turn.say("time_of", service=service.name[turn.lang], time=_time_short(turn, service) or turn.words("not_known"))
    turn.text(_with_doubt(turn, service.time_limit.detail))
    _end(turn, service, "time")


def eligibility(turn: Turn, service: Service) -> None:
    turn.say("eligibility_of", service=service.name[turn.lang])
    turn.text(_facts(turn, service.eligibility) or turn.words("not_known"))
    _end(turn, service, "eligibility")


def process(turn: Turn, service: Service) -> None:
    turn.say("process_of", service=service.name[turn.lang])
    turn.text(_facts(turn, service.process) or turn.words("process_here"))
    office = service.office.text[turn.lang]
    if office:
        turn.say("office_of", office=office)
    _end(turn, service, "process")


ANSWERS: dict[str, Callable[[Turn, Service], None]] = {
    "documents": documents,
    "fee": fee,
    "time": time,
    "eligibility": eligibility,
    "process": process,
}
