"""The routes of the Department API. Each turns a request into a call of a use case, and its answer into JSON."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Header, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.proof import Statement
from departments import applications, claims, idempotency, issuing, limits, papers, proofs, records, slots, tokens
from departments.api import shapes
from departments.errors import NotFound, TooLarge
from departments.idempotency import Answer, Write
from departments.office import Office, iso
from departments.tables import Certificate

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": shapes.ErrorOut} for status in (400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503)
}
router = APIRouter(responses=ERRORS)
Key = Annotated[str, Header(alias="Idempotency-Key", description="8 to 200 visible ASCII characters")]
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


Here = Annotated[Office, Depends(_office)]


@router.post("/applications", status_code=201, response_model=shapes.SubmittedOut)
def submit(here: Here, key: Key, body: shapes.SubmissionIn) -> Response:
    new = applications.Submission(
        service=body.service,
        fields=body.fields,
        local=body.local,
        name=body.applicant.name,
        name_local=body.applicant.name_local,
        language=body.language,
        channel=body.channel,
        reference=body.reference,
        consent_version=body.consent.version,
        consent_language=body.consent.language,
        consent_at=body.consent.at,
        consent_channel=body.consent.channel,
    )
    write = Write(key, "POST /applications", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 201, lambda session: applications.submit(here, session, new)))


@router.get("/applications/{number}", response_model=shapes.ApplicationOut)
def read(here: Here, number: str) -> Answer:
    with here.database.read() as session:
        return applications.view(here, session, records.find(session, number))


@router.patch("/applications/{number}", response_model=shapes.ApplicationOut)
def repair(here: Here, key: Key, number: str, body: shapes.RepairIn) -> Response:
    def work(session: Session) -> Answer:
        return applications.repair(here, session, records.find(session, number, lock=True), body.fields, body.local)

    write = Write(key, f"PATCH /applications/{number}", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 200, work))


@router.post("/applications/{number}/withdraw", response_model=shapes.ApplicationOut)
def withdraw(here: Here, key: Key, number: str, body: shapes.WithdrawIn) -> Response:
    def work(session: Session) -> Answer:
        return applications.withdraw(here, session, records.find(session, number, lock=True), body.reason)

    write = Write(key, f"POST /applications/{number}/withdraw", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 200, work))


@router.post("/applications/{number}/documents", status_code=201, response_model=shapes.DocumentOut)
def attach(
    here: Here,
    key: Key,
    number: str,
    document: Annotated[str, Form(pattern=r"^[A-Za-z0-9_]{1,64}$")],
    file: Annotated[UploadFile, File()],
) -> Response:
    data = file.file.read(papers.LARGEST + 1)
    if len(data) > papers.LARGEST:
        raise TooLarge(f"A document may have at most {papers.LARGEST // 1024 // 1024} MB.", "file_too_large")
    paper = papers.Paper(document, data)
    blob = papers.store(here, paper)
    used = False
    gone: list[str] = []

    def work(session: Session) -> Answer:
        nonlocal used, gone
        application = records.find(session, number, lock=True)
        answer, gone = papers.attach(here, session, application, paper, blob)
        used = True
        return answer

    # The bytes between the boundaries differ from one try to the next; what counts is the file.
    write = Write(key, f"POST /applications/{number}/documents", [document, paper.sha256])
    try:
        result = idempotency.once(here, write, 201, work)
    except BaseException:
        here.vault.delete(blob)
        raise
    for old in gone if used else [blob]:
        here.vault.delete(old)
    return answered(result)


@router.get("/services/{service}/slots", response_model=shapes.SlotsOut)
def free_slots(here: Here, service: str) -> Answer:
    with here.database.write() as session:
        return {"slots": slots.offered(here, session, here.service(service))}


@router.get("/applications/{number}/certificate", response_model=shapes.CertificateOut)
def certificate(here: Here, number: str) -> Answer:
    with here.database.read() as session:
        application = records.find(session, number)
        row = session.scalar(
            select(Certificate)
            .where(Certificate.application == application.number)
            .order_by(Certificate.issued_at.desc())
            .limit(1)
        )
    if row is None:
        raise NotFound("No certificate was issued on this application.", "no_certificate")
    return {
        "number": row.number,
        "kind": row.kind,
        "issued_at": iso(row.issued_at),
        "sha256": row.sha256,
        "status": row.status,
        "proofs": [{"test": item.test, "limit": item.limit} for item in proofs.offered(here, row)],
    }


@router.post("/certificates/redeem", responses=PDF, response_class=Response)
def redeem(here: Here, body: shapes.RedeemIn) -> Response:
    with here.database.read() as session:
        limits.check(session, limits.REDEEM, body.browser, here.now())
    try:
        with here.database.write() as session:
            row = tokens.redeem(here, session, body.token, body.browser)
    except NotFound:
        with here.database.write() as session:
            limits.add(session, limits.REDEEM, body.browser, here.now())
        raise
    return _pdf(here, row)


@router.post("/certificates/claims", response_model=shapes.ClaimOut)
def claim(here: Here, key: Key, body: shapes.ClaimIn) -> Response:
    told = claims.Claim(body.number, body.name, body.born, body.secret, body.reference)
    write = Write(key, "POST /certificates/claims", body.model_dump(mode="json"))
    return answered(idempotency.once(here, write, 200, lambda session: claims.decide(here, session, told)))


@router.get("/certificates/jwks.json")
def jwks(here: Here) -> dict[str, Any]:
    return here.engine.jwks()


@router.get(
    "/certificates/status/{name}",
    responses={200: {"content": {"application/statuslist+cwt": {}}}},
    response_class=Response,
)
def status(here: Here, name: str) -> Response:
    with here.database.read() as session:
        return Response(issuing.status_list(here, session, name), media_type="application/statuslist+cwt")


@router.post("/certificates/{number}/tokens", status_code=201, response_model=shapes.TokenOut)
def token(here: Here, key: Key, number: str, body: shapes.TokenIn) -> Response:
    def work(session: Session) -> Answer:
        _, until = tokens.make(here, session, number, body.reference, key)
        return {"expires_at": iso(until)}

    write = Write(key, f"POST /certificates/{number}/tokens", body.model_dump(mode="json"))
    status_code, answer = idempotency.once(here, write, 201, work)
    made = tokens.derive(here, number, key)
    return answered((status_code, {"token": made, "url": f"{here.public_url}/c/{made}", **answer}))


@router.post("/certificates/{number}/proofs", status_code=201, response_model=shapes.TokenOut)
def prove(here: Here, key: Key, number: str, body: shapes.ProofIn) -> Response:
    def work(session: Session) -> Answer:
        statement = Statement(body.test, body.limit)
        until = proofs.make(here, session, number, body.reference, statement, body.audience, key)
        return {"expires_at": iso(until)}

    write = Write(key, f"POST /certificates/{number}/proofs", body.model_dump(mode="json"))
    status_code, answer = idempotency.once(here, write, 201, work)
    made = proofs.derive(here, number, key)
    return answered((status_code, {"token": made, "url": f"{here.public_url}/p/{made}", **answer}))


@router.get("/certificates/proofs/{token}", response_model=shapes.ProofOut)
def read_proof(here: Here, token: str) -> Answer:
    with here.database.read() as session:
        return {"text": proofs.read(here, session, token)}


@router.get("/certificates/{number}/pdf", responses=PDF, response_class=Response)
def pdf(here: Here, number: str) -> Response:
    with here.database.read() as session:
        row = tokens.certificate(session, number)
    if row.status == "revoked":
        raise NotFound("The certificate was revoked.", "revoked")
    return _pdf(here, row)


def _pdf(here: Office, row: Certificate) -> Response:
    return Response(
        here.vault.get(row.blob),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{row.number}.pdf"',
            "Cache-Control": "no-store",
            "X-Certificate-Number": row.number,
        },
    )


def answered(result: tuple[int, Answer]) -> Response:
    status_code, answer = result
    return JSONResponse(answer, status_code)
