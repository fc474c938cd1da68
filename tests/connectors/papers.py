"""Pictures and PDFs as people send them, drawn by the tests."""

from __future__ import annotations

import io
import random

import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont


def paper(width: int = 1200, height: int = 1600, seed: int = 1) -> Image.Image:
    """A printed page on a table: lines of words, a stamp, a little noise."""
    rng = random.Random(seed)
    picture = Image.new("RGB", (width, height), (150, 140, 128))
    draw = ImageDraw.Draw(picture)
    margin = width // 20
    draw.rectangle((margin, margin, width - margin, height - margin), fill=(246, 244, 238))
    font = ImageFont.load_default(size=max(10, height // 60))
    for line in range(40):
        words = " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 9))) for _ in range(9))
        draw.text((margin * 2, margin * 2 + line * height // 45), words, fill=(30, 30, 34), font=font)
    draw.ellipse((width // 2, height * 3 // 4, width * 3 // 4, height * 9 // 10), outline=(90, 40, 140), width=6)
    return picture


def photo(picture: Image.Image, quality: int = 90, kind: str = "JPEG", exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    if exif is not None:
        picture.save(out, kind, quality=quality, exif=exif)
    else:
        picture.save(out, kind, quality=quality)
    return out.getvalue()


def blurred(radius: float = 9) -> bytes:
    return photo(paper().filter(ImageFilter.GaussianBlur(radius)))


def dark() -> bytes:
    return photo(paper().point(lambda level: level // 9))


def pdf(pages: int = 1, side: int = 1200) -> bytes:
    """A scan: one picture a page."""
    pictures = [paper(side, side * 4 // 3, seed=number) for number in range(pages)]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], quality=92)
    return out.getvalue()


def locked_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(side=400))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


def scripted_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(side=300))) as document:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
        document.Root.OpenAction = document.make_indirect(script)
        document.save(out)
    return out.getvalue()
