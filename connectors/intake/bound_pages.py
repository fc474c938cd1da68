"""Pictures bound into a PDF: photographs as JPEG, print as black and white (CCITT group 4, ITU-T T.6)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from PIL import Image, ImageChops, ImageFilter, TiffImagePlugin

from connectors.intake import photos

ACROSS, ALONG = 595, 842
"""An A4 sheet in points."""
SHADE = 18
"""How much darker than its surroundings, of 255, a pixel must be to count as ink; paper has shadows and stains."""
ROWS_PER_STRIP = 278


@dataclass(frozen=True)
class Page:
    """A picture in the encoding in which it is bound. `space`: DeviceRGB, DeviceGray or ink (one bit a pixel)."""

    data: bytes
    width: int
    height: int
    space: str


def tones(picture: Image.Image, quality: int) -> Page:
    space = "DeviceGray" if picture.mode == "L" else "DeviceRGB"
    return Page(photos.encode(picture, quality), picture.width, picture.height, space)


def ink(picture: Image.Image) -> Page:
    """Black where a pixel is darker than what lies around it, else white."""
    grey = picture.convert("L")
    around = grey.filter(ImageFilter.BoxBlur(max(8, max(grey.size) // 60)))
    darker = ImageChops.subtract(around, grey).point(lambda shade: 0 if shade >= SHADE else 255)
    out = io.BytesIO()
    darker.convert("1", dither=Image.Dither.NONE).save(
        out, "TIFF", compression="group4", tiffinfo={ROWS_PER_STRIP: grey.height}
    )
    with Image.open(io.BytesIO(out.getvalue())) as tiff:
        assert isinstance(tiff, TiffImagePlugin.TiffImageFile)
        tags = tiff.tag_v2
        start, length = tags[TiffImagePlugin.STRIPOFFSETS][0], tags[TiffImagePlugin.STRIPBYTECOUNTS][0]
        # T.6 codes runs of "white", which TIFF's encoder takes to be zeros whatever zero means in the picture.
        inverse = tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 1
    data = out.getvalue()[start : start + length]
    return Page(data, grey.width, grey.height, "inverse ink" if inverse else "ink")


def bind(pages: Sequence[Page]) -> bytes:
    """A PDF with one picture a page, their bytes unchanged."""
    document = pikepdf.new()
    for page in pages:
        image = pikepdf.Stream(document, page.data)
        image.stream_dict = _dictionary(page)
        across = ACROSS if page.width <= page.height else ALONG
        down = round(across * page.height / page.width, 2)
        sheet = document.add_blank_page(page_size=(across, max(3.0, min(down, 14_000.0))))
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=document.make_indirect(image)))
        sheet.Contents = pikepdf.Stream(document, f"q {across} 0 0 {down} 0 0 cm /P Do Q".encode())
    out = io.BytesIO()
    document.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _dictionary(page: Page) -> pikepdf.Dictionary:
    common: dict[str, Any] = {
        "Type": pikepdf.Name.XObject,
        "Subtype": pikepdf.Name.Image,
        "Width": page.width,
        "Height": page.height,
    }
    if "ink" not in page.space:
        tones = {"ColorSpace": pikepdf.Name("/" + page.space), "BitsPerComponent": 8, "Filter": pikepdf.Name.DCTDecode}
        return _pdf(common | tones)
    coding = {"K": -1, "Columns": page.width, "Rows": page.height, "BlackIs1": page.space == "inverse ink"}
    ink = {"ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 1, "Filter": pikepdf.Name.CCITTFaxDecode}
    return _pdf(common | ink | {"DecodeParms": _pdf(coding)})


def _pdf(entries: dict[str, Any]) -> pikepdf.Dictionary:
    return pikepdf.Dictionary({"/" + name: value for name, value in entries.items()})
