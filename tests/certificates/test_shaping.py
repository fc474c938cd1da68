"""Glyphs are HarfBuzz's own for each script, in every mixed line; readers find the words; codes keep their order."""

from __future__ import annotations

import io
import subprocess
import unicodedata
from datetime import datetime, timezone
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import uharfbuzz as hb

from certificates import fonts, qr
from certificates.errors import DoesNotFit, MissingGlyph
from certificates.pdf import document, scripts, sheet
from certificates.pdf.canvas import INK, Canvas, Colour
from certificates.pdf.shaping import Line, Paragraph, Shaper
from certificates.values import Bilingual, tidy

NAMES = {
    "hi": [
        "दिनांक",
        "क्षेत्र",
        "श्री",
        "विश्वनाथ",
        "सिंह",
        "किशोरी",
        "पूर्णिमा",
        "द्विवेदी",
        "हृषिकेश",
        "ज्ञानेश्वर",
        "प्रज्ञा",
        "कृष्णा",
        "श्रृंगार",
        "फ़िरोज़",
        "ऑटो",
        "कर्त्तव्य",
    ],
    "pa": ["ਮਿਤੀ", "ਹਰਪ੍ਰੀਤ", "ਸਿੰਘ", "ਕਿਰਨ", "ਜ਼ਿਲ੍ਹਾ", "ਸ਼੍ਰੀ", "ਸ੍ਵਰਨ", "ਪਰਮਿੰਦਰ", "ਕੌਰ", "ਢਿੱਲੋਂ", "ਗੁਰਦੁਆਰਾ", "ਫ਼ਿਰੋਜ਼ਪੁਰ", "ਵਿੱਦਿਆ"],
    "ur": [
        "سنیتا",
        "فاطمہ",
        "زہرا",
        "محمد",
        "شاہدرہ",
        "گلی",
        "رہائشی",
        "پریتی",
        "چھوٹے",
        "ٹیپو",
        "ڈاکٹر",
        "مظفر",
        "نگر",
        "خورشید",
        "بیگم",
    ],
}
FRAMES = (
    "{0}",
    "INC-2026/123 {0}",
    "{0} 42-B",
    "A {0}, {0} (1,20,000)",
    "{0}: DL-04 {0} 110095",
    "Sunita {0} Devi {0}",
)


def mixed(language: str) -> list[str]:
    return [frame.format(name) for name in NAMES[language] for frame in FRAMES]


def reference(text: str, script: str, bold: bool, rtl: bool) -> list[tuple[int, int, int, int]]:
    """What HarfBuzz gives when it is told the script, by itself."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.script, buffer.language = script, scripts.LANGUAGE[script]
    buffer.direction = "rtl" if rtl else "ltr"
    hb.shape(fonts.load(script, bold).font, buffer)
    return [
        (i.codepoint, p.x_advance, p.x_offset, p.y_offset)
        for i, p in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("language", ["hi", "pa", "ur"])
def test_no_glyph_differs_from_shaping_by_script(language: str, bold: bool) -> None:
    shaper = Shaper(fonts.load)
    own = scripts.SCRIPT_OF[language]
    for text in mixed(language):
        lines = Paragraph(tidy(text, language), shaper, bold, language == "ur").lines(2000, 10)
        drawn = [run for line in lines for run in line.runs]
        for run in drawn:
            glyphs = [(g.id, g.advance, g.dx, g.dy) for group in run.groups for g in group.glyphs]
            assert glyphs == reference(run.text, run.script, bold, run.rtl), (text, run.text)
        # No letter is drawn in a typeface that is not its script's, and none is lost.
        for run in drawn:
            assert all(scripts.script(c) in ("", run.script) for c in run.text)
        expected = sorted(c for c in text if scripts.script(c) == own)
        assert sorted(c for run in drawn for c in run.text if scripts.script(c) == own) == expected


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("گلی 42-B، شاہدرہ", ["شاہدرہ", "42-B", "گلی"]),
        ("رقم 1,20,000 روپے", ["روپے", "1,20,000", "رقم"]),
        ("نام Sunita Devi ہے", ["ہے", "Sunita Devi", "نام"]),
    ],
)
def test_numbers_and_codes_keep_their_order_in_urdu(text: str, order: list[str]) -> None:
    (line,) = Paragraph(tidy(text, "ur"), Shaper(fonts.load), rtl=True).lines(2000, 10)
    seen = [run.text for run in line.runs]
    places = [next(i for i, run in enumerate(seen) if word in run) for word in order]
    assert places == sorted(places)


def test_a_glyph_that_is_missing_is_named_and_never_dropped() -> None:
    for text, character in (("राम 漢 लाल", "漢"), ("रु 🙂", "🙂"), ("ਰਾਮ தமிழ்", "த")):
        with pytest.raises(MissingGlyph) as caught:
            Paragraph(text, Shaper(fonts.load), field="name").lines(500, 10)
        assert caught.value.character == character and caught.value.field == "name"


def test_a_word_wider_than_its_column_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        Paragraph("W" * 100, Shaper(fonts.load)).lines(100, 10)


def test_lines_never_exceed_their_width() -> None:
    for language in NAMES:
        text = tidy(" ".join(mixed(language)[:30]), language)
        for width in (120, 200, 333):
            lines = Paragraph(text, Shaper(fonts.load), rtl=language == "ur").lines(width, 10)
            assert len(lines) > 1 and all(line.width(10) <= width for line in lines)


def ink(line: Line) -> tuple[float, float]:
    """How far a line's marks reach above and below its baseline, in units of its size."""
    above = below = 0.0
    for run in line.runs:
        for group in run.groups:
            for glyph in group.glyphs:
                box = run.typeface.font.get_glyph_extents(glyph.id)
                top = (glyph.dy + box.y_bearing) / run.typeface.upem
                above, below = max(above, top), max(below, -top - box.height / run.typeface.upem)
    return above, below


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("language", ["hi", "pa", "ur"])
def test_lines_have_room_for_their_marks(language: str, bold: bool) -> None:
    """Nastaliq slants down and piles its marks: at a Latin line height they run into the next line."""
    reach = [
        ink(line)
        for text in mixed(language)
        for line in Paragraph(tidy(text, language), Shaper(fonts.load), bold, language == "ur").lines(2000, 10)
    ]
    above, below = (max(side) for side in zip(*reach, strict=True))
    assert above <= sheet.RISE[language] and below <= sheet.LEADING[language] - sheet.RISE[language]


