"""The desk's pages of conversations with people: the queue, one conversation, and what is new in either."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from departments import attending, audit
from departments import conversations as rooms
from departments.desk import forms, guard, talks
from departments.desk.guard import At, Form, Here, LooksOn
from departments.desk.pages import page, part
from departments.errors import DepartmentError, Invalid

router = APIRouter(prefix=f"{guard.PATH}/conversations", include_in_schema=False)


def _live(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = guard.LIVE_POLICY
    return response


def _digest(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:16]


def _new(html: str, seen: str) -> Response:
    """The part of a page, or nothing when it is what the officer sees already."""
    digest = _digest(html)
    return Response(status_code=204) if digest == seen else HTMLResponse(html, headers={"X-Seen": digest})


@router.get("")
def queue(request: Request, here: Here, who: At) -> Response:
    show = talks.shows(request.query_params.get("show", ""))
    with here.database.read() as session:
        tabs, lines = talks.tabs(session, who), talks.queue(here, session, who, show)
    html = part("talks.html", tabs=tabs, lines=lines, show=show, statuses=talks.STATUSES)
    return _live(page(request, "conversations.html", who=who, show=show, html=html, seen=_digest(html)))


@router.get("/live")
def queue_live(request: Request, here: Here, who: LooksOn) -> Response:
    show = talks.shows(request.query_params.get("show", ""))
    with here.database.read() as session:
        tabs, lines = talks.tabs(session, who), talks.queue(here, session, who, show)
    html = part("talks.html", tabs=tabs, lines=lines, show=show, statuses=talks.STATUSES)
    return _new(html, request.query_params.get("seen", ""))


@router.get("/{id}")
def conversation(request: Request, here: Here, who: At, id: str) -> Response:
    return _conversation(request, here, who, id)


def _conversation(request: Request, here: Here, who: At, id: str, status: int = 200, **values: Any) -> Response:
    with here.database.write() as session:
        row = rooms.find(session, id)
        attending.mine(who, row)
        talk = talks.talk(here, session, who, row)
        audit.note(here, session, who.username, "view_conversation", row.id, "phone" if talk.phone else "")
    html = part("thread.html", talk=talk, statuses=talks.STATUSES)
    told = {"text": "", "longest": attending.LONGEST, **values}
    return _live(
        page(
            request,
            "conversation.html",
            status,
            who=who,
            talk=talk,
            html=html,
            seen=_digest(html),
            statuses=talks.STATUSES,
            **told,
        )
    )


@router.get("/{id}/live")
def conversation_live(request: Request, here: Here, who: LooksOn, id: str) -> Response:
    with here.database.read() as session:
        row = rooms.find(session, id)
        attending.mine(who, row)
        talk = talks.talk(here, session, who, row)
    answer = _new(part("thread.html", talk=talk, statuses=talks.STATUSES), request.query_params.get("seen", ""))
    if answer.status_code == 200:
        with here.database.write() as session:
            audit.note(here, session, who.username, "view_conversation", row.id, "what is new")
    return answer


@router.post("/{id}/acts/{act}")
def act(request: Request, here: Here, who: At, id: str, act: str, form: Form) -> Response:
    text = forms.text(form, "text")
    version = forms.version(form)
    try:
        with here.database.write() as session:
            attending.do(here, session, who, id, act, version, text)
    except Invalid as error:
        return _conversation(request, here, who, id, error.status, message=error.detail, text=text)
    except DepartmentError as error:
        if error.code not in ("changed", "not_yours", "wrong_status"):
            raise
        return _conversation(request, here, who, id, error.status, message=error.detail, text=text)
    if act in ("give_back", "called"):
        return RedirectResponse(f"{guard.PATH}/conversations", 303)
    return RedirectResponse(f"{guard.PATH}/conversations/{id}", 303)
