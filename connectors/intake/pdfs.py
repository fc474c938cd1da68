"""PDF files: opened, counted, drawn once to see that they can be, and made small for the department."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
from PIL import Image

from connectors.intake import photos
from connectors.intake.examination import FORWARD_BYTES, Examination, Unusable
from connectors.intake.kinds import PDF

PAGES = 30
"""More cannot be read in 100 kB, and nobody photographs so many for one document."""
DRAWN_SIDES = (1600, 1300, 1100, 900, 750, 620, 500)
LEAST_SIDE = 500
OVERHEAD = 700
"""Bytes of PDF around each page's picture, measured generously."""
ACTIVE = ("/OpenAction", "/AA", "/AcroForm")


def examine(data: bytes) -> Examination:
    """Everything about one PDF. Raises `Unusable`."""
    pages, active = _structure(data)
    if pages > PAGES:
        raise Unusable("too_large")
    first = draw(data, 0, DRAWN_SIDES[-1])
    if len(data) <= FORWARD_BYTES and not active:
        forward = data
    else:
        forward = _drawn(data, pages)
    return Examination(
        mime=PDF,
        problem="" if forward else "too_large",
        kept=data,
        forward=forward,
        forward_mime=PDF,
        pages=pages,
        width=first.width,
        height=first.height,
    )


def draw(data: bytes, page: int, side: int) -> Image.Image:
    """One page as a picture whose longer side has `side` pixels, whatever size the page claims. Raises `Unusable`."""
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            sheet = document[page]
            width, height = sheet.get_size()
            if not (0 < width < 1e6 and 0 < height < 1e6):
                raise Unusable("unreadable")
            return sheet.render(scale=side / max(width, height)).to_pil().convert("RGB")
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise Unusable("unreadable") from error


def _structure(data: bytes) -> tuple[int, bool]:
    """Number of pages, and whether the file carries scripts, forms or other files."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            names = document.Root.get("/Names", {})
            active = any(key in document.Root for key in ACTIVE) or "/JavaScript" in names or "/EmbeddedFiles" in names
            return len(document.pages), active
    except pikepdf.PasswordError as error:
        raise Unusable("encrypted") from error
    except Exception as error:
        # A damaged file ends in PdfError, TypeError, RecursionError and more.
        raise Unusable("unreadable") from error


def _drawn(data: bytes, pages: int) -> bytes:
    """The pages as pictures in a new PDF of at most `FORWARD_BYTES`; empty when that cannot be read any more."""
    budget = FORWARD_BYTES // pages - OVERHEAD
    for side in DRAWN_SIDES:
        pictures = []
        for page in range(pages):
            picture = draw(data, page, side)
            encoded = photos.encode(picture, photos.LEAST_QUALITY)
            if len(encoded) > budget:
                encoded = photos.encode(picture.convert("L"), photos.LEAST_QUALITY)
            if len(encoded) > budget and pages == 1 and side == LEAST_SIDE:
                encoded = photos.small(picture.convert("L"), budget)
            pictures.append(encoded)
            if sum(map(len, pictures)) > FORWARD_BYTES:
                break
        bound = _bind(pictures) if len(pictures) == pages else b""
        if bound and len(bound) <= FORWARD_BYTES:
            return bound
    return b""


def _bind(pictures: list[bytes]) -> bytes:
    """JPEGs as the pages of a PDF, their bytes unchanged, each as wide as an A4 sheet."""
    document = pikepdf.new()
    for data in pictures:
        with Image.open(io.BytesIO(data)) as picture:
            width, height, grey = picture.width, picture.height, picture.mode == "L"
        image = pikepdf.Stream(document, data)
        image.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        across = 595 if width <= height else 842
        down = round(across * height / width, 2)
        sheet = document.add_blank_page(page_size=(across, down))
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=document.make_indirect(image)))
        sheet.Contents = pikepdf.Stream(document, f"q {across} 0 0 {down} 0 0 cm /P Do Q".encode())
    out = io.BytesIO()
    document.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
