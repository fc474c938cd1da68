"""A draft goes on in another conversation: its code, what was found by one, and the draft's way over.

Four turns: the giver shows a code; the taker types it and is told what it leads to; the taker's yes sends an event
`take` to the giver; the giver's turn lets the draft go and sends it, sealed, in an event `moved` (or `gone`). A draft
is thus in one state, or under way, and never in two; with it go its answers, its papers and the consent that was given.
What the giver has besides – people, other drafts, what was filed – stays. What a department sent back stays too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.drafts import Resume, resume, title
from actions.services import Services
from actions.talking import not_understood
from actions.turn import Turn
from dialogue.conversation import Conversation
from dialogue.display import isolate
from dialogue.draft import Draft, Paper
from dialogue.moving import ENTER, FOUND, LIFE_S, MOVE, grouped, make
from dialogue.planner import next_step
from runtime import keys
from runtime.errors import VaultError
from runtime.records import Inbound

LIKELY = 0.5
"""Confidence from which a wish to go on is answered even where there is nothing to go on with."""
EVENTS = ("take", "moved", "gone")


def is_ours(event: Mapping[str, Any]) -> bool:
    """Whether the event is of another conversation. What a department sends bears the department's name."""
    return "department" not in event and any(name in event for name in EVENTS)


def _nothing_begun(state: Conversation) -> bool:
    return state.draft is None and not state.parked


def movable(state: Conversation) -> list[Draft]:
    """The draft in progress first, then the newest."""
    drafts = [draft for draft in (state.draft, *reversed(state.parked)) if draft is not None]
    return [draft for draft in drafts if draft.repair is None]


class ResumeOrMove(Resume):
    """Takes up a draft here, or lets it go on elsewhere."""

    async def act(self, turn: Turn) -> None:
        if turn.message.kind == "choice" and turn.message.choice.startswith(MOVE):
            move(turn)
        elif turn.message.kind == "text" and turn.message.confidence < LIKELY and _nothing_begun(turn.state):
            # A wish that is unlikely and cannot be met either was another.
            not_understood(turn)
        else:
            await super().act(turn)


# Taps and words


def move(turn: Turn) -> None:
    """What was tapped or written about moving."""
    choice = turn.message.choice
    turn.change(pending="", misses=0)
    if choice == ENTER:
        turn.say("move_enter")
        turn.offer_words("menu", "button_menu")
        turn.numbered = False
        turn.change(pending=ENTER)
    elif choice == FOUND:
        _found(turn, turn.message.event.get("code") or {})
    else:
        _give_code(turn, choice.removeprefix(MOVE).removeprefix(":"))
    turn.hold()


