"""Photos and scans: decoded within bounds, set upright, freed of metadata, and made small for the department."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from connectors.intake import legibility
from connectors.intake.examination import FORWARD_BYTES, Examination, Unusable
from connectors.intake.kinds import JPEG

PIXELS = 110_000_000
"""Larger pictures are not decoded: no phone's paper needs them, and a bomb does."""
KEPT_SIDE = 3500
KEPT_QUALITY = 88
SIDES = (2000, 1700, 1400, 1200, 1000, 850, 700, 560, 420)
QUALITIES = (85, 75, 65, 55, 45, 38, 30)
LEAST_QUALITY = 45
"""Below it, fewer pixels read better than coarser ones."""

Image.MAX_IMAGE_PIXELS = PIXELS


def examine(data: bytes, mime: str) -> Examination:
    """Everything about one picture. Raises `Unusable`."""
    picture = upright(data)
    width, height = picture.size
    found = legibility.problem(picture)
    kept = encode(shrunk(picture, KEPT_SIDE), KEPT_QUALITY)
    return Examination(
        mime=mime if mime == JPEG else JPEG,
        problem=found,
        kept=kept,
        forward=small(picture, FORWARD_BYTES),
        forward_mime=JPEG,
        width=width,
        height=height,
    )


def upright(data: bytes) -> Image.Image:
    """The picture decoded, turned as its EXIF says, on white, in RGB. Raises `Unusable`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
            if picture.width * picture.height > PIXELS:
                raise Unusable("too_large")
            # A JPEG decoder can skip what would be thrown away; a large photo then costs a quarter of the memory.
            picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            picture.load()
            picture = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable("too_large") from error
    except Unusable:
        raise
    except Exception as error:
        # Decoders raise whatever comes to them (OSError, SyntaxError, struct.error, ValueError…) on broken files.
        raise Unusable("unreadable") from error
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return picture.convert("RGB")


def shrunk(picture: Image.Image, side: int) -> Image.Image:
    """The picture with its longer side at most `side` pixels."""
    if max(picture.size) <= side:
        return picture
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    return copy


def encode(picture: Image.Image, quality: int) -> bytes:
    """A JPEG without any metadata."""
    out = io.BytesIO()
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    clean.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def small(picture: Image.Image, limit: int) -> bytes:
    """The best JPEG of at most `limit` bytes: as many pixels as fit at a readable quality."""
    best = b""
    for side in SIDES:
        if side != SIDES[-1] and max(picture.size) < side * 0.7 and max(picture.size) < SIDES[-2]:
            continue
        scaled = shrunk(picture, side)
        fitting = [q for q in QUALITIES if q >= LEAST_QUALITY or side == SIDES[-1]]
        lowest = encode(scaled, fitting[-1])
        if len(lowest) > limit:
            continue
        best = lowest
        for quality in fitting[:-1]:
            data = encode(scaled, quality)
            if len(data) <= limit:
                return data
        return best
    return best or encode(shrunk(picture, 300), 25)
