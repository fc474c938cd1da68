"""COSE_Sign1 (RFC 9052) with ES256 and nothing else: the envelope of credentials, status lists and proofs.

Protected header {1: -7, 4: key id of 8 bytes} (a status list adds 16, its type); unprotected header empty. Knows bytes
and keys; what the payload says is its caller's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates import cbor
from certificates.errors import Malformed

ALG: Final = 1
KID: Final = 4
TYPE: Final = 16
ES256: Final = -7
KID_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64


class Signer(Protocol):
    """Anything that holds a private P-256 key."""

    @property
    def kid(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over `message`: r and s, 32 bytes each."""


@dataclass(frozen=True)
class Sign1:
    """A message taken apart but not yet believed."""

    kid: bytes
    type: str
    payload: bytes
    protected: bytes
    signature: bytes

    def to_be_signed(self) -> bytes:
        return _to_be_signed(self.protected, self.payload)

    def verify(self, key: ec.EllipticCurvePublicKey) -> bool:
        r, s = (int.from_bytes(self.signature[at : at + 32], "big") for at in (0, 32))
        try:
            key.verify(encode_dss_signature(r, s), self.to_be_signed(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, b"", payload])


def sign(payload: bytes, signer: Signer, type_: str = "") -> bytes:
    """The tagged message, deterministic if the signer is."""
    header: dict[int, Any] = {ALG: ES256, KID: signer.kid}
    if type_:
        header[TYPE] = type_
    protected = cbor.encode(header)
    signature = signer.sign(_to_be_signed(protected, payload))
    return cbor.encode([protected, {}, payload, signature], cbor.COSE_SIGN1)


def parse(data: bytes) -> Sign1:
    """Take a message apart, strictly. Raises `Malformed`."""
    parts = cbor.decode(data, cbor.COSE_SIGN1)
    if not isinstance(parts, list) or len(parts) != 4:
        raise Malformed("cose_shape")
    protected, unprotected, payload, signature = parts
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise Malformed("cose_shape")
    if unprotected != {}:
        raise Malformed("cose_unprotected")
    if len(signature) != SIGNATURE_BYTES:
        raise Malformed("cose_signature")
    header = cbor.decode(protected)
    if not isinstance(header, dict) or not {ALG, KID} <= set(header) <= {ALG, KID, TYPE}:
        raise Malformed("cose_header")
    if header[ALG] != ES256 or isinstance(header[ALG], bool):
        raise Malformed("cose_algorithm")
    kid, type_ = header[KID], header.get(TYPE, "")
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES or not isinstance(type_, str):
        raise Malformed("cose_header")
    return Sign1(kid, type_, payload, protected, signature)
