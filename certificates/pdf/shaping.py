"""Text to glyphs, run by run, as HarfBuzz shapes each script; and paragraphs to lines.

Every run is shaped with its own script, language and direction: a line that mixes scripts otherwise draws wrong vowel
signs. A glyph that no typeface has raises `MissingGlyph`; nothing vanishes. Order of runs is by the Unicode
bidirectional algorithm (fpdf2's implementation). Lengths are in points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import uharfbuzz as hb
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from certificates.errors import DoesNotFit, MissingGlyph
from certificates.fonts import Typeface
from certificates.pdf import scripts

Load = Callable[[str, bool], Typeface]
"""Typeface of a script, bold or not."""


@dataclass(frozen=True)
class Glyph:
    """Font units, as HarfBuzz returns them. `text`: what `cluster` stands for, in which the glyph came."""

    id: int
    advance: int
    dx: int
    dy: int
    cluster: int
    text: str


@dataclass(frozen=True)
class Group:
    """Glyphs that stand for `text` together: a cluster of Latin letters, a word with its space in the other scripts."""

    text: str
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True)
class Run:
    """Glyphs of one typeface in the order in which they stand on the page."""

    typeface: Typeface
    script: str
    rtl: bool
    text: str
    groups: tuple[Group, ...]

    @property
    def advance(self) -> int:
        return sum(glyph.advance for group in self.groups for glyph in group.glyphs)

    def width(self, size: float) -> float:
        return self.advance * size / self.typeface.upem


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]

    def width(self, size: float) -> float:
        return sum(run.width(size) for run in self.runs)


def shape(text: str, typeface: Typeface, script: str, rtl: bool, field: str) -> Run:
    """One run. Raises `MissingGlyph`."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.script = script
    buffer.language = scripts.LANGUAGE[script]
    buffer.direction = "rtl" if rtl else "ltr"
    hb.shape(typeface.font, buffer)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    for info in infos:
        if info.codepoint == 0:
            raise MissingGlyph(text[info.cluster], field)
    clusters = [info.cluster for info in infos]
    starts = sorted(set(clusters)) + [len(text)]
    end = dict(pairwise(starts))
    glyphs = [
        Glyph(i.codepoint, p.x_advance, p.x_offset, p.y_offset, i.cluster, text[i.cluster : end[i.cluster]])
        for i, p in zip(infos, positions, strict=True)
    ]
    if script == "Latn" and not rtl:
        return Run(typeface, script, rtl, text, tuple(_grouped(clusters, glyphs, {c: text[c : end[c]] for c in end})))
    words = _words(text, rtl)
    texts = {n: "".join(c for c, w in zip(text, words, strict=True) if w == n) for n in set(words)}
    if rtl:
        # Readers (poppler, pdfium) put right-to-left text back in logical order by where it stands, ActualText too:
        # written logically, every word comes out backwards. And pdfium loses the space before a run that has none.
        texts = {n: t[::-1] if n or t.startswith(" ") else t[::-1] + " " for n, t in texts.items()}
    return Run(typeface, script, rtl, text, tuple(_grouped([words[c] for c in clusters], glyphs, texts)))


def _grouped(numbers: list[int], glyphs: list[Glyph], texts: dict[int, str]) -> Iterator[Group]:
    at = 0
    while at < len(glyphs):
        stop = at
        while stop < len(glyphs) and numbers[stop] == numbers[at]:
            stop += 1
        yield Group(texts[numbers[at]], tuple(glyphs[at:stop]))
        at = stop


def _words(text: str, rtl: bool) -> list[int]:
    """The number of the word that each character belongs to; a space goes with the word before, or after in `rtl`.

    Inside the words readers keep it; between two pieces of ActualText they lose it.
    """
    numbers = [0] * len(text)
    for index in range(1, len(text)):
        here, before = text[index] == " ", text[index - 1] == " "
        numbers[index] = numbers[index - 1] + ((here and not before) if rtl else (before and not here))
    return numbers


