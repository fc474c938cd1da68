"""What the office did in a conversation it has: somebody is there, an answer, given back; and nobody came.

What officers write is told as their office's words, without power over layout or direction. An answer that comes when
WhatsApp's window has closed goes as a template, whose tap brings the person to it.
"""

from __future__ import annotations

from dataclasses import replace

from actions import calls, desk
from actions.turn import Turn
from dialogue.display import isolate
from nlu.text.neutral import neutral
from runtime.records import TemplateRef

KEPT = 50
ANSWER_KEPT = 1500


def note(turn: Turn) -> None:
    """Remembers that this event was told."""
    turn.change(noted=(*turn.state.noted, str(turn.message.event.get("id")))[-KEPT:])


def tell(turn: Turn) -> None:
    """One event of the office's, once. An answer is told also when the person has gone back to the assistant."""
    event, held = turn.message.event, turn.state.desk
    if event.get("id") in turn.state.noted:
        return
    note(turn)
    here = held is not None and held.open and held.id == event["conversation"]
    name = desk.office_name(turn, str(event.get("department") or ""))
    what = event.get("what")
    if what == "message":
        text = words(str(event.get("text", "")), turn.lang)
        turn.say("staff_says", office=name, text=text)
        turn.template = TemplateRef("staff_answered", turn.lang, (name, str(event["conversation"])[:8]))
        if held is not None:
            turn.change(desk=replace(held, answer=turn.paragraphs[-1][:ANSWER_KEPT]))
        if here:
            _answered(turn)
            turn.offer_words("menu", "button_assistant")
    elif what == "taken" and here:
        turn.say("staff_here", office=name)
        _answered(turn, waiting=True)
    elif what == "given_back" and here:
        turn.say("staff_given_back", office=name)
        desk.ended(turn)
        desk.go_on(turn)


async def patience_over(turn: Turn, conversation: str) -> None:
    """The alarm: tries again what could not be passed on, and takes back what has been silent for too long."""
    held = turn.state.desk
    if held is None or not held.open or held.id != conversation:
        turn.effect("alarm", name="unanswered", subject=conversation, after=None)
        return
    if held.unsent and not await desk.send(turn):
        turn.say("staff_given_back", office=desk.office_name(turn, held.department))
        desk.go_on(turn)
        return
    if turn.now.timestamp() < held.since + held.patience - 1:
        desk.wait(turn)
        return
    name = desk.office_name(turn, held.department)
    await desk.close(turn, "unanswered")
    if not held.waiting:
        turn.say("staff_quiet", office=name)
        desk.go_on(turn)
        return
    turn.say("staff_nobody", office=name)
    await calls.offer_call(turn)
    draft = next((d for d in turn.state.parked if d.id == held.draft), None)
    if draft is not None:
        turn.offer_words(f"resume:{draft.id}", "button_continue")
    else:
        turn.offer_words("menu", "button_menu")


def words(text: str, lang: str) -> str:
    """An officer's text: its lines kept, each without markup and overrides, whole inside a right-to-left message."""
    lines = [neutral(line) for line in text.splitlines()]
    return "\n".join(isolate(line, lang) for line in lines).strip()


def _answered(turn: Turn, waiting: bool = False) -> None:
    held = turn.state.desk
    assert held is not None
    turn.change(desk=replace(held, taken=True, waiting=waiting, since=turn.now.timestamp()))
    desk.wait(turn)
