"""The step of a whole conversation: notice and person come before the first question of the application itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalogue.model import Service
from dialogue.conversation import Conversation
from dialogue.draft import Draft
from dialogue.person import Person, proposals, proposed_papers
from dialogue.planner import next_step
from dialogue.step import Step


def step_of(conversation: Conversation, service: Service, today: date) -> Step:
    """What the form wants next of this conversation. There must be a draft."""
    draft = conversation.draft
    assert draft is not None
    if draft.repair is None:
        if conversation.consent is None:
            return Step("consent")
        if not draft.person and len(conversation.people) > 1:
            return Step("person")
    return next_step(service, draft, today)


def for_person(draft: Draft, service: Service, person: Person, now: float) -> Draft:
    """The draft as this person's, with what is known of them proposed (never what was answered already)."""
    known = {k: v for k, v in proposals(service, person).items() if k not in draft.values}
    papers = {k: v for k, v in proposed_papers(service, person, now).items() if k not in draft.papers}
    return replace(draft, person=person.id, proposed=known, proposed_papers=papers)
