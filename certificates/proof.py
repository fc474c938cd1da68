"""A proof of one fact: that a certificate says it, without showing the certificate.

"Annual family income below 2.5 lakh" for a bank needs neither the income nor the number of the certificate. On the
person's wish the department signs just that, for a named receiver and a quarter of an hour. A CWT (RFC 8392) in a
COSE_Sign1 of type `application/proof+cwt`: 1 issuer, 3 for whom, 4 expiry, 6 issued at, 7 id (12 random bytes), and the
private claim -65538, a map:

    1 test · 2 limit · 3 kind of the certificate · 4 [name, name in local script] · 5 date of the certificate yyyymmdd
    6 local language

Only what holds is signed: there is no proof of a "no". It carries no number and no place in a status list, so that two
proofs cannot be joined with each other or with the certificate; whoever makes one has looked at the status first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from certificates import cbor, cose
from certificates.credential import Credential
from certificates.errors import Malformed, NotProvable
from certificates.keys import INDIA

TYPE: Final = "application/proof+cwt"
CLAIM: Final = -65538
"""Private use (RFC 8392, section 9.1)."""
LIFE: Final = 900
"""Seconds a proof is good for, at most."""
AUDIENCE_LIMIT: Final = 80
"""Characters of the receiver's name."""
_JOINERS: Final = "\u200c\u200d"
"""Indian scripts need them; directional controls could turn a name round."""
_ISSUER, _AUDIENCE, _EXPIRES, _ISSUED, _CTI = 1, 3, 4, 6, 7
_TEST, _LIMIT, _KIND, _NAMES, _DATE, _LANGUAGE = range(1, 7)


@dataclass(frozen=True)
class Statement:
    """`test` is one of `TESTS`; `limit` rupees or years."""

    test: str
    limit: int


@dataclass(frozen=True)
class Proof:
    """Times are seconds since 1970; `date` (yyyymmdd) is that of the certificate behind it."""

    issuer: str
    audience: str
    issued_at: int
    expires_at: int
    cti: bytes
    statement: Statement
    kind: str
    name: str
    local: str
    date: int
    language: str


def _amount(credential: Credential) -> int | None:
    first = credential.value[0] if credential.kind == "income" and credential.value else None
    return first if isinstance(first, int) else None


def _born(credential: Credential) -> date | None:
    """None where the certificate tells the year alone: it does not prove an age."""
    born = credential.persons[0].born
    return date(born // 10000, born // 100 % 100, born % 100) if born > 9999 else None


def _since(credential: Credential) -> date | None:
    first = credential.value[0] if credential.kind == "domicile" and credential.value else None
    try:
        return date.fromisoformat(str(first))
    except ValueError:
        return None


def _years(start: date, today: date) -> int:
    return today.year - start.year - ((today.month, today.day) < (start.month, start.day))


def _below(credential: Credential, limit: int, today: date) -> bool | None:
    amount = _amount(credential)
    return None if amount is None else amount < limit


def _age(credential: Credential, limit: int, today: date) -> bool | None:
    born = _born(credential)
    return None if born is None else _years(born, today) >= limit


def _resident(credential: Credential, limit: int, today: date) -> bool | None:
    since = _since(credential)
    return None if since is None else _years(since, today) >= limit


TESTS: Final[Mapping[str, Callable[[Credential, int, date], bool | None]]] = {
    "income_below": _below,
    "age_at_least": _age,
    "resident_at_least": _resident,
}
"""Whether a certificate shows the statement on a day; None: it says nothing of it."""


def holds(credential: Credential, statement: Statement, at: datetime) -> bool:
    """Whether the certificate proves the statement at a moment (days are Delhi's). A couple's proves nothing of one."""
    test = TESTS.get(statement.test)
    if test is None or len(credential.persons) != 1:
        return False
    return test(credential, statement.limit, at.astimezone(INDIA).date()) is True


def derive(credential: Credential, statement: Statement, audience: str, at: datetime, cti: bytes) -> Proof:
    """The proof to be signed. Raises `NotProvable`."""
    receiver = " ".join(audience.split())
    if not 1 < len(receiver) <= AUDIENCE_LIMIT or not all(c.isprintable() or c in _JOINERS for c in receiver):
        raise NotProvable("audience")
    now = int(at.timestamp())
    if credential.expires_at and now >= credential.expires_at:
        raise NotProvable("expired")
    if not holds(credential, statement, at):
        raise NotProvable("does_not_hold")
    end = min(now + LIFE, credential.expires_at or now + LIFE)
    person = credential.persons[0]
    return Proof(
        issuer=credential.issuer,
        audience=receiver,
        issued_at=now,
        expires_at=end,
        cti=cti,
        statement=statement,
        kind=credential.kind,
        name=person.name,
        local=person.local,
        date=credential.date,
        language=credential.language,
    )


def payload(proof: Proof) -> bytes:
    """Deterministic CBOR of the claims."""
    facts: dict[int, Any] = {
        _TEST: proof.statement.test,
        _LIMIT: proof.statement.limit,
        _KIND: proof.kind,
        _NAMES: [proof.name, proof.local],
        _DATE: proof.date,
        _LANGUAGE: proof.language,
    }
    claims = {
        _ISSUER: proof.issuer,
        _AUDIENCE: proof.audience,
        _EXPIRES: proof.expires_at,
        _ISSUED: proof.issued_at,
        _CTI: proof.cti,
        CLAIM: facts,
    }
    return cbor.encode(claims)


def sign(proof: Proof, signer: cose.Signer) -> bytes:
    return cose.sign(payload(proof), signer, TYPE)


def parse(data: bytes) -> Proof:
    """Claims of a payload whose signature was verified. Raises `Malformed`: also for a proof that would live longer
    than `LIFE`.
    """
    claims = cbor.decode(data)
    if not isinstance(claims, dict) or set(claims) != {_ISSUER, _AUDIENCE, _EXPIRES, _ISSUED, _CTI, CLAIM}:
        raise Malformed("claims")
    facts = claims[CLAIM]
    if not isinstance(facts, dict) or set(facts) != set(range(_TEST, _LANGUAGE + 1)):
        raise Malformed("claims")
    texts = [claims[_ISSUER], claims[_AUDIENCE], facts[_TEST], facts[_KIND], facts[_LANGUAGE]]
    numbers = [claims[_EXPIRES], claims[_ISSUED], facts[_LIMIT], facts[_DATE]]
    names, cti = facts[_NAMES], claims[_CTI]
    if not isinstance(names, list) or len(names) != 2 or not all(isinstance(text, str) for text in [*texts, *names]):
        raise Malformed("claims")
    if not all(isinstance(number, int) and 0 <= number < 1 << 53 for number in numbers):
        raise Malformed("claims")
    if not isinstance(cti, bytes) or len(cti) != 12 or facts[_TEST] not in TESTS:
        raise Malformed("claims")
    if not 0 < claims[_EXPIRES] - claims[_ISSUED] <= LIFE:
        raise Malformed("claims")
    return Proof(
        issuer=claims[_ISSUER],
        audience=claims[_AUDIENCE],
        issued_at=claims[_ISSUED],
        expires_at=claims[_EXPIRES],
        cti=cti,
        statement=Statement(facts[_TEST], facts[_LIMIT]),
        kind=facts[_KIND],
        name=names[0],
        local=names[1],
        date=facts[_DATE],
        language=facts[_LANGUAGE],
    )
