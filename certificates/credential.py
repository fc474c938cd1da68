"""What is signed: the few facts that a certificate certifies, small enough for a QR code.

A CWT (RFC 8392) in a COSE_Sign1. Claims: 1 issuer (department id), 4 expiry (absent: none), 6 issued at, 7 id (12
random bytes), and one private claim -65537, a map:

    1 kind · 2 number · 3 persons [[name, name in local script, relation, relation's name, born], …] · 4 district
    5 certified value [integer or text, …] · 6 date of issue yyyymmdd · 7 [status list, index] · 8 local language

`relation` is 0 none, 1 father, 2 mother, 3 husband, 4 wife, 5 guardian; `born` is yyyymmdd, a year, or 0. Empty
claims are left out. Never the Aadhaar number, the phone number or an address. Full description: docs/certificates.md.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Final

from certificates import cbor, cose
from certificates.errors import CredentialTooLarge, Malformed

LIMIT: Final = 600
"""Bytes a QR code may carry; ordinary names stay below 300 for one person."""
INFLATE_LIMIT: Final = 4096
RELATIONS: Final = ("", "father", "mother", "husband", "wife", "guardian")
CLAIM: Final = -65537
"""Private use (RFC 8392, section 9.1)."""
_ISSUER, _EXPIRES, _ISSUED, _CTI = 1, 4, 6, 7
_KIND, _NUMBER, _PERSONS, _DISTRICT, _VALUE, _DATE, _STATUS, _LANGUAGE = range(1, 9)


@dataclass(frozen=True)
class Person:
    """`born`: yyyymmdd, yyyy, or 0 when the certificate does not say."""

    name: str
    local: str
    relation: str = ""
    relation_name: str = ""
    born: int = 0


@dataclass(frozen=True)
class StatusRef:
    """Place of a certificate in its department's status list `list`."""

    list: int
    index: int


@dataclass(frozen=True)
class Credential:
    """Times are seconds since 1970; `expires_at` 0: never; `date` is yyyymmdd."""

    issuer: str
    issued_at: int
    expires_at: int
    cti: bytes
    kind: str
    number: str
    persons: tuple[Person, ...]
    district: str
    value: tuple[int | str, ...]
    date: int
    status: StatusRef
    language: str


def payload(credential: Credential) -> bytes:
    """Deterministic CBOR of the claims."""
    facts: dict[int, Any] = {
        _KIND: credential.kind,
        _NUMBER: credential.number,
        _PERSONS: [[p.name, p.local, RELATIONS.index(p.relation), p.relation_name, p.born] for p in credential.persons],
        _DISTRICT: credential.district,
        _VALUE: list(credential.value),
        _DATE: credential.date,
        _STATUS: [credential.status.list, credential.status.index],
        _LANGUAGE: credential.language,
    }
    claims: dict[int, Any] = {
        _ISSUER: credential.issuer,
        _EXPIRES: credential.expires_at,
        _ISSUED: credential.issued_at,
        _CTI: credential.cti,
        CLAIM: {key: value for key, value in facts.items() if value not in ("", [])},
    }
    if not credential.expires_at:
        del claims[_EXPIRES]
    return cbor.encode(claims)


def sign(credential: Credential, signer: cose.Signer) -> bytes:
    """The signed bytes, deflated where that makes them shorter. Raises `CredentialTooLarge`."""
    plain = cose.sign(payload(credential), signer)
    packed = zlib.compress(plain, 9)
    shorter = packed if len(packed) < len(plain) else plain
    if len(shorter) > LIMIT:
        raise CredentialTooLarge(len(shorter), LIMIT)
    return shorter


def unpack(data: bytes) -> cose.Sign1:
    """The message inside, neither verified nor understood. Raises `Malformed`."""
    if len(data) > INFLATE_LIMIT:
        raise Malformed("size")
    return cose.parse(inflate(data, INFLATE_LIMIT) if data[:1] == b"\x78" else data)


def inflate(data: bytes, limit: int) -> bytes:
    """Whole zlib streams of at most `limit` bytes; a bomb costs no more than that. Raises `Malformed`."""
    stream = zlib.decompressobj()
    try:
        result = stream.decompress(data, limit + 1)
    except zlib.error as error:
        raise Malformed("deflate") from error
    if len(result) > limit:
        raise Malformed("size")
    if not stream.eof or stream.unused_data:
        raise Malformed("deflate")
    return result


def parse(data: bytes) -> Credential:
    """Claims of a payload whose signature was verified. Raises `Malformed`."""
    claims = cbor.decode(data)
    if not isinstance(claims, dict) or not {_ISSUER, _ISSUED, _CTI, CLAIM} <= set(claims):
        raise Malformed("claims")
    if not set(claims) <= {_ISSUER, _EXPIRES, _ISSUED, _CTI, CLAIM}:
        raise Malformed("claims")
    facts = claims[CLAIM]
    if not isinstance(facts, dict) or not set(facts) <= set(range(_KIND, _LANGUAGE + 1)):
        raise Malformed("claims")
    try:
        list_, index = _typed(facts[_STATUS], list)
        cti = _typed(claims[_CTI], bytes)
        if len(cti) != 12:
            raise Malformed("claims")
        return Credential(
            issuer=_typed(claims[_ISSUER], str),
            issued_at=_natural(claims[_ISSUED]),
            expires_at=_natural(claims.get(_EXPIRES, 0)),
            cti=cti,
            kind=_typed(facts[_KIND], str),
            number=_typed(facts[_NUMBER], str),
            persons=tuple(_person(item) for item in _typed(facts[_PERSONS], list)),
            district=_typed(facts.get(_DISTRICT, ""), str),
            value=tuple(_value(item) for item in _typed(facts.get(_VALUE, []), list)),
            date=_natural(facts[_DATE]),
            status=StatusRef(_natural(list_), _natural(index)),
            language=_typed(facts[_LANGUAGE], str),
        )
    except (KeyError, ValueError) as error:
        raise Malformed("claims") from error


def _typed(value: Any, type_: type) -> Any:
    if not isinstance(value, type_):
        raise Malformed("claims")
    return value


def _natural(value: Any) -> int:
    """Below 2**53, which JavaScript counts exactly."""
    if not isinstance(value, int) or not 0 <= value < 1 << 53:
        raise Malformed("claims")
    return value


def _value(item: Any) -> int | str:
    return item if isinstance(item, str) else _natural(item)


def _person(item: Any) -> Person:
    name, local, relation, relation_name, born = _typed(item, list)
    if _natural(relation) >= len(RELATIONS):
        raise Malformed("claims")
    return Person(
        _typed(name, str), _typed(local, str), RELATIONS[relation], _typed(relation_name, str), _natural(born)
    )
