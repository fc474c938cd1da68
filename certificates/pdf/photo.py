"""The person's photograph: any picture in, a small upright colour JPEG without metadata out."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from certificates.errors import IssueError

PIXELS = (350, 450)
"""35 × 45 mm at 254 dpi."""


def prepare(data: bytes) -> bytes:
    """Crop to the frame's shape and re-encode. Raises `IssueError` for what is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            picture = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), PIXELS, centering=(0.5, 0.35))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise IssueError("The photograph cannot be read.") from error
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, optimize=True)
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
