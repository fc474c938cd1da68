"""The routes of the desk. Each checks who is there, calls one use case or view, and renders a template or redirects."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select

from departments import audit, decisions, issuing, limits, officers, papers, records, show, tokens
from departments.decisions import Decision
from departments.desk import forms, guard, views
from departments.desk.guard import At, Form, Here, LoginNeeded
from departments.errors import DepartmentError, Invalid, NotFound
from departments.tables import AuditEntry

FOLDER = Path(__file__).parent
FONTS = FOLDER.parents[1] / "fonts"
router = APIRouter(prefix=guard.PATH, include_in_schema=False)
_pages = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.filters["day"] = show.day
_pages.filters["moment"] = show.moment
_pages.globals["stage_names"] = views.STAGE_NAMES


def install(app: FastAPI) -> None:
    app.include_router(router)
    # The typefaces of certificates serve here too: not every office machine can show all four scripts.
    app.mount("/desk-static/fonts", StaticFiles(directory=FONTS, check_dir=False), name="desk-fonts")
    app.mount("/desk-static", StaticFiles(directory=FOLDER / "static"), name="desk-static")
    app.add_middleware(guard.SafeHeaders)


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    cookie = request.cookies.get(guard.SESSION, "")
    told = {"csrf": officers.csrf_of(cookie) if cookie else "", "who": None, "message": "", "problems": (), **values}
    return HTMLResponse(_pages.get_template(name).render(**told), status)


def part(name: str, **values: Any) -> str:
    """A piece of a page."""
    return _pages.get_template(name).render(**values)


def failed(request: Request, error: DepartmentError) -> Response:
    """An error as a page of the desk."""
    if isinstance(error, LoginNeeded):
        return RedirectResponse(f"{guard.PATH}/login", 303)
    return page(request, "failed.html", error.status, error=error)


@router.get("/login")
def login_form(request: Request) -> Response:
    value = guard.before_login(request)
    response = page(request, "login.html", login_csrf=officers.csrf_of(value))
    guard.set_cookie(request, response, guard.BEFORE, value)
    return response


@router.post("/login")
def login(request: Request, here: Here, form: Form) -> Response:
    username, password = forms.text(form, "username").lower(), str(form.get("password", ""))
    address = request.client.host if request.client else ""
    now = here.now()
    with here.database.write() as session:
        limits.check(session, limits.LOGIN_NAME, username, now)
        limits.check(session, limits.LOGIN_ADDRESS, address, now)
        # Counted before the password is looked at, so that tries made at the same moment count too.
        limits.add(session, limits.LOGIN_NAME, username, now)
        limits.add(session, limits.LOGIN_ADDRESS, address, now)
    with here.database.read() as session:
        officer = officers.check(session, username, password)
    if officer is None:
        value = guard.before_login(request)
        return page(
            request, "login.html", 401, login_csrf=officers.csrf_of(value), message="User name or password is wrong."
        )
    with here.database.write() as session:
        limits.clear(session, limits.LOGIN_NAME, username)
        officers.log_out(session, request.cookies.get(guard.SESSION, ""))
        value = officers.log_in(session, officer, now)
        audit.note(here, session, officer.username, "log_in", officer.username)
    response = RedirectResponse(guard.PATH, 303)
    guard.set_cookie(request, response, guard.SESSION, value)
    guard.drop_cookie(response, guard.BEFORE)
    return response


@router.post("/logout")
def logout(request: Request, here: Here, who: At, form: Form) -> Response:
    with here.database.write() as session:
        officers.log_out(session, request.cookies.get(guard.SESSION, ""))
        audit.note(here, session, who.username, "log_out", who.username)
    response = RedirectResponse(f"{guard.PATH}/login", 303)
    guard.drop_cookie(response, guard.SESSION)
    return response


@router.get("")
def queue(request: Request, here: Here, who: At) -> Response:
    query = request.query_params
    filters = views.Filters(
        stage=query.get("stage", "open"),
        service=query.get("service", ""),
        number=query.get("number", "")[:64],
        overdue=query.get("overdue") == "1",
        page=max(1, int(query.get("page", "1")))
        if query.get("page", "1").isascii() and query.get("page", "1").isdigit()
        else 1,
    )
    with here.database.read() as session:
        found = views.queue(here, session, who, filters)
    if filters.number and len(found.lines) == 1:
        return RedirectResponse(f"{guard.PATH}/applications/{found.lines[0].number}", 303)

    def link(number: int) -> str:
        return "?" + urlencode({**{k: v for k, v in query.items() if k != "page"}, "page": number})

    services = [s for s in here.catalogue.services.values() if who.department in (None, s.department.id)]
    return page(request, "queue.html", who=who, filters=filters, queue=found, services=services, link=link)


@router.get("/applications/{number}")
def application(request: Request, here: Here, who: At, number: str) -> Response:
    return _case(request, here, who, number)


def _case(request: Request, here: Here, who: At, number: str, status: int = 200, **values: Any) -> Response:
    with here.database.write() as session:
        row = records.find(session, number)
        decisions.mine(who, row)
        audit.note(here, session, who.username, "view", row.number)
        case = views.case(here, session, who, row)
    return page(request, "application.html", status, who=who, case=case, revealed={}, text="", **values)


@router.get("/applications/{number}/documents/{document}")
def document(here: Here, who: At, number: str, document: int) -> Response:
    with here.database.write() as session:
        row = records.find(session, number)
        decisions.mine(who, row)
        paper, data = papers.read(here, session, row, document)
        audit.note(here, session, who.username, "view_document", row.number, paper.document)
    name = f"{row.number}-{paper.document}.{paper.mime.rpartition('/')[2]}"
    # The papers come from outside: no script of theirs may run on our origin.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
    if paper.mime != "application/pdf":
        policy += "; sandbox"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Content-Security-Policy": policy}
    return Response(data, media_type=paper.mime, headers=headers)


@router.post("/applications/{number}/reveal")
def reveal(request: Request, here: Here, who: At, number: str, form: Form) -> Response:
    """Shows one Aadhaar number in full, once, and writes down to whom."""
    field = forms.text(form, "field")
    with here.database.write() as session:
        row = records.find(session, number)
        decisions.mine(who, row)
        values = records.values(here, session, row.number)
        found = next((u.field for u in here.catalogue.services[row.service].fields if u.field.id == field), None)
        if found is None or field not in values:
            raise NotFound("There is no such answer.", "no_field")
        audit.note(here, session, who.username, "reveal", row.number, field)
        case = views.case(here, session, who, row)
    shown = {field: show.plain(here.catalogue, found, values[field])}
    return page(request, "application.html", who=who, case=case, revealed=shown, text="")


@router.post("/applications/{number}/acts/{act}")
def decide(request: Request, here: Here, who: At, number: str, act: str, form: Form) -> Response:
    version = forms.version(form)
    try:
        if act == "issue":
            issuing.issue(here, who, number, version)
        else:
            decision = Decision(
                act=act,
                version=version,
                text=forms.text(form, "text"),
                fields=forms.reasons(form, "field:"),
                documents=forms.reasons(form, "document:"),
                at=forms.moment(form, "at"),
                place=forms.text(form, "place"),
            )
            with here.database.write() as session:
                decisions.decide(here, session, who, records.find(session, number, lock=True), decision)
    except Invalid as error:
        return _case(request, here, who, number, error.status, message=error.detail, problems=error.problems)
    return RedirectResponse(f"{guard.PATH}/applications/{number}", 303)


@router.get("/applications/{number}/edit")
def edit_form(request: Request, here: Here, who: At, number: str) -> Response:
    return _edit(request, here, who, number)


def _edit(request: Request, here: Here, who: At, number: str, status: int = 200, **values: Any) -> Response:
    with here.database.write() as session:
        row = records.find(session, number)
        decisions.mine(who, row)
        audit.note(here, session, who.username, "view", row.number)
        case = views.case(here, session, who, row)
        inputs = forms.inputs(here, session, row)
    return page(request, "edit.html", status, who=who, case=case, inputs=inputs, **values)


@router.post("/applications/{number}/edit")
def edit(request: Request, here: Here, who: At, number: str, form: Form) -> Response:
    try:
        with here.database.write() as session:
            row = records.find(session, number, lock=True)
            service = here.service(row.service)
            new, local = forms.values(here, service, form)
            version = forms.version(form)
            decisions.correct_values(here, session, who, row, new, local, version)
            name = forms.text(form, "applicant.name")
            if name:
                version = row.version
                decisions.correct_names(
                    here, session, who, row, name, forms.text(form, "applicant.name_local"), version
                )
    except Invalid as error:
        return _edit(request, here, who, number, error.status, message=error.detail, problems=error.problems)
    return RedirectResponse(f"{guard.PATH}/applications/{number}", 303)


@router.get("/certificates")
def certificates(request: Request, here: Here, who: At) -> Response:
    with here.database.read() as session:
        found = views.certificates(here, session, who)
    return page(request, "certificates.html", who=who, certificates=found)


@router.get("/certificates/{number}")
def certificate(request: Request, here: Here, who: At, number: str) -> Response:
    return _certificate(request, here, who, number)


def _certificate(request: Request, here: Here, who: At, number: str, status: int = 200, **values: Any) -> Response:
    with here.database.read() as session:
        row = tokens.certificate(session, number)
        decisions.mine(who, records.find(session, row.application))
        found = views.certificate(here, session, who, row)
    return page(request, "certificate.html", status, who=who, certificate=found, **values)


@router.get("/certificates/{number}/pdf")
def certificate_pdf(here: Here, who: At, number: str) -> Response:
    with here.database.write() as session:
        row = tokens.certificate(session, number)
        decisions.mine(who, records.find(session, row.application))
        audit.note(here, session, who.username, "view_certificate", row.number)
    headers = {
        "Content-Disposition": f'inline; filename="{row.number}.pdf"',
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(here.vault.get(row.blob), media_type="application/pdf", headers=headers)


@router.post("/certificates/{number}/revocation")
def revocation(request: Request, here: Here, who: At, number: str, form: Form) -> Response:
    step = forms.text(form, "step")
    try:
        with here.database.write() as session:
            if step == "ask":
                issuing.ask_revocation(here, session, who, number, forms.text(form, "text"))
            elif step in ("confirm", "drop"):
                issuing.decide_revocation(here, session, who, number, step == "confirm")
            else:
                raise NotFound("There is no such step.", "no_step")
    except Invalid as error:
        return _certificate(request, here, who, number, error.status, message=error.detail)
    return RedirectResponse(f"{guard.PATH}/certificates/{number}", 303)


@router.get("/audit")
def trail(request: Request, here: Here, who: At) -> Response:
    subject = request.query_params.get("subject", "")[:64].strip().upper()
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(200)
    if subject:
        query = query.where(AuditEntry.subject == subject)
    with here.database.read() as session:
        entries = session.scalars(query).all()
    return page(request, "audit.html", who=who, entries=entries, subject=subject)
