"""Download tokens: 128 bits, kept hashed, a quarter of an hour to live, used once, bound to who asked.

A token is made for the reference (the conversation) under which the application was filed, and for no other. The first
browser that redeems it may repeat for ten minutes, since downloads break; any other browser is refused. A token is
derived from the secret token key and the caller's idempotency key, so a repeated request gets the same token although
none is stored.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from departments import limits, register
from departments.errors import Conflict, Forbidden, Gone, NotFound
from departments.numbers import read as read_number
from departments.numbers import valid
from departments.office import Office
from departments.tables import Application, Certificate, Token

LIFE = timedelta(minutes=15)
REPEAT = timedelta(minutes=10)
BYTES = 16


def certificate(session: Session, typed: str, lock: bool = False) -> Certificate:
    """The certificate by a number as anyone may have typed it."""
    number = read_number(typed)
    if number is None or not valid(number):
        raise NotFound("This is not a certificate number; its check digit or its form is wrong.", "bad_number")
    query = select(Certificate).where(Certificate.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("There is no certificate with this number.", "no_certificate")
    return found


def derive(office: Office, number: str, key: str) -> str:
    """32 hex digits."""
    digest = hmac.new(office.token_key, f"{number}\n{key}".encode(), hashlib.sha256).digest()
    return digest[:BYTES].hex()


def make(office: Office, session: Session, number: str, reference: str, key: str) -> tuple[str, datetime]:
    """(token, when it runs out). From the second on, the register notes a reprint."""
    found = certificate(session, number, lock=True)
    application = session.get_one(Application, found.application)
    if not hmac.compare_digest(application.reference.encode(), reference.encode()):
        raise Forbidden("The certificate belongs to another reference.", "foreign_reference")
    if found.status == "revoked":
        raise Conflict("The certificate was revoked.", "revoked")
    limits.check(session, limits.TOKENS, reference, office.now())
    limits.add(session, limits.TOKENS, reference, office.now())
    token, until = derive(office, number, key), office.now() + LIFE
    if session.scalar(select(Token.digest).where(Token.certificate == found.number).limit(1)):
        found.reprints += 1
        register.enter(office, session, "reprint", found, detail=f"reprint {found.reprints}")
    session.add(
        Token(
            digest=_digest(token), certificate=found.number, reference=reference, made_at=office.now(), expires_at=until
        )
    )
    session.flush()
    return token, until


def redeem(office: Office, session: Session, token: str, browser: str) -> Certificate:
    """The certificate behind a token. Raises `NotFound` or `Gone` (run out, used up, another browser)."""
    row = session.scalar(select(Token).where(Token.digest == _digest(token)).with_for_update())
    if row is None:
        raise NotFound("There is no such download.", "no_token")
    now, seen = office.now(), _digest(browser)
    if row.used_at is None:
        if now > row.expires_at:
            raise Gone("The download has run out.", "expired")
        row.used_at, row.browser = now, seen
        session.flush()
    elif row.browser is None or not hmac.compare_digest(row.browser, seen) or now > row.used_at + REPEAT:
        raise Gone("The download was used already.", "used")
    found = certificate(session, row.certificate)
    if found.status == "revoked":
        raise Gone("The certificate was revoked.", "revoked")
    return found


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