class Noted(Canvas):
    """Notes where lines begin and end."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[tuple[float, float]] = []

    def line(self, line: Line, x: float, baseline: float, size: float, colour: Colour = INK) -> None:
        self.ends.append((x, x + line.width(size)))
        super().line(line, x, baseline, size, colour)


@pytest.mark.parametrize("language", ["hi", "ur"])
def test_every_line_begins_at_its_margin_the_last_too(language: str) -> None:
    nothing = Bilingual("", "")
    content = sheet.Content(language, (), nothing, (), nothing, (), (), "", "", qr.Symbol((), 50.0), "")
    page = sheet._Sheet(content, Shaper(fonts.load), 1.0)
    page.canvas = noted = Noted()
    page.block(tidy(" ".join(mixed(language)[:12]), language), 50, 50, 200, 10, language)
    assert len(noted.ends) > 2
    for start, end in noted.ends:
        assert (end == pytest.approx(250)) if language == "ur" else (start == pytest.approx(50))


def words(text: str) -> list[str]:
    clean = "".join(
        c if unicodedata.category(c)[0] in "LMN" else " "
        for c in unicodedata.normalize("NFC", text)
        if unicodedata.category(c) != "Cf"
    )
    return clean.split()


@pytest.mark.parametrize(("language", "least"), [("hi", 0.97), ("pa", 0.97), ("ur", 0.95)])
def test_readers_find_the_words(language: str, least: float, tmp_path: Path) -> None:
    sentences = [" ".join(NAMES[language][n : n + 5]) for n in range(len(NAMES[language]) - 4)] + mixed(language)[::4]
    canvas, y, said = Canvas(), 20.0, []
    for sentence in sentences:
        for line in Paragraph(tidy(sentence, language), Shaper(fonts.load), rtl=language == "ur").lines(500, 9):
            y += 22 if language == "ur" else 13
            if y < 830:
                with canvas.marked("P", language):
                    canvas.line(line, 40, y, 9)
        if y < 830:
            # Chrome's reader turns codes inside Urdu lines round; the English half of the page has them in order.
            said += [w for w in words(sentence) if language != "ur" or scripts.script(w[0]) == "Arab"]
    about = document.Description("t", "a", "s", "en", datetime(2026, 1, 1, tzinfo=timezone.utc))
    out = io.BytesIO()
    document.build(canvas, about, b"x").write(out)
    path = tmp_path / "page.pdf"
    path.write_bytes(out.getvalue())
    poppler = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    chrome = pdfium.PdfDocument(out.getvalue())[0].get_textpage().get_text_range()
    for reader, text in (("poppler", poppler), ("pdfium", chrome)):
        found = set(words(text))
        share = sum(word in found for word in said) / len(said)
        print(f"{language} {reader}: {share:.3f} of {len(said)} words")
        assert share >= least, [word for word in said if word not in found]
