"""Inside a form: is this message the answer, or something else that comes first?

Typed questions ask their parser first, so that "12 March" stays a date whatever the classifier thinks. Free text and
names fit nearly anything; they yield to another speech act only when the model is sure of it. A message that answers
nothing is an interruption as soon as that is likelier than not.
"""

from __future__ import annotations

from dialogue.answers.assign import Assignment
from dialogue.answers.naming import looks_like_a_name
from dialogue.step import Step
from dialogue.understanding import Understanding
from nlu.text.asking import is_question
from nlu.text.language import requested

INTERRUPTING = frozenset(
    {
        "greet", "goodbye", "thank", "choose_language", "help", "bot_challenge",
        "list_services", "apply_service", "ask_documents", "ask_fee", "ask_time", "ask_eligibility", "ask_process",
        "check_status", "download_certificate", "verify_certificate", "withdraw_application",
        "cancel", "restart", "resume", "file_grievance", "talk_to_human", "delete_my_data", "emergency", "out_of_scope",
    }
)  # fmt: skip
"""Speech acts that the form itself does not understand."""
URGENT = frozenset({"emergency", "delete_my_data", "choose_language", "cancel", "restart", "talk_to_human"})
SMALL_TALK = frozenset({"greet", "goodbye", "thank", "bot_challenge", "out_of_scope", "help"})
SURE, LIKELY, NEARLY_CERTAIN = 0.8, 0.5, 0.93
NAMING = 0.7
"""Enough for the wish for a service that is named."""
SHORT = 6
"""Words; what is longer answers a question that asks for a statement, also when it is itself a question."""
WORDS_TO_ERASE = 2
"""An unknown word that answers nothing must never lead to erasure."""


def _names(assignment: Assignment, step: Step) -> bool:
    """Whether what was taken on trust is a name that was asked for."""
    return any(use.field.type == "name" and use.field.id in assignment.values for use in step.fields)


def _service_named(message: Understanding) -> bool:
    return any(e["entity"] == "service" and e.get("end", 0) > e.get("start", 0) for e in message.entities)


def interrupts(message: Understanding, assignment: Assignment, step: Step) -> bool:
    """Whether the message is to be answered before the form goes on."""
    if message.kind == "event":
        return True
    if message.intent not in INTERRUPTING:
        return False
    if message.kind != "text":
        return True
    if message.intent == "choose_language" and requested(message.text):
        return True
    if message.intent == "delete_my_data" and (
        message.confidence < NEARLY_CERTAIN or len(message.text.split()) < WORDS_TO_ERASE
    ):
        return False
    question = is_question(message.text)
    if message.intent == "emergency" and message.confidence >= SURE:
        return True
    if any(use.field.statement for use in step.fields) and len(message.text.split()) > SHORT:
        return False
    if assignment.sure:
        return question and message.intent.startswith("ask_") and message.confidence >= SURE
    if assignment.values and message.intent == "list_services" and message.entity("department"):
        # "MCD" answers which department, or where somebody works; it does not ask for its services here.
        return False
    if assignment.values:
        if question and message.confidence >= LIKELY:
            return True
        if message.intent in SMALL_TALK:
            if _names(assignment, step) and looks_like_a_name(message.text, message.entities):
                return False
            return message.confidence >= NEARLY_CERTAIN
        if message.intent in URGENT and not _names(assignment, step) and len(step.fields) > 1:
            # Of several questions only a free text was "answered": the words fit nothing else.
            return message.confidence >= LIKELY
        if message.intent == "apply_service" and step.kind in ("fields", "rule"):
            return _service_named(message) and message.confidence >= NAMING
        return message.confidence >= SURE
    if message.intent == "apply_service":
        return message.confidence >= (NAMING if _service_named(message) else SURE)
    return message.confidence >= (LIKELY if message.intent not in URGENT else LIKELY - 0.05)
