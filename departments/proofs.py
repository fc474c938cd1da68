"""Proofs of one fact from a certificate: which there are, making one, and what its code says while it is good.

Bound to who asked like a download token, and derived like one, so that a repeated request gets the same. The signed
text is kept sealed until its quarter of an hour is over. The register notes that a proof was made, not what it says.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from certificates.proof import Statement
from departments import limits, register
from departments.errors import Conflict, Forbidden, Gone, NotFound
from departments.office import Office
from departments.tables import Application, Certificate, Proof
from departments.tokens import BYTES
from departments.tokens import certificate as find


def offered(office: Office, certificate: Certificate) -> list[Statement]:
    """What the certificate proves now, of the facts that people are asked for."""
    if certificate.status != "valid":
        return []
    return office.engine.statements(office.vault.get(certificate.blob), office.now())


def derive(office: Office, number: str, key: str) -> str:
    """32 hex digits."""
    digest = hmac.new(office.token_key, f"proof\n{number}\n{key}".encode(), hashlib.sha256).digest()
    return digest[:BYTES].hex()


def make(
    office: Office, session: Session, number: str, reference: str, statement: Statement, audience: str, key: str
) -> datetime:
    """Signs and keeps the proof; returns when it is over. Raises `Invalid` when the certificate does not show it."""
    found = find(session, number, lock=True)
    application = session.get_one(Application, found.application)
    if not hmac.compare_digest(application.reference.encode(), reference.encode()):
        raise Forbidden("The certificate belongs to another reference.", "foreign_reference")
    if found.status != "valid":
        raise Conflict("The certificate does not stand.", found.status)
    limits.check(session, limits.PROOFS, reference, office.now())
    limits.add(session, limits.PROOFS, reference, office.now())
    text, until = office.engine.prove(office.vault.get(found.blob), statement, audience, office.now())
    digest = _digest(derive(office, number, key))
    session.add(Proof(digest=digest, sealed_text=office.sealer.seal(text, f"proofs:{digest}"), expires_at=until))
    register.enter(office, session, "proof", found)
    return until


def read(office: Office, session: Session, token: str) -> str:
    """The text of the code. Raises `NotFound` or `Gone`."""
    row = session.get(Proof, _digest(token))
    if row is None:
        raise NotFound("There is no such proof.", "no_proof")
    if office.now() >= row.expires_at:
        raise Gone("The proof is over.", "expired")
    return office.sealer.open(row.sealed_text, f"proofs:{row.digest}")


def forget(session: Session, now: datetime) -> None:
    """Drops the proofs that are over."""
    session.execute(delete(Proof).where(Proof.expires_at < now))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
