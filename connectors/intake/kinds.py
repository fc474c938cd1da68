"""What a file is, told by its first bytes; names and declared types are not asked."""

from __future__ import annotations

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
PDF = "application/pdf"
IMAGES = frozenset({JPEG, PNG, WEBP})


def kind(data: bytes) -> str:
    """The MIME type of what we take, or an empty text. PDF allows bytes before its mark (ISO 32000, annex H)."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if b"%PDF-" in data[:1024]:
        return PDF
    return ""
