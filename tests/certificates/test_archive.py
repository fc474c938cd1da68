"""What of PDF/A-3U can be checked without a validator: each rule by its clause of ISO 19005-3."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from certificates.issue import Issued
from tests.certificates.conftest import Make


@pytest.fixture(scope="module", params=["hi", "ur", "en"])
def issued(request: pytest.FixtureRequest, make: Make) -> Issued:
    return make("caste_sc_st", request.param)


@pytest.fixture
def file(issued: Issued) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(issued.pdf))


def dictionaries(file: pikepdf.Pdf) -> list[Any]:
    return [item for item in file.objects if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream))]


def test_file_structure(issued: Issued, file: pikepdf.Pdf) -> None:
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{3,}", issued.pdf), "6.1.2: header and a binary comment"
    assert issued.pdf.rstrip(b"\r\n").endswith(b"%%EOF"), "6.1.3: nothing after the end"
    assert "/ID" in file.trailer and "/Encrypt" not in file.trailer, "6.1.3"
    for item in dictionaries(file):
        if isinstance(item, pikepdf.Stream):
            assert "/F" not in item.stream_dict, "6.1.7.1: no external streams"
            filters = str(item.stream_dict.get("/Filter", ""))
            assert "LZW" not in filters and "Crypt" not in filters, "6.1.7.2"


def test_colours_and_pictures(file: pikepdf.Pdf) -> None:
    (intent,) = file.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1" and intent.DestOutputProfile.N == 3, "6.2.3"
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
    for item in dictionaries(file):
        if item.get("/Subtype") == "/Image":
            assert item.ColorSpace == "/DeviceRGB" and "/SMask" not in item and not item.get("/Interpolate", False)
        assert item.get("/Type") != "/ExtGState" and "/Group" not in item, "6.2.10: nothing is transparent"


def test_typefaces_are_embedded_with_true_widths_and_letters(file: pikepdf.Pdf) -> None:
    fonts: Any = file.pages[0].Resources.Font
    assert len(fonts) > 1
    for name in fonts:
        font = fonts[name]
        (inner,) = font.DescendantFonts
        assert inner.CIDToGIDMap == "/Identity" and font.Encoding == "/Identity-H", "6.2.11.3"
        embedded = TTFont(io.BytesIO(inner.FontDescriptor.FontFile2.read_bytes()))
        order, scale = embedded.getGlyphOrder(), 1000 / embedded["head"].unitsPerEm
        widths = list(inner.W)
        used = {int(glyph): float(width[0]) for glyph, width in zip(widths[::2], widths[1::2], strict=True)}
        for glyph, width in used.items():
            assert abs(embedded["hmtx"][order[glyph]][0] * scale - width) <= 1, "6.2.11.5"
        mapped = {
            int(code, 16) for code in re.findall(rb"^<([0-9A-F]{4})> <", font.ToUnicode.read_bytes(), re.MULTILINE)
        }
        assert set(used) <= mapped, "6.2.11.7.2: every glyph has a letter"


def test_what_may_act_does_not(file: pikepdf.Pdf) -> None:
    assert not {"/OpenAction", "/AA", "/Collection"} & set(file.Root.keys()), "6.6"
    assert not file.Root.AcroForm.get("/NeedAppearances", False) and "/XFA" not in file.Root.AcroForm, "6.4"
    for item in dictionaries(file):
        assert item.get("/S") not in ("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ResetForm", "/Movie")
    for widget in file.pages[0].Annots:
        flags = int(widget.get("/F", 0))
        assert flags & 4 and not flags & (1 | 2 | 32), "6.3.2: printed, neither hidden nor invisible"
        assert "/AP" in widget or [float(edge) for edge in widget.Rect] == [0, 0, 0, 0], "6.3.3"


def test_metadata_attachment_and_tags(issued: Issued, file: pikepdf.Pdf) -> None:
    metadata = file.Root.Metadata
    assert "/Filter" not in metadata.stream_dict, "6.6.2.1"
    text = metadata.read_bytes().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in text and "<pdfaid:conformance>U</pdfaid:conformance>" in text, "6.6.4"
    assert f">{file.docinfo.Title}<" in text and f">{file.docinfo.Author}<" in text, "6.6.3"
    (attached,) = file.Root.AF
    assert attached.AFRelationship == "/Data" and attached.F == attached.UF == "credential.cose", "6.8"
    stream = attached.EF.F
    assert stream.Subtype == "/application/cose" and "/ModDate" in stream.Params
    assert stream.read_bytes() == issued.cose
    assert file.Root.MarkInfo.Marked and str(file.Root.Lang) == "en-IN", "6.7"
