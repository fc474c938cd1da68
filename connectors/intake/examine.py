"""One file looked at from the outside in: size, type, then what its kind asks for. Runs in the sandboxed process."""

from __future__ import annotations

from connectors.intake import pdfs, photos
from connectors.intake.examination import FILE_BYTES, Examination, Unusable
from connectors.intake.kinds import IMAGES, PDF, kind


def examine(data: bytes) -> Examination:
    """What the file is and what is wrong with it. Never raises for a bad file."""
    mime = kind(data)
    try:
        if len(data) > FILE_BYTES:
            raise Unusable("too_large")
        if mime == PDF:
            return pdfs.examine(data)
        if mime in IMAGES:
            return photos.examine(data, mime)
        raise Unusable("wrong_type")
    except Unusable as error:
        return Examination(mime=mime, problem=error.problem)
