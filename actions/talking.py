"""Everything said beside the business: greeting, thanks, language, not understood, an emergency."""

from __future__ import annotations

from actions import desk
from actions.base import SahayakAction
from actions.drafts import offer_drafts, title, where_it_stands
from actions.guessing import likely, offer
from actions.late import tell_late
from actions.menu import offer_departments
from actions.starting import named
from actions.turn import Turn
from catalogue.model import LANGUAGES
from dialogue.form import step_of
from dialogue.interruption import NEARLY_CERTAIN
from dialogue.kindred import kindred
from dialogue.moving import ENTER
from dialogue.sense import gibberish
from dialogue.tongue import language_for

POPULAR = (
    "income_certificate", "caste_sc_st", "domicile_certificate", "birth_certificate", "marriage_registration",
    "driving_licence",
)  # fmt: skip
"""First rows of the welcome list; services missing from the catalogue are left out."""


def offer_languages(turn: Turn) -> None:
    for lang in LANGUAGES:
        turn.offer(f"lang:{lang}", turn.services.messages.render("language_name", lang))


def welcome(turn: Turn) -> None:
    """The menu of a person whose language is known."""
    tell_late(turn)
    turn.say("welcome")
    offer_drafts(turn)
    for name in POPULAR:
        service = turn.service(name)
        if service is not None and len(turn.choices) < 8:
            turn.offer(f"service:{name}", service.short[turn.lang], service.department.name[turn.lang])
    turn.offer_words(ENTER, "button_have_code")
    turn.offer_words("menu", "button_all_services")


class Greet(SahayakAction):
    """First time: four languages and a choice. Later: where things stand."""

    action_name = "action_greet"
    settles_language = False

    async def act(self, turn: Turn) -> None:
        turn.change(misses=0)
        known = turn.state.language
        if not known:
            spoken = language_for(turn.message, "", False, False)
            if turn.message.script == "Latn" or not spoken:
                self._in_all(turn)
                return
            turn.change(language=spoken)
        else:
            lang = language_for(turn.message, known, turn.state.language_chosen, True)
            turn.change(language=lang)
        if turn.in_form:
            turn.say("greet_again")
            where_it_stands(turn)
        else:
            turn.say("greet_again" if known else "hello")
            welcome(turn)

    @staticmethod
    def _in_all(turn: Turn) -> None:
        for lang in LANGUAGES:
            turn.text(turn.services.messages.render("greeting", lang))
        offer_languages(turn)
        turn.ask("", "language", "language")


class ChooseLanguage(SahayakAction):
    """Sets the language that was named or tapped; without one, offers all four."""

    action_name = "action_choose_language"

    async def act(self, turn: Turn) -> None:
        wanted = turn.message.argument() if turn.message.verb() == "lang" else turn.message.entity("language")
        if turn.message.kind == "text":
            wanted = language_for(turn.message, "", False, True) if wanted not in LANGUAGES else wanted
        if wanted not in LANGUAGES:
            turn.say("ask_language")
            offer_languages(turn)
            turn.ask("", "language", "language")
            return
        first = not turn.state.language_chosen and not turn.in_form
        turn.change(language=wanted, language_chosen=True, misses=0)
        if not first:
            turn.say("language_set")
        if turn.in_form:
            return
        if first:
            welcome(turn)
        else:
            turn.offer_words("menu", "button_menu")


class SmallTalk(SahayakAction):
    """Thanks, goodbye, help, "are you a robot", out of scope: a short sentence, then back to the matter."""

    action_name = "action_small_talk"

    async def act(self, turn: Turn) -> None:
        intent = turn.message.intent
        if intent == "repeat" and not turn.in_form and turn.state.last_said:
            turn.text(turn.state.last_said)
            for choice_id, shown in turn.state.offered:
                turn.offer(choice_id, shown)
            return
        if intent == "out_of_scope" and not turn.in_form:
            if gibberish(turn.message.text) or kindred(turn.message.text):
                # A word of a service's name is no wish outside our scope.
                turn.follow(NotUnderstood.action_name)
                return
            if named(turn) and turn.message.confidence < NEARLY_CERTAIN:
                # A sentence that names a service is seldom about anything else.
                turn.follow("action_start_application")
                return
        if intent == "help" and turn.in_form:
            self._help_in_form(turn)
        else:
            turn.say(
                {
                    "goodbye": "goodbye",
                    "thank": "you_are_welcome",
                    "help": "help",
                    "bot_challenge": "i_am_an_assistant",
                    "repeat": "help",
                }.get(intent, "out_of_scope")
            )
        if intent == "goodbye":
            turn.hold()
        if not turn.in_form and intent not in ("goodbye", "thank"):
            turn.offer_words("menu", "button_menu")
            turn.offer_words("human", "button_human")

    @staticmethod
    def _help_in_form(turn: Turn) -> None:
        draft = turn.state.draft
        service = turn.service(draft.service) if draft else None
        asked = draft.last_asked if draft else ()
        if draft is not None and service is not None and step_of(turn.state, service, turn.today).kind == "confirm":
            turn.say("confirm_how")
            return
        helps = [use.field.help[turn.lang] for use in service.fields if use.field.id in asked] if service else []
        if service is not None:
            helps += [u.document.help[turn.lang] for u in service.documents if u.document.id in asked]
        turn.text("\n".join(helps[:4]) or turn.words("help"))


class NotUnderstood(SahayakAction):
    """Never confident nonsense."""

    action_name = "action_not_understood"

    async def act(self, turn: Turn) -> None:
        number = turn.message.entity("application_number") or ""
        if turn.message.kind == "text" and not turn.in_form and turn.message.entity("certificate_number"):
            turn.follow("action_download_certificate")
        elif turn.message.kind == "text" and not turn.in_form and number[:1].isalpha():
            # Who writes nothing but a number wants to know of it.
            turn.follow("action_check_status")
        else:
            not_understood(turn)


def not_understood(turn: Turn) -> None:
    """Guesses as taps where there are any, else the departments and a person."""
    state = turn.state
    if turn.message.kind == "choice":
        turn.say("choice_gone")
        turn.offer_words("menu", "button_menu")
    elif turn.message.kind == "unsupported":
        turn.say("unsupported_message")
        turn.offer_words("menu", "button_menu")
    elif state.draft is None and state.parked and turn.message.intent in ("inform", "affirm", "correct_answer"):
        turn.say("which_draft")
        for draft in reversed(state.parked[-4:]):
            turn.offer(f"resume:{draft.id}", turn.words("button_continue"), title(turn, draft))
        turn.offer_words("menu", "button_menu")
    elif services := likely(turn):
        turn.say("not_understood")
        offer(turn, services, "service")
        turn.offer_words("menu", "button_other_service")
    else:
        turn.say("not_understood_again" if state.misses else "not_understood_at_all")
        offer_departments(turn)
        turn.choices = [*turn.choices[:9]]
        turn.offer_words("human", "button_human")
    turn.change(misses=state.misses + 1)
    if turn.in_form:
        turn.choices.clear()


class Emergency(SahayakAction):
    """Short, humane, the right numbers; never a form."""

    action_name = "action_emergency"

    async def act(self, turn: Turn) -> None:
        turn.say("emergency")
        turn.hold()
        turn.change(misses=0)
        if turn.state.desk is not None and turn.state.desk.open:
            # Who has the conversation must know of it, too.
            await desk.relay(turn)
