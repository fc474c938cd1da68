"""`POST /digilocker/pull-uri` and `POST /digilocker/pull-doc`: a certificate for the locker of the person it is about.

A certificate is found by its number (UDF1) or its URI, and given out only when the locker's owner, as DigiLocker knows
them, is a person of the certificate. Who is told what stands in the audit trail.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from certificates.credential import Person
from certificates.values import issuer
from departments import audit, tokens
from departments.digilocker import agreement, messages
from departments.digilocker.agreement import Agreement
from departments.errors import Invalid, NotFound
from departments.office import Office
from departments.tables import Application, Certificate

router = APIRouter()
XML = "application/xml"
_URI = re.compile(r"(?P<issuer>[A-Za-z.]+)-(?P<type>[A-Z]{5})-(?P<id>\d{10})")
_SPEC: dict[int | str, dict[str, Any]] = {200: {"content": {XML: {}}}}


@router.post("/digilocker/pull-uri", responses=_SPEC, response_class=Response)
async def pull_uri(request: Request) -> Response:
    return await _answer(request, "PullURIRequest")


@router.post("/digilocker/pull-doc", responses=_SPEC, response_class=Response)
async def pull_doc(request: Request) -> Response:
    return await _answer(request, "PullDocRequest")


async def _answer(request: Request, kind: str) -> Response:
    office: Office = request.app.state.office
    agreed = office.digilocker
    assert agreed is not None, "these routes are there only when something was agreed"
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > messages.LARGEST:
            raise Invalid("The request is too large.", "malformed")
    agreement.authentic(agreed, bytes(body), request.headers.get("x-digilocker-hmac", ""))
    asked = messages.read(bytes(body), kind)
    agreement.fresh(agreed, asked.org, asked.key_hash, asked.ts, office.now())
    return Response(await run_in_threadpool(_find, office, agreed, asked), media_type=XML)


def _find(office: Office, agreed: Agreement, asked: messages.Request) -> bytes:
    try:
        with office.database.write() as session:
            row = _by_uri(session, agreed, asked) if asked.kind == "PullDocRequest" else _by_number(session, asked)
            document = _document(office, session, agreed, row)
            if document is None or not _theirs(document, asked):
                return messages.refusal(asked)
            audit.note(office, session, "digilocker", _ACTS[asked.kind], document.credential.number)
    except NotFound:
        return messages.refusal(asked)
    return messages.found(asked, document)


_ACTS = {"PullURIRequest": "pull_uri", "PullDocRequest": "pull_doc"}


def _by_number(session: Session, asked: messages.Request) -> Certificate:
    return tokens.certificate(session, asked.details.get("UDF1", ""))


def _by_uri(session: Session, agreed: Agreement, asked: messages.Request) -> Certificate:
    found = _URI.fullmatch(asked.details.get("URI", ""))
    if not found or found["issuer"].lower() != agreed.issuer.lower():
        raise NotFound("There is no such document.", "no_certificate")
    year, digits = found["id"][0], found["id"][1:]
    row = session.scalar(
        select(Certificate)
        .where(Certificate.number.like(f"%C-___{year}-{digits}"), Certificate.kind == agreed.kind(found["type"]))
        .order_by(Certificate.issued_at.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound("There is no such document.", "no_certificate")
    return row


def uri(agreed: Agreement, kind: str, number: str) -> str:
    """Document ids have at most ten digits: the last of the year, and the nine of the certificate's number."""
    _, year, digits = number.split("-")
    return f"{agreed.issuer}-{agreed.types[kind]}-{year[-1]}{digits}"


def _document(office: Office, session: Session, agreed: Agreement, row: Certificate) -> messages.Document | None:
    """None for what no longer stands, or is of a kind that was not agreed."""
    if row.status != "valid" or row.kind not in agreed.types:
        return None
    if row.expires_at is not None and row.expires_at <= office.now():
        return None
    pdf = office.vault.get(row.blob)
    service = office.service(session.get_one(Application, row.application).service)
    assert service.certificate is not None
    return messages.Document(
        uri=uri(agreed, row.kind, row.number),
        type=agreed.types[row.kind],
        title=service.certificate.title["en"],
        authority=issuer(service.department)["en"],
        credential=office.engine.credential(pdf),
        pdf=pdf,
    )


def _theirs(document: messages.Document, asked: messages.Request) -> bool:
    """Whether the locker's owner is a person of the certificate. A request that names nobody gets nothing, but for a
    document whose URI is in the locker already.
    """
    details = asked.details
    if asked.kind == "PullURIRequest" and details.get("DocType") != document.type:
        return False
    name, day = details.get("FullName", ""), details.get("DOB", "")
    if not name and not day:
        return asked.kind == "PullDocRequest"
    return any(_same(person, name, day) for person in document.credential.persons)


def _same(person: Person, name: str, day: str) -> bool:
    """By name (letters alone, whatever the case), which must be told, and by date of birth where both sides tell it."""
    letters = ["".join(text.casefold().split()) for text in (person.name, name)]
    known = messages.born(person.born)
    return bool(name) and letters[0] == letters[1] and (not day or not known or day == known)
