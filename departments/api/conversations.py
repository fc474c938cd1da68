"""The part of the Department API by which the assistant hands a conversation over to staff."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field, StringConstraints
from sqlalchemy.orm import Session

from departments import conversations, idempotency
from departments.api.routes import ERRORS, Here, Key, answered
from departments.api.shapes import ConsentIn, In, Language, Line, Out, Word
from departments.conversations import Call, Consent, HandOver, Said
from departments.idempotency import Answer, Write

router = APIRouter(responses=ERRORS)
Moment = Annotated[AwareDatetime, Field(strict=False)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{8,15}$")]


class UtteranceIn(In):
    by: Literal["person", "assistant"]
    text: Words
    language: Language
    at: Moment


class CallIn(In):
    phone: Phone
    not_before: Moment
    consent: ConsentIn


class DraftIn(In):
    """How far the application in progress has come."""

    step: Annotated[int, Field(ge=0, le=200)]
    steps: Annotated[int, Field(ge=0, le=200)]


class HandOverIn(In):
    reference: Line
    language: Language
    channel: Word
    service: Word | None = None
    draft: DraftIn | None = None
    said: list[UtteranceIn] = Field(default_factory=list, max_length=50)
    call: CallIn | None = None


class AddIn(In):
    text: Words
    language: Language
    at: Moment


class CloseIn(In):
    why: Literal["left", "unanswered"]


class EraseIn(In):
    reference: Line


class ConversationOut(Out):
    id: str
    status: Literal["waiting", "open", "closed"]


class HandedOverOut(ConversationOut):
    ahead: int


class ErasedOut(Out):
    erased: int


@router.post("/conversations", status_code=201, response_model=HandedOverOut)
def hand_over(here: Here, key: Key, body: HandOverIn) -> Response:
    call = None
    if body.call:
        consent = body.call.consent
        given = Consent(consent.version, consent.language, consent.at, consent.channel)
        call = Call(body.call.phone, body.call.not_before, given)
    new = HandOver(
        reference=body.reference,
        language=body.language,
        channel=body.channel,
        service=body.service,
        step=body.draft.step if body.draft else None,
        steps=body.draft.steps if body.draft else None,
        said=tuple(Said(one.by, one.text, one.language, one.at) for one in body.said),
        call=call,
    )
    write = Write(key, "POST /conversations", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 201, lambda session: conversations.open_one(here, session, new)))


@router.post("/conversations/erase", response_model=ErasedOut)
def erase(here: Here, key: Key, body: EraseIn) -> Response:
    """Everything of the person's conversations with staff, at the person's wish."""
    write = Write(key, "POST /conversations/erase", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 200, lambda session: conversations.erase(session, body.reference)))


@router.post("/conversations/{id}/messages", status_code=201, response_model=ConversationOut)
def add(here: Here, key: Key, id: str, body: AddIn) -> Response:
    said = Said("person", body.text, body.language, body.at)

    def work(session: Session) -> Answer:
        return conversations.add(here, session, id, said)

    write = Write(key, f"POST /conversations/{id}/messages", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 201, work))


@router.post("/conversations/{id}/close", response_model=ConversationOut)
def close(here: Here, key: Key, id: str, body: CloseIn) -> Response:
    def work(session: Session) -> Answer:
        return conversations.close(here, session, id, body.why)

    write = Write(key, f"POST /conversations/{id}/close", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 200, work))
