"""What the desk shows of conversations with people, read into frozen data. Renders nothing and changes nothing.

The queue shows no word of anybody's; a conversation's own page does, and is audited by who calls this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from catalogue.model import Service
from departments import records
from departments.conversations import CALLBACK, CHAT, CLOSED, OPEN, WAITING
from departments.office import INDIA, Office
from departments.officers import Who
from departments.tables import Conversation, Officer, Utterance

LANGUAGES = {"en": "English", "hi": "Hindi", "pa": "Punjabi", "ur": "Urdu"}
STATUSES = {WAITING: "Waiting", OPEN: "With an officer", CLOSED: "Closed"}
ENDS = {
    "given_back": "given back to the assistant",
    "left": "the person went back to the assistant",
    "unanswered": "nobody took it in time",
    "called": "the person was called",
}
MOST = 100


@dataclass(frozen=True)
class Tab:
    """One of the lists, with how many stand in it (None: not counted)."""

    id: str
    title: str
    count: int | None


@dataclass(frozen=True)
class Line:
    id: str
    kind: str
    status: str
    service: Service | None
    department: str
    language: str
    channel: str
    opened: datetime
    call_from: datetime | None
    officer: str
    mine: bool


@dataclass(frozen=True)
class Bubble:
    by: str
    officer: str
    language: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Talk:
    """One conversation as an officer sees it. `acts`: names of what this officer may do now."""

    line: Line
    version: int
    step: int | None
    steps: int | None
    said: tuple[Bubble, ...]
    phone: str
    consent_at: datetime | None
    end: str
    acts: frozenset[str]


def tabs(session: Session, who: Who) -> tuple[Tab, ...]:
    def count(*which: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(Conversation).where(_visible(who), *which)
        return session.scalar(query) or 0

    return (
        Tab("waiting", "Waiting", count(*_WHICH["waiting"])),
        Tab("calls", "To be called", count(*_WHICH["calls"])),
        Tab("mine", "Mine", count(*_WHICH["open"], Conversation.officer == who.id)),
        Tab("open", "With any officer", count(*_WHICH["open"])),
        Tab("closed", "Closed", None),
    )


_WHICH: dict[str, tuple[ColumnElement[bool], ...]] = {
    "waiting": (Conversation.kind == CHAT, Conversation.status == WAITING),
    "calls": (Conversation.kind == CALLBACK, Conversation.status != CLOSED),
    "mine": (Conversation.kind == CHAT, Conversation.status == OPEN),
    "open": (Conversation.kind == CHAT, Conversation.status == OPEN),
    "closed": (Conversation.status == CLOSED,),
}


def queue(office: Office, session: Session, who: Who, show: str) -> tuple[Line, ...]:
    """Who waits longest first; of the closed ones the newest."""
    query = select(Conversation).where(_visible(who), *_WHICH[show])
    if show == "mine":
        query = query.where(Conversation.officer == who.id)
    if show == "closed":
        query = query.order_by(Conversation.closed_at.desc(), Conversation.id)
    elif show == "calls":
        query = query.order_by(Conversation.call_from, Conversation.id)
    else:
        query = query.order_by(Conversation.opened_at, Conversation.id)
    names = _names(session)
    return tuple(_line(office, who, row, names) for row in session.scalars(query.limit(MOST)))


def shows(name: str) -> str:
    """The list of that name, or the one to begin with."""
    return name if name in _WHICH else "waiting"


def talk(office: Office, session: Session, who: Who, row: Conversation) -> Talk:
    names = _names(session)
    said = session.scalars(select(Utterance).where(Utterance.conversation == row.id).order_by(Utterance.id))
    return Talk(
        line=_line(office, who, row, names),
        version=row.version,
        step=row.step,
        steps=row.steps,
        said=tuple(
            Bubble(
                one.by,
                names.get(one.officer, "") if one.officer else "",
                one.language,
                office.sealer.open(one.sealed_text, f"utterances:{row.id}:{one.by}"),
                one.at.astimezone(INDIA),
            )
            for one in said
        ),
        phone=records.text(office, row.sealed_phone, f"conversations:{row.id}:phone") or "",
        consent_at=row.consent_at.astimezone(INDIA) if row.consent_at else None,
        end=ENDS.get(row.closed_by or "", ""),
        acts=_acts(who, row),
    )


def _acts(who: Who, row: Conversation) -> frozenset[str]:
    if row.kind == CALLBACK:
        return frozenset({"undo"} if row.status == CLOSED else {"called"})
    if row.status == CLOSED:
        return frozenset()
    return frozenset({"reply", "give_back"} if row.officer == who.id else {"take"})


def _visible(who: Who) -> ColumnElement[bool]:
    if who.department is None:
        return Conversation.id.is_not(None)
    return or_(Conversation.department == who.department, Conversation.department.is_(None))


def _names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(Officer.id, Officer.name))}


def _line(office: Office, who: Who, row: Conversation, names: dict[int, str]) -> Line:
    department = office.catalogue.departments.get(row.department or "")
    return Line(
        id=row.id,
        kind=row.kind,
        status=row.status,
        service=office.catalogue.services.get(row.service or ""),
        department=department.name["en"] if department else "",
        language=LANGUAGES[row.language],
        channel=row.channel,
        opened=row.opened_at.astimezone(INDIA),
        call_from=row.call_from.astimezone(INDIA) if row.call_from else None,
        officer=names.get(row.officer, "") if row.officer else "",
        mine=row.officer == who.id,
    )
