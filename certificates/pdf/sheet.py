"""Draws a certificate on one A4 page: heading, sentence, table, QR code, all in English and the person's language.

Takes finished texts and decides where they stand; smaller type is tried when the page overflows, then `DoesNotFit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from certificates.errors import DoesNotFit
from certificates.pdf import ornament, scripts
from certificates.pdf.canvas import INK, Canvas, Colour
from certificates.pdf.ornament import GOLD, MM, NAVY
from certificates.pdf.photo import SHAPES, Shape
from certificates.pdf.shaping import Load, Shaper
from certificates.qr import Symbol
from certificates.values import Bilingual

LEFT: Final = 18 * MM
RIGHT: Final = 192 * MM
TOP: Final = 15 * MM
BOTTOM: Final = 283 * MM
GREY: Final[Colour] = (0.36, 0.38, 0.44)
TINT: Final[Colour] = (0.955, 0.96, 0.975)
STRONG: Final[Colour] = (0.99, 0.965, 0.90)
RULE: Final[Colour] = (0.78, 0.80, 0.85)
SCALES: Final = (1.0, 0.94, 0.88, 0.82, 0.76)
LEADING: Final = {"en": 1.42, "hi": 1.5, "pa": 1.5, "ur": 2.55}
"""Line height by language, times the size; Nastaliq slants down, piles its marks and needs the room."""
RISE: Final = {"en": 1.06, "hi": 1.1, "pa": 1.1, "ur": 1.92}
"""From the top of a line to its baseline, times the size."""
GAIN: Final = {"en": 1.0, "hi": 1.06, "pa": 1.04, "ur": 1.02}
"""Sizes at which the scripts look equally large."""


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    label: Bilingual
    value: Bilingual
    emphasis: bool
    field: str


@dataclass(frozen=True)
class Content:
    """Everything printed. `language` is the person's; texts in it are empty on an English certificate."""

    language: str
    heading: tuple[Bilingual, ...]
    title: Bilingual
    facts: tuple[tuple[Bilingual, Bilingual], ...]
    statement: Bilingual
    lines: tuple[Line, ...]
    check: tuple[Bilingual, ...]
    domain: str
    fine_print: str
    qr: Symbol
    qr_alt: str
    photo: bytes | None = None
    frame: Shape = SHAPES["person"]
    photo_alt: str = ""
    emblem: bytes | None = None
    emblem_alt: str = ""


def draw(content: Content, load: Load) -> Canvas:
    """Raises `DoesNotFit` and `MissingGlyph`."""
    shaper = Shaper(load)
    for scale in SCALES:
        sheet = _Sheet(content, shaper, scale)
        try:
            return sheet.draw()
        except DoesNotFit:
            if scale == SCALES[-1]:
                raise
    raise AssertionError


