"""What a message may mean when it is not clear: services to choose from, by what was understood and by shared words."""

from __future__ import annotations

from actions.turn import Turn
from catalogue.model import Service
from dialogue.kindred import kindred

POSSIBLE = 0.1
"""Chance of a service from which it is worth showing."""
MOST = 6


def likely(turn: Turn) -> list[Service]:
    """The services that the message may mean, the likeliest first; none when it points nowhere."""
    near = kindred(turn.message.text) if turn.message.kind == "text" else ()
    ranked = [name for name, score in turn.message.ranking if score >= POSSIBLE]
    names = [*(name for name in ranked if name in near), *near] if near else ranked[:3]
    found = (turn.service(name) for name in dict.fromkeys(names))
    return [service for service in found if service is not None][:MOST]


def offer(turn: Turn, services: list[Service], verb: str) -> None:
    """Each service as a tap: to apply for it (`apply`), to read of it (`service`), or to be told what was asked."""
    if turn.state.topic:
        verb = f"ask:{turn.state.topic}"
    for service in services:
        turn.offer(f"{verb}:{service.id}", service.short[turn.lang], service.purpose[turn.lang])
