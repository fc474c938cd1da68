"""Drafts over time: put aside, taken up again, thrown away, begun anew."""

from __future__ import annotations

from dataclasses import replace

from actions import papers
from actions.base import SahayakAction
from actions.turn import Turn
from dialogue.draft import Draft
from dialogue.form import step_of
from dialogue.moving import MOVE

KEPT = 10
"""Parked drafts kept on one conversation; older ones go first."""


def title(turn: Turn, draft: Draft) -> str:
    """ "Income Certificate – Asha": how a draft is named to the person."""
    service = turn.service(draft.service)
    name = service.name[turn.lang] if service else draft.service
    person = turn.state.person(draft.person)
    whose = str(draft.values.get(service.applicant, "")) if service else ""
    whose = whose or (person.name if person else "")
    return f"{name} – {whose}" if whose else name


def park(turn: Turn, empty: bool = False) -> None:
    """The draft in progress is put aside; nothing of it shows in the next application. `empty`: without answers too."""
    draft = turn.state.draft
    if draft is None:
        return
    others = [d for d in turn.state.parked if d.id != draft.id]
    kept = [*others, draft] if empty or draft.values or draft.papers or draft.repair else others
    turn.change(draft=None, parked=tuple(kept[-KEPT:]))
    for oldest in kept[:-KEPT]:
        turn.release(oldest.blobs())


def resume(turn: Turn, draft: Draft) -> None:
    """Makes a parked draft the present one and says where it stands."""
    if turn.state.draft is not None and turn.state.draft.id != draft.id:
        park(turn)
    turn.change(
        draft=draft, parked=tuple(d for d in turn.state.parked if d.id != draft.id), focus=draft.service, pending=""
    )
    where_it_stands(turn)
    turn.events.append({"event": "slot", "timestamp": None, "name": "answer", "value": None})
    turn.to_form()


def where_it_stands(turn: Turn) -> None:
    draft = turn.state.draft
    service = turn.service(draft.service) if draft else None
    if draft is None or service is None:
        return
    step = step_of(turn.state, service, turn.today)
    if step.total and draft.values:
        turn.say("draft_stands", draft=title(turn, draft), number=step.number, total=step.total)
    else:
        turn.say("draft_continues", draft=title(turn, draft))


def offer_drafts(turn: Turn) -> None:
    for draft in reversed(turn.state.parked[-4:]):
        turn.offer(f"resume:{draft.id}", turn.words("button_continue"), title(turn, draft))


def discard(turn: Turn, draft: Draft) -> None:
    """Throws a draft and its papers away."""
    if turn.state.draft is not None and turn.state.draft.id == draft.id:
        turn.change(draft=None)
    turn.change(parked=tuple(d for d in turn.state.parked if d.id != draft.id))
    turn.release(draft.blobs())


class Cancel(SahayakAction):
    """Stops the form but keeps what was filled in; a tap throws it away."""

    action_name = "action_cancel"

    async def act(self, turn: Turn) -> None:
        state = turn.state
        if turn.message.verb() == "discard":
            wanted = turn.message.argument()
            draft = next((d for d in (state.draft, *state.parked) if d is not None and d.id == wanted), None)
            if draft is None:
                turn.say("choice_gone")
            else:
                turn.say("draft_discarded", draft=title(turn, draft))
                discard(turn, draft)
            if turn.in_form and turn.state.draft is None:
                turn.leave_form()
            turn.offer_words("menu", "button_menu")
            return
        stop(turn)


def stop(turn: Turn) -> None:
    """Closes the form; a draft in which something was filled in is kept and can be continued or thrown away."""
    draft = turn.state.draft
    turn.change(pending="")
    if draft is None:
        turn.say("nothing_to_cancel")
        turn.offer_words("menu", "button_menu")
        return
    park(turn)
    turn.leave_form()
    if any(d.id == draft.id for d in turn.state.parked):
        turn.say("draft_kept", draft=title(turn, draft))
        turn.offer_words(f"resume:{draft.id}", "button_continue")
        if draft.repair is None:
            turn.offer_words(f"{MOVE}:{draft.id}", "button_move")
        turn.offer_words(f"discard:{draft.id}", "button_discard")
    else:
        turn.say("cancelled")
    turn.offer_words("menu", "button_menu")


class Resume(SahayakAction):
    """Takes up a draft, or an application that a department sent back."""

    action_name = "action_resume"

    async def act(self, turn: Turn) -> None:
        state = turn.state
        verb, argument = turn.message.verb(), turn.message.argument()
        parked = list(state.parked)
        if turn.message.kind == "choice":
            parked = [
                d
                for d in parked
                if (verb == "resume" and d.id == argument)
                or (verb == "repair" and d.repair is not None and d.repair.number == argument)
            ]
            if state.draft is not None and (state.draft.id == argument or not parked):
                where_it_stands(turn)
                turn.to_form()
                return
        elif state.draft is not None:
            where_it_stands(turn)
            turn.to_form()
            return
        if len(parked) == 1:
            resume(turn, parked[0])
            _take_file(turn)
        elif parked:
            turn.say("which_draft")
            for draft in reversed(parked[-9:]):
                turn.offer(f"resume:{draft.id}", title(turn, draft))
        else:
            turn.say("nothing_to_resume")
            turn.offer_words("menu", "button_menu")


def _take_file(turn: Turn) -> None:
    """A paper that came while the draft was put aside is laid to it."""
    draft = turn.state.draft
    service = turn.service(draft.service) if draft else None
    if turn.message.kind == "file" and draft is not None and service is not None:
        papers.take(turn, service, draft, step_of(turn.state, service, turn.today))


class Restart(SahayakAction):
    """ "Start again" asks first: a filled form is never thrown away by one word."""

    action_name = "action_restart_application"

    async def act(self, turn: Turn) -> None:
        draft = turn.state.draft
        if draft is None:
            turn.say("nothing_to_restart")
            turn.offer_words("menu", "button_menu")
            return
        if not draft.values and not draft.papers and not draft.proposed:
            where_it_stands(turn)
            if not turn.in_form:
                turn.to_form()
            return
        turn.say("ask_restart", draft=title(turn, draft))
        turn.offer_words("confirm:yes", "button_start_again")
        turn.offer_words("confirm:no", "button_continue")
        turn.ask(draft.service, "summary", "confirm")
        turn.change(pending="restart")
        turn.hold()


def start_again(turn: Turn) -> None:
    """The same service and person, every answer gone."""
    draft = turn.state.draft
    if draft is None:
        return
    discard(turn, draft)
    fresh = Draft(id=turn.services.new_id(), service=draft.service, person=draft.person, started=turn.now.timestamp())
    turn.change(draft=replace(fresh, repair=draft.repair))
    turn.say("started_again")
    turn.to_form()
