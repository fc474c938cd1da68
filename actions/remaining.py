"""What is still to come of an application: steps, and papers by name."""

from __future__ import annotations

from actions.turn import Turn
from catalogue.model import Service
from dialogue.draft import Draft
from dialogue.planner import needed_documents
from dialogue.step import Step
from dialogue.tongue import language_for


def tell_what_is_left(turn: Turn, service: Service, draft: Draft, step: Step) -> None:
    """For somebody at this step; the question itself follows. Papers of answers still to come are not known yet."""
    turn.change(
        language=language_for(turn.message, turn.state.language, turn.state.language_chosen, False) or turn.lang
    )
    if draft.repair is None and step.total:
        left = step.total - step.number
        turn.say("left_steps" if left else "left_last_step", **({"left": left} if left else {}))
    papers = [use for use in needed_documents(service, draft, turn.today) if use.document.id not in draft.papers]
    if papers:
        turn.say("left_papers", papers="\n".join(f"• {use.document.label[turn.lang]}" for use in papers))
    else:
        turn.say("left_no_papers")