class _Sheet:
    def __init__(self, content: Content, shaper: Shaper, scale: float) -> None:
        self.content = content
        self.shaper = shaper
        self.scale = scale
        self.canvas = Canvas()
        self.local = content.language

    def draw(self) -> Canvas:
        content = self.content
        with self.canvas.artifact():
            self.canvas.ops += ornament.background(self.canvas.size)
        y = self._heading()
        y = self._title(y + 3.5 * MM)
        y = self._facts(y + 3 * MM)
        y = self._statement(y + 4.5 * MM)
        y = self._table(y + 3.5 * MM)
        foot = BOTTOM - max(content.qr.side * MM + 7 * MM, self._check(0, False)) - 4 * MM
        if y > foot - 2 * MM:
            raise DoesNotFit("the text")
        self._foot(foot)
        return self.canvas

    def block(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        size: float,
        lang: str,
        tag: str = "P",
        bold: bool = False,
        align: str = "start",
        colour: Colour = INK,
        field: str = "text",
        paint: bool = True,
    ) -> float:
        """A paragraph from `y` down; returns where it ends. `paint` False only measures."""
        if not text:
            return y
        size = size * self.scale * GAIN[lang]
        rtl = lang == "ur"
        lines = self.shaper.paragraph(text, bold, rtl, field).lines(width, size)
        if not paint:
            return y + len(lines) * size * LEADING[lang]
        # Right-to-left words lie in the page in the order in which readers that go by position want them.
        with self.canvas.marked(tag, lang, actual=scripts.strip(text) if rtl else ""):
            for line in lines:
                slack = width - line.width(size)
                shift = slack / 2 if align == "centre" else slack if (align == "end") != rtl else 0
                self.canvas.line(line, x + shift, y + RISE[lang] * size, size, colour)
                y += size * LEADING[lang]
        return y

    def _heading(self) -> float:
        content, side = self.content, 24 * MM
        if content.emblem:
            with self.canvas.marked("Figure", alt=content.emblem_alt):
                self.canvas.image("Emblem", content.emblem, LEFT, TOP + 1 * MM, side, side)
        else:
            with self.canvas.artifact():
                ornament.seal(self.canvas, LEFT, TOP + 1 * MM, side)
        reserve, after, deep = 30 * MM, 30 * MM, 27 * MM
        if content.photo:
            wide, high = content.frame.width * MM, content.frame.height * MM
            with self.canvas.marked("Figure", "en", content.photo_alt):
                self.canvas.image("Photo", content.photo, RIGHT - wide, TOP + 1 * MM, wide, high)
            with self.canvas.artifact():
                self.canvas.rectangle(RIGHT - wide, TOP + 1 * MM, wide, high, stroke=RULE)
            after, deep = max(after, wide + 3 * MM), max(deep, high + 3 * MM)
        y, x, width = TOP, LEFT + reserve, RIGHT - LEFT - reserve - after
        for level, text in enumerate(content.heading):
            size, bold = ((12.5, True), (11.5, True), (9, False))[min(level, 2)]
            colour = NAVY if bold else GREY
            y = self.block(text.en, x, y, width, size, "en", bold=bold, align="centre", colour=colour)
            y = self.block(text.local, x, y, width, size, self.local, bold=bold, align="centre", colour=colour)
        return max(y, TOP + deep)

    def _title(self, y: float) -> float:
        title = self.content.title
        with self.canvas.artifact():
            self.canvas.path([(LEFT, y), (RIGHT, y)], GOLD, 0.9)
        y += 2.2 * MM
        y = self.block(title.en.upper(), LEFT, y, RIGHT - LEFT, 19, "en", "H1", True, "centre", NAVY, "title")
        y = self.block(title.local, LEFT, y, RIGHT - LEFT, 16, self.local, "H2", True, "centre", NAVY, "title")
        with self.canvas.artifact():
            self.canvas.path([(LEFT, y + 1.8 * MM), (RIGHT, y + 1.8 * MM)], GOLD, 0.9)
        return y + 1.8 * MM

    def _facts(self, y: float) -> float:
        """Number, date of issue and end of validity, side by side."""
        facts = self.content.facts
        width = (RIGHT - LEFT) / len(facts)
        ends = [self._fact(fact, LEFT + n * width, y + 1.2 * MM, width, False) for n, fact in enumerate(facts)]
        end = max(ends) + 1.2 * MM
        with self.canvas.artifact():
            self.canvas.rectangle(LEFT, y, RIGHT - LEFT, end - y, fill=TINT)
        for n, fact in enumerate(facts):
            self._fact(fact, LEFT + n * width, y + 1.2 * MM, width, True)
        return end

    def _fact(self, fact: tuple[Bilingual, Bilingual], x: float, y: float, width: float, paint: bool) -> float:
        label, value = fact
        x, width = x + 3 * MM, width - 6 * MM
        if self.local == "ur":
            y = self._both(label, x, y, width, 7.5, False, GREY, paint)
        else:
            y = self.block(label.en, x, y, width, 7.5, "en", colour=GREY, paint=paint)
            y = self.block(label.local, x, y, width, 8, self.local, colour=GREY, paint=paint)
        y = self.block(value.en, x, y, width, 10.5, "en", bold=True, field="number", paint=paint)
        if value.local and value.local != value.en:
            align = "end" if self.local == "ur" else "start"
            y = self.block(value.local, x, y, width, 9.5, self.local, bold=True, align=align, paint=paint)
        return y

    def _both(
        self, text: Bilingual, x: float, y: float, width: float, size: float, bold: bool, colour: Colour, paint: bool
    ) -> float:
        """English above the other language; from opposite margins on one line where that has room for both."""
        if self.local == "ur" and self._wide(text.en, "en", size, bold) + self._wide(text.local, "ur", size, bold) < (
            width - 6 * MM
        ):
            rise = {lang: RISE[lang] * size * self.scale * GAIN[lang] for lang in ("en", "ur")}
            drop = rise["ur"] - rise["en"]
            self.block(text.en, x, y + drop, width, size, "en", bold=bold, colour=colour, paint=paint)
            return self.block(text.local, x, y, width, size, "ur", bold=bold, colour=colour, paint=paint)
        y = self.block(text.en, x, y, width, size, "en", bold=bold, colour=colour, paint=paint)
        return self.block(text.local, x, y, width, size, self.local, bold=bold, colour=colour, paint=paint)

    def _wide(self, text: str, lang: str, size: float, bold: bool) -> float:
        """Width of a text on one line."""
        size = size * self.scale * GAIN[lang]
        return sum(
            line.width(size) for line in self.shaper.paragraph(text, bold, lang == "ur", "text").lines(9999, size)
        )

    def _statement(self, y: float) -> float:
        width = RIGHT - LEFT
        statement = self.content.statement
        y = self.block(statement.en, LEFT, y, width, 10.5, "en", field="statement")
        return self.block(statement.local, LEFT, y + 1.5 * MM, width, 10.5, self.local, field="statement")

    def _table(self, y: float) -> float:
        with self.canvas.element("Table"):
            for number, line in enumerate(self.content.lines):
                end = max(self._row(line, y, False), y + 5 * MM)
                fill = STRONG if line.emphasis else TINT if number % 2 == 0 else None
                with self.canvas.artifact():
                    if fill:
                        self.canvas.rectangle(LEFT, y, RIGHT - LEFT, end - y, fill=fill)
                    self.canvas.path([(LEFT, end), (RIGHT, end)], RULE, 0.4)
                with self.canvas.element("TR"):
                    self._row(line, y, True)
                y = end
        return y

    def _row(self, line: Line, y: float, paint: bool) -> float:
        """English in the left half; the other language in the right one, mirrored where it runs right to left."""
        size = 11 if line.emphasis else 9.5
        if self.local == "en":
            return self._cells(line.label.en, line.value.en, LEFT, RIGHT - LEFT, y, size, "en", line.field, paint)
        half = (RIGHT - LEFT) / 2
        # The first lines of both halves stand on one baseline, however high the scripts reach.
        rise = {lang: RISE[lang] * size * self.scale * GAIN[lang] for lang in ("en", self.local)}
        # The cell's own margin is room for high and deep marks too.
        trim = 0.25 * size * self.scale if self.local == "ur" else 0
        top = {lang: y - trim + max(rise.values()) - rise[lang] for lang in rise}
        label, value = line.label, line.value
        end = max(
            self._cells(label.en, value.en, LEFT, half, top["en"], size, "en", line.field, paint),
            self._cells(
                label.local, value.local, LEFT + half, half, top[self.local], size, self.local, line.field, paint
            ),
        )
        return end - trim

    def _cells(
        self, label: str, value: str, x: float, width: float, y: float, size: float, lang: str, field: str, paint: bool
    ) -> float:
        pad, split = 1.8 * MM, 30 * MM if self.local != "en" else 46 * MM
        label_x, value_x = (x + width - split, x) if lang == "ur" else (x, x + split)
        # Labels are smaller than values; their first baselines are brought together.
        drop = RISE[lang] * (size - 8) * self.scale * GAIN[lang]
        top, inner, rest = y + 0.8 * MM, split - 2 * pad, width - split - 2 * pad
        if not paint:
            ends = (
                self.block(label, label_x + pad, top + drop, inner, 8, lang, paint=False, field="label"),
                self.block(value, value_x + pad, top, rest, size, lang, bold=True, paint=False, field=field),
            )
            return max(ends) + 0.8 * MM
        with self.canvas.element("TH", header="Row"):
            self.block(label, label_x + pad, top + drop, inner, 8, lang, colour=GREY, field="label")
        with self.canvas.element("TD"):
            self.block(value, value_x + pad, top, rest, size, lang, bold=True, field=field)
        return y

    def _foot(self, y: float) -> None:
        content = self.content
        side = content.qr.side * MM
        module = side / len(content.qr.rows)
        x, top = LEFT + 4 * module, BOTTOM - side - 4 * module
        with self.canvas.artifact():
            self.canvas.path([(LEFT, y), (RIGHT, y)], GOLD, 0.9)
            self.canvas.rectangle(LEFT, top - 4 * module, side + 8 * module, side + 8 * module, fill=(1, 1, 1))
        with self.canvas.marked("Figure", "en", content.qr_alt):
            self.canvas.modules(content.qr.strips(), x, top, module)
        self._check(y + 3 * MM, True)

    def _check(self, y: float, paint: bool) -> float:
        content = self.content
        x = LEFT + content.qr.side * MM + 12 * content.qr.module * MM
        width = RIGHT - x
        start = y
        for number, text in enumerate(content.check):
            bold = number == 0
            size, colour = (10, NAVY) if bold else (8.2, INK)
            y = self._both(text, x, y, width, size, bold, colour, paint)
            if bold:
                y = self.block(content.domain, x, y + 0.5 * MM, width, 12, "en", bold=True, colour=NAVY, paint=paint)
            y += 1 * MM
        y = self.block(content.fine_print, x, y, width, 6.5, "en", colour=GREY, paint=paint)
        return y - start