def _give_code(turn: Turn, wanted: str) -> None:
    drafts = movable(turn.state)
    if wanted:
        drafts = [draft for draft in drafts if draft.id == wanted]
    elif turn.state.draft is not None:
        drafts = drafts[:1]
    if not drafts:
        turn.say("choice_gone" if wanted else "nothing_to_resume")
        turn.offer_words("menu", "button_menu")
    elif len(drafts) > 1:
        turn.say("which_draft")
        for draft in drafts[:9]:
            turn.offer(f"{MOVE}:{draft.id}", title(turn, draft))
    else:
        (draft,) = drafts
        code = make(int(turn.services.new_id(), 16), keys.partition(turn.key), keys.PARTITIONS)
        turn.effect("code", code=code, draft=draft.id)
        turn.say("move_code", code=isolate(grouped(code), turn.lang), draft=title(turn, draft), minutes=LIFE_S // 60)
        turn.offer_words(f"resume:{draft.id}", "button_continue")
        turn.offer_words("menu", "button_menu")
        turn.numbered = False


def _found(turn: Turn, code: Mapping[str, Any]) -> None:
    """Tells what the code leads to, and asks. Why a code leads nowhere is not told, or guessing would be told, too."""
    problem = str(code.get("problem", ""))
    draft = Draft.from_slot(code.get("draft"))
    if not turn.state.language and code.get("language"):
        turn.change(language=code["language"])
    if draft is None:
        turn.say({"limited": "move_limited", "gone": "move_gone"}.get(problem, "move_wrong"))
        turn.offer_words(ENTER, "button_have_code")
        turn.offer_words("menu", "button_menu")
    elif code["from"] == turn.key:
        turn.say("move_here", draft=title(turn, draft))
        turn.offer_words(f"resume:{draft.id}", "button_continue")
    else:
        until = int(turn.now.timestamp()) + LIFE_S
        turn.say("move_found", **_where(turn, draft))
        turn.offer_words("confirm:yes", "button_continue_here")
        turn.offer_words("confirm:no", "button_no")
        turn.ask(draft.service, "move", "confirm")
        turn.change(pending=f"move:{code['from']}:{code['channel']}:{draft.id}:{until}")


def _where(turn: Turn, draft: Draft) -> dict[str, object]:
    service = turn.service(draft.service)
    told = replace(draft, proposed={}, proposed_papers={})
    step = next_step(service, told, turn.today) if service is not None else None
    total = step.total if step is not None else 0
    return {"draft": title(turn, draft), "number": step.number if step is not None else 0, "total": total}


def fetch(turn: Turn, pending: str) -> None:
    """Yes: the giver is asked for the draft, which comes by itself."""
    giver, channel, draft, until = pending.split(":")
    if turn.now.timestamp() > float(until):
        turn.say("move_wrong")
        turn.offer_words("menu", "button_menu")
        return
    turn.say("move_fetching")
    event = {"take": draft, "by": turn.key, "by_channel": turn.message.channel}
    turn.effect("send", to=giver, channel=channel, event=event)


# Events of the other conversation


def happened(turn: Turn) -> None:
    """The part of the conversation that an event reaches."""
    event = turn.message.event
    if "take" in event:
        _let_go(turn, event)
    elif "moved" in event:
        _arrived(turn, _opened(turn.services, turn.key, str(event["moved"])))
    else:
        turn.say("move_gone")
        turn.offer_words("menu", "button_menu")


def _let_go(turn: Turn, event: Mapping[str, Any]) -> None:
    state = turn.state
    draft = next((one for one in movable(state) if one.id == event["take"]), None)
    if draft is None:
        turn.effect("send", to=event["by"], channel=event["by_channel"], event={"gone": event["take"]})
        return
    present = state.draft is not None and state.draft.id == draft.id
    turn.change(
        draft=None if present else state.draft,
        parked=tuple(one for one in state.parked if one.id != draft.id),
        pending="" if present else state.pending,
        last_said="",
    )
    if present and turn.in_form:
        turn.leave_form()
    content = {"draft": _bare(turn, draft).to_slot(), "consent": dict(state.consent) if state.consent else None}
    sealed = turn.services.vault.sealer().seal(json.dumps(content).encode(), _place(str(event["by"])))
    turn.effect("send", to=event["by"], channel=event["by_channel"], event={"moved": base64.b64encode(sealed).decode()})
    turn.effect("spent")
    turn.uncounted()
    turn.say("move_left", draft=title(turn, draft))
    turn.offer_words("human", "button_human")
    turn.offer_words("menu", "button_menu")


def _bare(turn: Turn, draft: Draft) -> Draft:
    """The draft without what is known of the giver's people: what was only proposed, and whose profile it was.

    A paper that stays with a person is copied, so that each side can have its own erased.
    """
    held = turn.state.blobs()
    papers = {}
    for name, paper in draft.papers.items():
        try:
            papers[name] = _own(turn, paper, held, str(draft.id))
        except VaultError:
            # It was erased meanwhile; it is asked for again.
            continue
    return replace(draft, papers=papers, person=turn.services.new_id(), proposed={}, proposed_papers={})


def _own(turn: Turn, paper: Paper, held: frozenset[str], reason: str) -> Paper:
    def own(blob: str) -> str:
        return turn.services.vault.copy(blob, reason) if blob in held else blob

    return replace(paper, blob=own(paper.blob), forward=own(paper.forward))


def _arrived(turn: Turn, content: Mapping[str, Any]) -> None:
    draft = Draft.from_slot(content["draft"])
    if draft is None or any(one.id == draft.id for one in movable(turn.state)):
        return
    turn.change(consent=turn.state.consent or content["consent"])
    turn.uncounted()
    turn.say("move_arrived")
    # As if it had waited here all along: it takes the place of the one in progress.
    turn.change(parked=(*turn.state.parked, draft))
    resume(turn, draft)


# Nobody there any more


@dataclass(frozen=True)
class LeftOver:
    """What an event leaves to be done when its conversation was erased: files to delete, events to send."""

    blobs: tuple[str, ...] = ()
    effects: tuple[Mapping[str, Any], ...] = ()


def left_over(services: Services, inbound: Inbound) -> LeftOver:
    event = inbound.event
    if not is_ours(event):
        return LeftOver()
    if "take" in event:
        gone = {"kind": "send", "to": event["by"], "channel": event["by_channel"], "event": {"gone": event["take"]}}
        return LeftOver(effects=(gone,))
    if "moved" in event:
        draft = Draft.from_slot(_opened(services, inbound.conversation, str(event["moved"]))["draft"])
        return LeftOver(blobs=tuple(sorted(draft.blobs())) if draft is not None else ())
    return LeftOver()


def _place(conversation: str) -> str:
    """What a sealed draft is bound to: it opens for the conversation that it was sent to, and for no other."""
    return f"moved:{conversation}"


def _opened(services: Services, conversation: str, sealed: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(
        services.vault.sealer().open(base64.b64decode(sealed), _place(conversation))
    )
    return content
