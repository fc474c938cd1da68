"""The PAdES signature of the file, certifying that nothing may be changed after it (DocMDP 1).

pyHanko does the work; the key comes as an object that signs, and the moment from outside.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.keys import SigningKey
from certificates.pdf.document import Writer
from certificates.pdf.waiting import wait

FIELD = "Signature"


class _KeySigner(Signer):
    def __init__(self, key: SigningKey) -> None:
        self.key = key
        super().__init__(
            signing_cert=x509.Certificate.load(key.certificate),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
            embed_roots=True,
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        raw = bytes(64) if dry_run else self.key.sign(data)
        r, s = (int.from_bytes(raw[at : at + 32], "big") for at in (0, 32))
        return encode_dss_signature(r or 1 << 255, s or 1 << 255)


class _At(signers.PdfSigner):
    """pyHanko's signer at a moment that is handed in."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


def sign(writer: Writer, key: SigningKey, moment: datetime, reason: str) -> bytes:
    """The signed file, in one revision."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason,
        tight_size_estimates=False,
    )
    signer = _At(metadata, _KeySigner(key), new_field_spec=fields.SigFieldSpec(FIELD, on_page=0, box=None))
    signer.moment = moment
    out = io.BytesIO()
    wait(lambda: signer.async_sign_pdf(writer, output=out, bytes_reserved=4096))
    return out.getvalue()