class Shaper:
    """Shapes for one document, each stretch of text once: measuring and smaller type ask again and again."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self._runs: dict[tuple[str, str, bool, bool], Run] = {}
        self._paragraphs: dict[tuple[str, bool, bool], Paragraph] = {}

    def run(self, text: str, script: str, bold: bool, rtl: bool, field: str) -> Run:
        key = (text, script, bold, rtl)
        if key not in self._runs:
            self._runs[key] = shape(text, self.load(script, bold), script, rtl, field)
        return self._runs[key]

    def paragraph(self, text: str, bold: bool, rtl: bool, field: str) -> Paragraph:
        key = (text, bold, rtl)
        if key not in self._paragraphs:
            self._paragraphs[key] = Paragraph(text, self, bold, rtl, field)
        return self._paragraphs[key]


class Paragraph:
    """A text with its bidirectional levels and typefaces, ready to be broken into lines.

    `field` names it in errors. Isolating characters order the text and are never drawn.
    """

    def __init__(self, text: str, shaper: Shaper, bold: bool = False, rtl: bool = False, field: str = "text") -> None:
        self.text = text
        self.rtl = rtl
        self.field = field
        self._shaper = shaper
        self._bold = bold
        self.levels = self._levels()
        self.faces = self._faces()
        self._lines: dict[tuple[int, int], Line] = {}

    def _levels(self) -> list[int]:
        if not self.rtl and not any(scripts.script(c) == "Arab" for c in self.text):
            return [0] * len(self.text)
        direction = TextDirection.RTL if self.rtl else TextDirection.LTR
        paragraph = BidiParagraph(self.text, direction, preserve_bn_chars=True)
        levels = [int(self.rtl)] * len(self.text)
        for character in paragraph.get_characters_with_embedding_level():
            levels[character.character_index] = character.embedding_level
        return levels

    def _faces(self) -> list[str]:
        """The script whose typeface draws each character: its own, or for common ones that of its neighbour."""
        own = [scripts.script(c) for c in self.text]
        strong = next((s for s in own if s), "Latn")
        faces = []
        for index, (character, script) in enumerate(zip(self.text, own, strict=True)):
            strong = script or strong
            if not script and (self._in_code(index) or not self._shaper.load(strong, self._bold).has(character)):
                faces.append("Latn")
            else:
                faces.append(strong)
        return faces

    def _in_code(self, index: int) -> bool:
        """A digit, or a sign inside a number or code: 42-B is drawn in one typeface."""
        if self.text[index].isascii() and self.text[index].isdigit():
            return True
        if self.rtl:
            return self.levels[index] % 2 == 0
        around = self.text[max(0, index - 1) : index + 2]
        return len(around) == 3 and all(c.isascii() and c.isalnum() for c in (around[0], around[2]))

    def lines(self, width: float, size: float) -> list[Line]:
        """Break at spaces. Raises `DoesNotFit` for a word wider than the line."""
        words = self._word_ranges()
        widths = [self._line(start, stop).width(size) for start, stop in words]
        if any(wide > width for wide in widths):
            raise DoesNotFit(self.field)
        result: list[Line] = []
        start = 0
        while start < len(words):
            stop, wide = start + 1, widths[start]
            while stop < len(words) and wide + widths[stop] <= width:
                wide += widths[stop] + 0.2 * size
                stop += 1
            line = self._line(words[start][0], words[stop - 1][1])
            # Words were measured one by one; together they may need more.
            while line.width(size) > width and stop > start + 1:
                stop -= 1
                line = self._line(words[start][0], words[stop - 1][1])
            result.append(line)
            start = stop
        return result

    def _word_ranges(self) -> list[tuple[int, int]]:
        ranges: list[tuple[int, int]] = []
        start = None
        for index, character in enumerate(self.text + " "):
            if character == " ":
                if start is not None:
                    ranges.append((start, index))
                start = None
            elif start is None:
                start = index
        return ranges

    def _line(self, start: int, stop: int) -> Line:
        if (start, stop) not in self._lines:
            self._lines[start, stop] = self._drawn(start, stop)
        return self._lines[start, stop]

    def _drawn(self, start: int, stop: int) -> Line:
        runs = []
        for first, last in self._visual(start, stop):
            text = scripts.strip(self.text[first:last])
            if text:
                rtl = self.levels[first] % 2 == 1
                runs.append(self._shaper.run(text, self.faces[first], self._bold, rtl, self.field))
        return Line(tuple(runs))

    def _visual(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Stretches of one level and typeface, left to right (UAX #9, rule L2)."""
        stretches: list[tuple[int, int]] = []
        first = start
        for index in range(start + 1, stop + 1):
            if index == stop or (self.levels[index], self.faces[index]) != (self.levels[first], self.faces[first]):
                stretches.append((first, index))
                first = index
        highest = max((self.levels[a] for a, _ in stretches), default=0)
        for level in range(highest, 0, -1):
            at = 0
            while at < len(stretches):
                end = at
                while end < len(stretches) and self.levels[stretches[end][0]] >= level:
                    end += 1
                stretches[at:end] = reversed(stretches[at:end])
                at = max(end, at + 1)
        return stretches
