"""Yes or no to a question outside the form: start again, withdraw, go on here, delete my data."""

from __future__ import annotations

from dataclasses import replace

from actions import desk, moving
from actions.base import SahayakAction
from actions.department_answers import DepartmentError, DepartmentRefused
from actions.drafts import resume, start_again
from actions.holding import WAITING
from actions.menu import offer_departments
from actions.turn import Turn
from dialogue.conversation import Conversation
from dialogue.display import isolate
from nlu.text.yesno import yes_no


class AnswerPending(SahayakAction):
    """Carries out, or drops, what was asked about; with nothing pending, takes up the only parked draft."""

    action_name = "action_answer_pending"

    async def act(self, turn: Turn) -> None:
        kind, _, argument = turn.state.pending.partition(":") if turn.state.asked_yes_or_no else ("", "", "")
        yes = turn.message.intent == "affirm"
        turn.change(pending="")
        if kind in ("", "more"):
            # Nothing, or something that was to be written.
            self._nothing(turn, yes)
            return
        if not yes:
            turn.say("left_as_it_is")
            return
        if kind == "restart":
            start_again(turn)
        elif kind == "withdraw":
            await self._withdraw(turn, argument)
        elif kind == "move":
            moving.fetch(turn, argument)
        elif kind == "erase":
            await erase(turn)

    @staticmethod
    def _nothing(turn: Turn, yes: bool) -> None:
        if turn.in_form:
            return
        guesses = [choice for choice in turn.state.offered if choice[0].startswith(("service:", "apply:", "ask:"))]
        if yes and len(turn.state.parked) == 1:
            resume(turn, turn.state.parked[0])
        elif yes and guesses:
            turn.say("which_service")
            for choice_id, shown in turn.state.offered:
                turn.offer(choice_id, shown)
        elif guesses and turn.state.misses:
            turn.say("which_department")
            offer_departments(turn)
        else:
            turn.say("what_can_i_do")
            turn.offer_words("menu", "button_menu")

    @staticmethod
    async def _withdraw(turn: Turn, number: str) -> None:
        try:
            await turn.services.department.withdraw(number, "citizen", key=f"withdraw:{number}")
        except DepartmentRefused as refusal:
            turn.say("department_refused", detail=refusal.detail)
        except DepartmentError:
            turn.say("department_away_status", number=isolate(number, turn.lang))
        else:
            turn.say("withdrawn", number=isolate(number, turn.lang))
            turn.change(
                filed=tuple(replace(f, stage="withdrawn") if f.number == number else f for f in turn.state.filed)
            )


class DeleteMyData(SahayakAction):
    """Says what goes and what the law keeps, and asks first."""

    action_name = "action_delete_my_data"

    async def act(self, turn: Turn) -> None:
        if turn.state.pending == "erase" and yes_no(turn.message.text):
            await erase(turn)
            return
        turn.say("ask_erase")
        turn.offer_words("confirm:yes", "button_erase")
        turn.offer_words("confirm:no", "button_no")
        turn.ask("", "erase", "confirm")
        turn.change(pending="erase")
        turn.hold()


async def erase(turn: Turn) -> None:
    """Drafts, papers, profiles and the conversation itself, with what staff has of it; applications already filed stay
    with the department."""
    state = turn.state
    blobs = papers_of(state)
    numbers = ", ".join(item.number for item in state.filed if item.stage != WAITING)
    turn.say("erased")
    if numbers:
        turn.say("erased_kept", numbers=isolate(numbers, turn.lang))
    await desk.erase(turn)
    turn.effect("erase", blobs=blobs)
    turn.state = Conversation(language=state.language, language_chosen=state.language_chosen)
    if turn.in_form:
        turn.leave_form()


def papers_of(state: Conversation) -> list[str]:
    """Vault ids of every file that the conversation still holds."""
    return sorted(state.blobs())
