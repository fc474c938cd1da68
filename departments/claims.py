"""A certificate, or an application, for its person on another number: who knows what only they and the office know.

Four facts are compared: the number of application or certificate, the name, the date of birth where the application has
one, and a secret that stands on no paper we issue – the mobile number given then, or the last four digits of Aadhaar.
All are looked at, whatever the first shows; the answer is yes or no and nothing else. A yes lets the application follow
the new reference: its news, its download tokens; the old reference is told, and has no access any more. Everything is
in the audit trail. Knows nothing of HTTP.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from departments import audit, callbacks, limits, numbers, records, register
from departments.errors import NotFound
from departments.idempotency import Answer
from departments.office import Office
from departments.tables import Application, Callback, Certificate, Token
from departments.tokens import certificate
from nlu.text.same_name import same_name

WHO = "claims"
"""In the audit trail, where others have an officer's user name."""
REFUSED: Answer = {"granted": False, "application": None, "certificate": None}
MOBILE, LAST = 10, 4
"""Digits of the secret: a mobile number, or the end of an Aadhaar number."""


@dataclass(frozen=True)
class Claim:
    """What somebody says of an application that they call theirs. `born` is an ISO date, `secret` digits."""

    number: str
    name: str
    born: str
    secret: str
    reference: str


def decide(office: Office, session: Session, claim: Claim) -> Answer:
    """Grants or refuses; both are committed with their trace. Raises `TooMany`."""
    subject = numbers.read(claim.number) or "no number"
    application = _find(session, claim.number)
    of = application.number if application is not None else subject
    for limit, what in _limits(claim, of):
        limits.check(session, limit, what, office.now())
    if application is None or not _known(office, session, application, claim):
        for limit, what in _limits(claim, of):
            limits.add(session, limit, what, office.now())
        audit.note(office, session, WHO, "claim_refused", subject)
        return REFUSED
    before = application.reference
    if not hmac.compare_digest(before.encode(), claim.reference.encode()):
        _follow(office, session, application, claim.reference)
    audit.note(office, session, WHO, "claim_granted", application.number)
    newest = _newest(session, application)
    return {
        "granted": True,
        "application": {
            "number": application.number,
            "service": application.service,
            "stage": application.stage,
            "due": application.due.isoformat() if application.due else None,
        },
        "certificate": newest.number if newest is not None else None,
    }


def _limits(claim: Claim, number: str) -> tuple[tuple[limits.Limit, str], ...]:
    """By what is claimed, there or not, so that reaching the limit tells nothing about a number."""
    return (
        (limits.CLAIMS_REFERENCE, claim.reference),
        (limits.CLAIMS_NUMBER, number),
        (limits.CLAIMS_NUMBER_LONG, number),
        (limits.CLAIMS_ALL, ""),
    )


def _find(session: Session, typed: str) -> Application | None:
    try:
        return records.find(session, typed, lock=True)
    except NotFound:
        pass
    try:
        return records.find(session, certificate(session, typed).application, lock=True)
    except NotFound:
        return None


def _known(office: Office, session: Session, application: Application, claim: Claim) -> bool:
    values = records.values(office, session, application.number)
    secrets = [str(values.get("mobile") or "")[-MOBILE:], str(values.get("aadhaar") or "")[-LAST:]]
    born = str(values.get("dob") or "")
    named = any(same_name(claim.name, name) for name in records.names(office, application) if name)
    same_day = not born or hmac.compare_digest(born.encode(), claim.born.encode())
    knows = any(hmac.compare_digest(one.encode(), claim.secret.encode()) for one in secrets if one)
    return named and same_day and knows


def _newest(session: Session, application: Application) -> Certificate | None:
    query = select(Certificate).where(Certificate.application == application.number)
    return session.scalar(query.order_by(Certificate.issued_at.desc(), Certificate.number).limit(1))


def _follow(office: Office, session: Session, application: Application, reference: str) -> None:
    """The old reference is told last; all that was not delivered to it goes to the new one."""
    for row in session.scalars(
        select(Callback).where(Callback.application == application.number, Callback.delivered_at.is_(None))
    ):
        place = f"callbacks:{row.id}"
        body: dict[str, Any] = {**json.loads(office.sealer.open(row.sealed_body, place)), "reference": reference}
        row.sealed_body = office.sealer.seal(json.dumps(body, ensure_ascii=False), place)
    callbacks.write(office, session, application, office.now(), {"claimed": True})
    issued = session.scalars(select(Certificate).where(Certificate.application == application.number)).all()
    for one in issued:
        session.execute(delete(Token).where(Token.certificate == one.number, Token.used_at.is_(None)))
        register.enter(office, session, "claimed", one)
    application.reference = reference
    records.touch(office, application)
