"""The self-signed certificate that lets a signing key sign PDF files.

Trust does not come from it: a verifier compares its public key with the published key set. It exists because CMS
signatures carry a certificate. Made once with the key, kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from certificates import jwk

LIFETIME = timedelta(days=365 * 60)
"""Longer than any certificate lives: old papers must verify."""


def self_signed(
    public: ec.EllipticCurvePublicKey, sign: Callable[[bytes], bytes], department: str, year: int, created: datetime
) -> bytes:
    """DER. `sign` gives r and s, 32 bytes each, of a key that may live in a token and never comes out."""
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
        .public_key(public)
        .serial_number(int.from_bytes(b"\x01" + jwk.kid(public), "big"))
        .not_valid_before(start - timedelta(days=1))
        .not_valid_after(start + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    # The library signs only with keys that it holds: a passing key makes the frame, then the true one signs it.
    frame = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    raw = sign(frame.tbs_certificate_bytes)
    certificate = asn1.Certificate(
        {
            "tbs_certificate": asn1.TbsCertificate.load(frame.tbs_certificate_bytes),
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature_value": encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
        }
    )
    return bytes(certificate.dump())
