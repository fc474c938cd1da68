"""Reads a finished PDF back: signature over every byte, embedded credential, QR code as a scanner sees it, printed
text.

All four must agree. Used before a certificate leaves and by whoever checks a file. Everything here takes the file as
hostile: whatever breaks while reading makes it `altered`.
"""

from __future__ import annotations

import io
import unicodedata
from datetime import datetime
from typing import Any, Final

import pypdfium2 as pdfium
import zxingcpp
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates import jwk, qr
from certificates.credential import Credential
from certificates.errors import Malformed
from certificates.keys import KeyRecord
from certificates.pdf import scripts
from certificates.pdf.document import ATTACHMENT
from certificates.pdf.waiting import wait
from certificates.verify import Known, Verdict, check_bytes

SIZE_LIMIT: Final = 4 << 20
DPI: Final = 150
_VOWELS: Final = frozenset(map(chr, (*range(0x064B, 0x0660), 0x0670)))
"""Marks above and below Urdu letters: readers put them before or after their letter."""


def check(data: bytes, known: Known, now: datetime) -> Verdict:
    """The verdict on a file. A good credential inside a file that was tampered with is still `altered`."""
    if len(data) > SIZE_LIMIT:
        return Verdict("altered", "size")
    try:
        signer = _signature(data, known)
        credential = embedded(data)
        scanned = scan(data)
        text = printed(data)
    except Malformed as error:
        return Verdict("unknown_issuer" if error.reason == "pdf_unknown_key" else "altered", error.reason)
    except Exception:
        return Verdict("altered", "pdf_unreadable")
    verdict = check_bytes(credential, known, now)
    if verdict.proof is not None:
        return Verdict("altered", "pdf_attachment")
    if verdict.credential is None:
        return verdict
    if signer.department != verdict.credential.issuer:
        return Verdict("altered", "pdf_signer", verdict.credential)
    if not signer.counts_at(verdict.credential.issued_at):
        return Verdict("unknown_issuer", "key_withdrawn", verdict.credential)
    try:
        same = scanned is not None and qr.read(scanned) == credential
    except Malformed:
        same = False
    if not same:
        return Verdict("altered", "pdf_qr", verdict.credential)
    if not says(text, verdict.credential):
        return Verdict("altered", "pdf_text", verdict.credential)
    return verdict


def _signature(data: bytes, known: Known) -> KeyRecord:
    """Who sealed every byte of the file. Raises `Malformed`."""
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        raise Malformed("pdf_signature")
    certificate: x509.Certificate = signatures[0].signer_cert
    public = load_der_x509_certificate(certificate.dump()).public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise Malformed("pdf_unknown_key")
    record = known.keys.find(jwk.kid(public))
    if record is None or _point(record.public) != _point(public):
        raise Malformed("pdf_unknown_key")
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = wait(lambda: async_validate_pdf_signature(signatures[0], context))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.bottom_line and whole and status.modification_level == ModificationLevel.NONE):
        raise Malformed("pdf_signature")
    return record


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def embedded(data: bytes) -> bytes:
    """The credential that the file carries, not yet believed. Raises `Malformed`."""
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    names: Any = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(names) != 2 or str(names[0]) != ATTACHMENT:
        raise Malformed("pdf_attachment")
    stream = names[1]["/EF"]["/F"]
    if not isinstance(stream, generic.StreamObject):
        raise Malformed("pdf_attachment")
    return bytes(stream.data)


def scan(data: bytes, dpi: int = DPI) -> str | None:
    """What a scanner reads on the page, printed at `dpi`; None when there is not exactly one code."""
    document = pdfium.PdfDocument(data)
    try:
        if len(document) != 1:
            raise Malformed("pdf_pages")
        picture = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()
    codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return codes[0].text if len(codes) == 1 else None


def printed(data: bytes) -> str:
    """The text layer of the page."""
    document = pdfium.PdfDocument(data)
    try:
        return str(document[0].get_textpage().get_text_range())
    finally:
        document.close()


def says(text: str, credential: Credential) -> bool:
    """Whether the page prints number and names as signed, word by word.

    Readers differ in the order of Urdu words, and of the letters round a vowel mark: there the letters alone count.
    """
    page = _letters(text)
    shuffled = {"".join(sorted(_letters(word))) for word in text.split()}
    wanted = [credential.number, *(p.name for p in credential.persons), *(p.local for p in credential.persons)]
    words = [_letters(word) for item in wanted for word in item.split()]
    return all(word in page or "".join(sorted(word)) in shuffled for word in words)


def _letters(text: str) -> str:
    clean = unicodedata.normalize("NFKC", scripts.strip(text)).casefold()
    return "".join(c for c in clean if not c.isspace() and unicodedata.category(c) != "Cf" and c not in _VOWELS)
