"""Photographs of persons: any picture in, a small upright colour JPEG without metadata out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from certificates.errors import IssueError

LARGEST: Final = 24_000
"""Bytes of a photograph; the whole certificate stays below 90 kB."""
QUALITIES: Final = (80, 65, 50, 35, 20)


@dataclass(frozen=True)
class Shape:
    """The frame on the paper in millimetres. Portraits are cropped to it; a picture of two is shown whole."""

    width: float
    height: float
    whole: bool = False

    @property
    def pixels(self) -> tuple[int, int]:
        """At 254 dpi and a little more, so that a face stays sharp when the paper is enlarged."""
        return round(self.width * 14), round(self.height * 14)


SHAPES: Final[Mapping[str, Shape]] = {"person": Shape(25, 32.14), "couple": Shape(38, 27.5, whole=True)}


def prepare(data: bytes, shape: Shape) -> bytes:
    """Bring a picture into the frame's shape and re-encode it. Raises `IssueError` for what is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            if shape.whole:
                picture = ImageOps.pad(upright, shape.pixels, color="white")
            else:
                picture = ImageOps.fit(upright, shape.pixels, centering=(0.5, 0.35))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise IssueError("The photograph cannot be read.") from error
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def square(data: bytes) -> bytes:
    """The emblem, on white, in its square place. Raises `IssueError`."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise IssueError("The emblem cannot be read.") from error
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    out = io.BytesIO()
    ImageOps.pad(ground.convert("RGB"), (400, 400), color="white").save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def dimensions(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return picture.size
