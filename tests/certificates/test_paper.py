"""The printed code under what paper and scanners do to it: 27 degradations of a page scanned at 150 dpi."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from certificates import qr
from tests.certificates.conftest import URL, Make
from tests.certificates.test_issue import COUPLE

Change = Callable[[Image.Image], Image.Image]


def jpeg(quality: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        return Image.open(out).convert("L")

    return change


def noise(strength: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        drawn = random.Random(11)
        grain = Image.frombytes("L", image.size, drawn.randbytes(image.width * image.height))
        return Image.blend(image, grain, strength)

    return change


def skew(share: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        w, h = image.size
        corners = (w * share, h * share, 0, h, w, h * (1 - share / 2), w * (1 - share), 0)
        return image.transform((w, h), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255)

    return change


def shadow(image: Image.Image) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(image.size).point(lambda v: 110 + v * 145 // 255)
    return ImageChops.multiply(image, ramp)


def stroke(width: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        done = image.copy()
        side = min(image.size)
        ImageDraw.Draw(done).line((side * 0.25, side * 0.75, side * 0.8, side * 0.35), fill=40, width=width)
        return done

    return change


def stain(share: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        done = image.copy()
        w, h = image.size
        size = w * share
        ImageDraw.Draw(done).ellipse((w * 0.5, h * 0.5, w * 0.5 + size, h * 0.5 + size), fill=150)
        return done

    return change


def fold(image: Image.Image) -> Image.Image:
    done = image.copy()
    pen = ImageDraw.Draw(done)
    pen.line((0, image.height * 0.45, image.width, image.height * 0.45), fill=235, width=3)
    pen.line((image.width * 0.55, 0, image.width * 0.55, image.height), fill=235, width=3)
    return done


def rotate(degrees: float) -> Change:
    return lambda image: image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def contrast(share: float) -> Change:
    return lambda image: ImageEnhance.Contrast(image).enhance(share)


def scaled(share: float) -> Change:
    return lambda image: image.resize(
        (round(image.width * share), round(image.height * share)), Image.Resampling.BICUBIC
    )


def blur(radius: float) -> Change:
    return lambda image: image.filter(ImageFilter.GaussianBlur(radius))


def threshold(level: int) -> Change:
    return lambda image: image.point(lambda value: 255 if value > level else 0)


DEGRADATIONS: dict[str, Change] = {
    "as scanned": lambda image: image,
    "turned 3": rotate(3),
    "turned 15": rotate(15),
    "turned 45": rotate(45),
    "upside down": rotate(180),
    "blur 0.6": blur(0.6),
    "blur 0.9": blur(0.9),
    "blur 1.2": blur(1.2),
    "jpeg 50": jpeg(50),
    "jpeg 25": jpeg(25),
    "jpeg 12": jpeg(12),
    "noise 15": noise(0.15),
    "noise 30": noise(0.30),
    "noise 40": noise(0.40),
    "pale": contrast(0.35),
    "very pale": contrast(0.2),
    "shadow": shadow,
    "photocopy": threshold(128),
    "dark photocopy": threshold(190),
    "light photocopy": threshold(70),
    "skewed 5": skew(0.05),
    "skewed 12": skew(0.12),
    "120 dpi": scaled(0.8),
    "folded": fold,
    "pen stroke": stroke(4),
    "stain": stain(0.12),
    "copy of a copy": lambda image: threshold(140)(blur(0.7)(jpeg(40)(rotate(1)(image)))),
}


@pytest.mark.parametrize("service", ["income_certificate", COUPLE])
def test_the_code_survives_paper(make: Make, service: str) -> None:
    issued = make(service, "hi")
    page = pdfium.PdfDocument(issued.pdf)[0].render(scale=150 / 72, grayscale=True).to_pil()
    corner = page.crop((0, int(page.height * 0.6), int(page.width * 0.55), page.height))
    missed = []
    for name, change in DEGRADATIONS.items():
        codes = zxingcpp.read_barcodes(change(corner))
        if [code.text for code in codes] != [issued.qr_text]:
            missed.append(name)
    print(f"{service}: {len(issued.cose)} bytes, missed {missed} of {len(DEGRADATIONS)}")
    assert len(DEGRADATIONS) == 27 and len(missed) <= 1


def test_the_printed_code_has_its_size_and_quiet_zone(make: Make) -> None:
    issued = make()
    symbol = qr.symbol(issued.qr_text)
    assert issued.qr_text.startswith(f"{URL}/verify#") and symbol.side >= 50
    page = pdfium.PdfDocument(issued.pdf)[0].render(scale=600 / 72, grayscale=True).to_pil()
    (code,) = zxingcpp.read_barcodes(page)
    corner = code.position
    width = (corner.top_right.x - corner.top_left.x) * 25.4 / 600
    assert width == pytest.approx(symbol.side, abs=0.3)
    quiet = round(4 * symbol.module * 600 / 25.4) - 3
    left = page.crop((corner.top_left.x - quiet, corner.top_left.y, corner.top_left.x - 3, corner.bottom_left.y))
    assert left.getextrema()[0] > 250
