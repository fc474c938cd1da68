"""The self-signed certificate that lets a signing key sign PDF files.

Trust does not come from it: a verifier compares its public key with the published key set. It exists because CMS
signatures carry a certificate. Made once with the key, kept beside it.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certificates import jwk

LIFETIME = timedelta(days=365 * 60)
"""Longer than any certificate lives: old papers must verify."""


def self_signed(key: ec.EllipticCurvePrivateKey, department: str, year: int, created: datetime) -> bytes:
    """DER; deterministic for the same key and moment."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Government of NCT of Delhi"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, department),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{department} document signing {year}"),
        ]
    )
    start = created.astimezone(timezone.utc).replace(microsecond=0)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(b"\x01" + jwk.kid(key.public_key()), "big"))
        .not_valid_before(start - timedelta(days=1))
        .not_valid_after(start + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    certificate = builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    return certificate.public_bytes(serialization.Encoding.DER)
