"""Files of people: what they are, whether they can be read, what is forwarded."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import struct
import time
import zlib
from concurrent.futures import Future

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from connectors.intake import legibility
from connectors.intake.examination import FORWARD_BYTES, PROBLEMS, Examination
from connectors.intake.examine import examine
from connectors.intake.sandbox import SECONDS, Sandbox
from tests.connectors import papers


def test_a_good_photo_is_kept_upright_without_metadata_and_forwarded_small() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home, 28.6139 N"
    found = examine(papers.photo(papers.paper(1600, 1200), exif=exif))
    assert (found.problem, found.mime, found.width, found.height) == ("", "image/jpeg", 1200, 1600)
    for data in (found.kept, found.forward):
        with Image.open(io.BytesIO(data)) as picture:
            assert dict(picture.getexif()) == {} and picture.height > picture.width
        assert b"taken at home" not in data and b"Exif" not in data
    assert len(found.forward) <= FORWARD_BYTES


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_picture_become_jpeg(kind: str) -> None:
    found = examine(papers.photo(papers.paper(), kind=kind))
    assert found.problem == "" and found.forward[:3] == b"\xff\xd8\xff" and len(found.forward) <= FORWARD_BYTES


def test_a_large_noisy_photo_fits_too() -> None:
    noise = Image.effect_noise((3600, 2700), 90).convert("RGB")
    found = examine(papers.photo(noise, 95))
    assert found.problem == "" and 30_000 < len(found.forward) <= FORWARD_BYTES


def test_transparency_becomes_white() -> None:
    layer = papers.paper(900, 1200).convert("RGBA")
    layer.putalpha(Image.new("L", layer.size, 0))
    out = io.BytesIO()
    layer.save(out, "PNG")
    found = examine(out.getvalue())
    with Image.open(io.BytesIO(found.kept)) as picture:
        assert picture.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (papers.blurred(), "blurred"),
        (papers.dark(), "dark"),
        (papers.photo(papers.paper(160, 120)), "too_small"),
        (papers.photo(papers.paper())[:4000], "unreadable"),
        (b"%PDF-1.7 nothing of the kind", "unreadable"),
        (papers.locked_pdf(), "encrypted"),
        (b"GIF89a" + bytes(100), "wrong_type"),
        (b"PK\x03\x04" + bytes(100), "wrong_type"),
        (b"", "wrong_type"),
        (b"\xff\xd8\xff" + bytes(21 << 20), "too_large"),
        (papers.pdf(31, 120), "too_large"),
    ],
    ids=["blurred", "dark", "small", "broken", "no-pdf", "locked", "gif", "zip", "empty", "bytes", "pages"],
)
def test_what_is_wrong_is_told(data: bytes, problem: str) -> None:
    assert examine(data).problem == problem


def test_a_passport_photograph_is_not_called_blurred() -> None:
    face = Image.new("RGB", (413, 531), (230, 235, 240))
    disc = Image.radial_gradient("L").resize((413, 531))
    face.paste((170, 120, 95), mask=disc.point(lambda level: 255 if level < 150 else 0))
    assert examine(papers.photo(face)).problem == ""


def test_sharpness_tells_focus_apart_by_a_wide_margin() -> None:
    page = papers.paper().convert("L")
    sharp = legibility.sharpness(page.resize((750, 1000)))
    soft = Image.open(io.BytesIO(papers.blurred(6))).convert("L").resize((750, 1000))
    assert sharp > legibility.SHARP * 3 and legibility.sharpness(soft) < legibility.SHARP / 2


def test_a_picture_that_claims_to_be_huge_is_not_decoded() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))
        + chunk(b"IEND", b"")
    )
    assert examine(bomb).problem == "too_large"


def test_a_small_pdf_is_forwarded_as_it_is_for_its_signature() -> None:
    data = papers.pdf(side=300)
    found = examine(data)
    assert (found.problem, found.forward, found.kept, found.pages) == ("", data, data, 1)


def test_a_large_pdf_is_drawn_anew_and_can_be_read() -> None:
    data = papers.pdf(4, 2000)
    assert len(data) > 1_000_000
    found = examine(data)
    assert found.problem == "" and found.pages == 4 and len(found.forward) <= FORWARD_BYTES
    document = pypdfium2.PdfDocument(found.forward)
    page = document[3].render(scale=1).to_pil().convert("L")
    assert len(document) == 4 and legibility.sharpness(page) > legibility.SHARP
    histogram = page.histogram()
    assert sum(histogram[200:]) > 4 * sum(histogram[:60]), "ink is dark and paper is light"


def test_scripts_do_not_travel_on() -> None:
    found = examine(papers.scripted_pdf())
    with pikepdf.open(io.BytesIO(found.forward)) as document:
        assert "/OpenAction" not in document.Root
    assert b"app.alert" not in found.forward


@pytest.mark.parametrize(
    "hidden",
    [
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 900 900] /A << /S /JavaScript /JS (app.alert(1)) >> >>",
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 900 900] /A << /S /J#61vaScript /J#53 (app.alert(1)) >> >>",
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 900 900] /A << /S /Launch /F (app.alert) >> >>",
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 900 900] /A << /S /URI /URI (https://app.alert) >> >>",
        b"<< /Type /Annot /Subtype /FileAttachment /FS << /EF << >> /F (app.alert) /Type /EmbeddedFile >> >>",
    ],
)
@pytest.mark.parametrize("where", ["annotation", "page", "packed"])
def test_what_acts_from_within_a_page_does_not_travel_on(hidden: bytes, where: str) -> None:
    with pikepdf.open(io.BytesIO(papers.pdf(side=300))) as document:
        page = document.pages[0]
        if where == "page":
            page.AA = pikepdf.Dictionary(O=pikepdf.Object.parse(hidden))
        else:
            page.Annots = pikepdf.Array([document.make_indirect(pikepdf.Object.parse(hidden))])
        out = io.BytesIO()
        packed = pikepdf.ObjectStreamMode.generate if where == "packed" else pikepdf.ObjectStreamMode.disable
        document.save(out, object_stream_mode=packed)
    assert len(out.getvalue()) <= FORWARD_BYTES
    found = examine(out.getvalue())
    assert found.problem == "" and found.forward != out.getvalue()
    with pikepdf.open(io.BytesIO(found.forward)) as document:
        held = b"".join(
            each.unparse(resolved=True) for each in document.objects if isinstance(each, pikepdf.Dictionary)
        )
    assert b"Annot" not in held and b"/AA" not in held


def test_a_plain_pdf_travels_on_unchanged() -> None:
    plain = papers.pdf(side=300)
    assert examine(plain).forward == plain


def test_a_page_of_absurd_size_is_drawn_within_bounds() -> None:
    document = pikepdf.new()
    document.add_blank_page(page_size=(14_000, 14_000))
    document.pages[0].MediaBox = pikepdf.Array([0, 0, 900_000, 900_000])
    document.Root.Ballast = pikepdf.Stream(document, os.urandom(150_000))
    out = io.BytesIO()
    document.save(out)
    assert len(out.getvalue()) > FORWARD_BYTES
    assert examine(out.getvalue()).problem == ""


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([papers.photo(papers.paper(300, 400)), papers.pdf(side=200)]), st.data())
def test_no_damage_escapes(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 20))):
        damaged[draw.draw(st.integers(8, len(damaged) - 1))] = draw.draw(st.integers(0, 255))
    found = examine(bytes(damaged[: draw.draw(st.integers(1, len(damaged)))]))
    assert found.problem == "" or found.problem in PROBLEMS


def test_the_sandbox_answers_and_survives_the_death_of_its_process() -> None:
    async def both() -> tuple[str, str, str]:
        sandbox = Sandbox()
        try:
            first = await sandbox.examine(papers.photo(papers.paper()))
            assert sandbox.process_id
            os.kill(sandbox.process_id, signal.SIGKILL)
            second = await sandbox.examine(papers.photo(papers.paper()))
            third = await sandbox.examine(papers.photo(papers.paper()))
            return first.problem, second.problem, third.problem
        finally:
            sandbox.close()

    first, second, third = asyncio.run(both())
    assert (first, second, third) == ("", "", "")


def test_work_that_the_library_forgets_is_done_again() -> None:
    """Handed over in the moment of a death, work is lost by the library without a word."""

    async def scene() -> str:
        sandbox = Sandbox()
        try:
            await sandbox.examine(papers.photo(papers.paper(300, 400)))
            pool = sandbox._pool
            assert pool is not None
            submit = pool.submit
            pid = sandbox.process_id
            assert pid

            def forgetful(*work: object) -> Future[Examination]:
                os.kill(pid, signal.SIGKILL)
                pool.submit = submit  # type: ignore[method-assign]
                return Future()

            pool.submit = forgetful  # type: ignore[assignment,method-assign]
            return (await sandbox.examine(papers.photo(papers.paper()))).problem
        finally:
            sandbox.close()

    begin = time.monotonic()
    assert asyncio.run(scene()) == ""
    assert time.monotonic() - begin < SECONDS
