"""Documents of an application: what is accepted, where the bytes go, when one may still be replaced.

Bytes lie encrypted in the vault; the database keeps type, size and SHA-256. Until an officer has taken the application
up, a document may be replaced freely; after that only one that was sent back, or one that is still missing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from departments import applications, records, stages
from departments.errors import Conflict, Invalid, NotFound, Problem, TooLarge, WrongType
from departments.idempotency import Answer
from departments.office import Office
from departments.tables import Application, Document

LARGEST = 5 * 1024 * 1024
_FREE = frozenset({"submitted", "fee_pending", "appointment_booked"})


@dataclass(frozen=True)
class Paper:
    """A file as it came. `document` is the catalogue's id."""

    document: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def mime_of(data: bytes) -> str:
    """The type by content. Raises `WrongType` for anything but JPEG, PNG and PDF."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf"
    raise WrongType("A document must be a JPEG, a PNG or a PDF.", "wrong_type")


def store(office: Office, paper: Paper) -> str:
    """Checks the file and puts its bytes into the vault; returns the vault's id."""
    if not paper.data:
        raise Invalid("The file is empty.", "empty_file")
    if len(paper.data) > LARGEST:
        raise TooLarge(f"A document may have at most {LARGEST // 1024 // 1024} MB.", "file_too_large")
    mime_of(paper.data)
    return office.vault.put(paper.data)


def attach(
    office: Office, session: Session, application: Application, paper: Paper, blob: str
) -> tuple[Answer, list[str]]:
    """Records a stored file; returns the answer and the vault ids to delete once the transaction is done."""
    service = office.service(application.service)
    use = next((use for use in service.documents if use.document.id == paper.document), None)
    if use is None:
        problem = Problem(paper.document, "unknown_document", "The service has no such document.")
        raise Invalid("The service has no such document.", "unknown_document", (problem,))
    mime = mime_of(paper.data)
    if use.document.image_only and not mime.startswith("image/"):
        raise WrongType("This document must be a picture.", "image_only")
    present = [row for row in records.documents(session, application.number) if row.document == paper.document]
    faults = [row for row in records.faults(session, application.number) if row.item == paper.document]
    if application.stage == "sent_back":
        if not faults and present:
            raise Conflict("This document was not sent back.", "not_sent_back")
    elif application.stage in stages.CLOSED or application.stage == "approved":
        raise Conflict("At this stage documents are no longer taken.", "wrong_stage")
    elif present and application.stage not in _FREE:
        raise Conflict("An officer is checking this document already.", "wrong_stage")
    for row in present:
        row.replaced_at = office.now()
    gone = [row.blob for row in present if row.blob]
    for row in present:
        row.blob = None
    session.add(
        Document(
            application=application.number,
            document=paper.document,
            blob=blob,
            mime=mime,
            size=len(paper.data),
            sha256=paper.sha256,
            received_at=office.now(),
        )
    )
    for fault in faults:
        fault.repaired_at = office.now()
    session.flush()
    applications.finish_repair(office, session, application)
    return {"document": paper.document, "sha256": paper.sha256, "stage": application.stage}, gone


def read(office: Office, session: Session, application: Application, document_id: int) -> tuple[Document, bytes]:
    row = session.get(Document, document_id)
    if row is None or row.application != application.number or row.blob is None:
        raise NotFound("There is no such document.", "no_document")
    return row, office.vault.get(row.blob)


def missing(office: Office, session: Session, application: Application) -> list[str]:
    """Ids of mandatory documents that have not come."""
    service = office.service(application.service)
    present = {row.document for row in records.documents(session, application.number)}
    return [use.document.id for use in service.documents if use.need == "mandatory" and use.document.id not in present]
