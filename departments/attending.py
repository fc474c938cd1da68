"""What officers do in conversations with people: take one over, answer, give it back; call, and say that they called.

Every act is checked, noted in the audit trail and, where the person is to hear of it, told to the gateway in the same
transaction. The trail holds no word of what was said.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from departments import audit, callbacks, conversations
from departments.conversations import CALLBACK, CHAT, CLOSED, OPEN, WAITING, Said
from departments.errors import Conflict, Forbidden, Invalid, NotFound
from departments.office import Office
from departments.officers import Who
from departments.tables import Conversation

LONGEST = 1500
"""Letters of one answer: it fits one message on every channel."""


def mine(who: Who, row: Conversation) -> None:
    """Raises `Forbidden` for an officer of another department."""
    if who.department is not None and row.department not in (None, who.department):
        raise Forbidden("The conversation belongs to another department.", "other_department")


def do(office: Office, session: Session, who: Who, conversation: str, act: str, version: int, text: str) -> None:
    """An act by its name. Raises `Conflict` when another officer was first."""
    row = conversations.find(session, conversation, lock=True)
    mine(who, row)
    if act == "reply":
        # What the person wrote meanwhile is no reason to refuse an answer.
        _reply(office, session, who, row, text)
    else:
        if row.version != version and act != "give_back":
            raise Conflict("Somebody changed this conversation meanwhile; look at it again.", "changed")
        if act == "take":
            _take(office, session, who, row)
        elif act == "give_back":
            _give_back(office, session, who, row)
        elif act == "called":
            _called(office, who, row)
        elif act == "undo":
            _undo(office, row)
        else:
            raise NotFound("There is no such step.", "no_step")
    audit.note(office, session, who.username, f"conversation_{act}", row.id)


def _take(office: Office, session: Session, who: Who, row: Conversation) -> None:
    _of_status(row, WAITING, OPEN)
    first = row.status == WAITING
    row.status, row.officer, row.taken_at = OPEN, who.id, office.now()
    conversations.touch(office, row)
    if first and row.kind == CHAT:
        callbacks.write_staff(office, session, row, {"what": "taken"})


def _reply(office: Office, session: Session, who: Who, row: Conversation, text: str) -> None:
    _of_kind(row, CHAT)
    _of_status(row, OPEN)
    if row.officer != who.id:
        raise Conflict("Another officer has this conversation; take it over first.", "not_yours")
    if not text or len(text) > LONGEST:
        raise Invalid(f"An answer has 1 to {LONGEST} characters.", "text")
    conversations.put(office, session, row, Said("officer", text, row.language, office.now()), who.id)
    callbacks.write_staff(office, session, row, {"what": "message", "text": text})


def _give_back(office: Office, session: Session, who: Who, row: Conversation) -> None:
    _of_kind(row, CHAT)
    _of_status(row, OPEN)
    if row.officer != who.id:
        raise Conflict("Another officer has this conversation; take it over first.", "not_yours")
    conversations.end(office, row, "given_back")
    callbacks.write_staff(office, session, row, {"what": "given_back"})


def _called(office: Office, who: Who, row: Conversation) -> None:
    _of_kind(row, CALLBACK)
    _of_status(row, WAITING, OPEN)
    row.officer = who.id
    conversations.end(office, row, "called")


def _undo(office: Office, row: Conversation) -> None:
    """The person was not reached after all: back into the queue."""
    _of_kind(row, CALLBACK)
    _of_status(row, CLOSED)
    if row.sealed_phone is None:
        raise Conflict("The number is deleted already.", "wrong_status")
    row.status, row.officer, row.closed_at, row.closed_by = WAITING, None, None, None
    conversations.touch(office, row)


def _of_kind(row: Conversation, kind: str) -> None:
    if row.kind != kind:
        raise Conflict("This cannot be done here.", "wrong_kind")


def _of_status(row: Conversation, *statuses: str) -> None:
    if row.status not in statuses:
        raise Conflict("The conversation is no longer where it was; look at it again.", "wrong_status")
