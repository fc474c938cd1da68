"""PDF files: opened, counted, drawn once to see that they can be, and made small for the department."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from connectors.intake import bound_pages, photos
from connectors.intake.examination import FORWARD_BYTES, Examination, Unusable
from connectors.intake.kinds import PDF

PAGES = 30
"""More cannot be read in 100 kB, and nobody photographs so many for one document."""
WAYS: tuple[tuple[str, int], ...] = (
    ("colour", 1600),
    ("colour", 1300),
    ("grey", 1300),
    ("grey", 1050),
    ("ink", 1700),
    ("ink", 1400),
    ("ink", 1150),
    ("ink", 950),
    ("grey", 750),
    ("grey", 600),
    ("grey", 480),
)
"""How pages are drawn, with how many pixels, best first: below a thousand, black and white reads better than grey."""
ACTIVE = re.compile(
    rb"/(?:AA|OpenAction|AcroForm|XFA|JavaScript|JS|Launch|SubmitForm|ImportData|URI|GoToR|GoToE|Rendition|Movie|Sound|"
    rb"Screen|RichMedia|3D|EmbeddedFiles?)(?![0-9A-Za-z])"
)
"""Names of whatever does something by itself or at a touch (ISO 32000, 12.6 and 13), wherever they stand."""


def examine(data: bytes) -> Examination:
    """Everything about one PDF. Raises `Unusable`."""
    pages, active = _structure(data)
    if pages > PAGES:
        raise Unusable("too_large")
    first = draw(data, 0, WAYS[-1][1])
    forward = data if len(data) <= FORWARD_BYTES and not active else _redrawn(data, pages)
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
            drawn: Image.Image = sheet.render(scale=side / max(width, height)).to_pil()
            return drawn.convert("RGB")
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise Unusable("unreadable") from error


def _structure(data: bytes) -> tuple[int, bool]:
    """Number of pages, and whether a file that might go on as it is carries scripts, links, forms or other files."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            small = len(data) <= FORWARD_BYTES
            active = small and any(ACTIVE.search(held) for held in _objects(document))
            return len(document.pages), active
    except pikepdf.PasswordError as error:
        raise Unusable("encrypted") from error
    except Exception as error:
        # A damaged file ends in PdfError, TypeError, RecursionError and more.
        raise Unusable("unreadable") from error


def _objects(document: pikepdf.Pdf) -> Iterator[bytes]:
    """Every object, its names in their plain spelling however the file spells them; of a stream, what describes it."""
    held: Any
    for held in document.objects:
        if isinstance(held, pikepdf.Stream):
            yield held.stream_dict.unparse(resolved=True)
        elif isinstance(held, pikepdf.Object):
            yield held.unparse(resolved=True)


def _redrawn(data: bytes, pages: int) -> bytes:
    """The pages as pictures in a new PDF of at most `FORWARD_BYTES`; empty when they could not be read any more."""
    for way, side in WAYS:
        drawn: list[bound_pages.Page] = []
        for page in range(pages):
            picture = draw(data, page, side)
            if way == "ink":
                drawn.append(bound_pages.ink(picture))
            else:
                toned = picture if way == "colour" else picture.convert("L")
                drawn.append(bound_pages.tones(toned, photos.LEAST_QUALITY))
            if sum(len(each.data) for each in drawn) > FORWARD_BYTES:
                break
        else:
            bound = bound_pages.bind(drawn)
            if len(bound) <= FORWARD_BYTES:
                return bound
    return b""
