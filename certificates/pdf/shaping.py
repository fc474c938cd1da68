"""Text to glyphs, run by run, as HarfBuzz shapes each script; and paragraphs to lines.

Every run is shaped with its own script, language and direction: a line that mixes scripts otherwise draws wrong vowel
signs. A glyph that no typeface has raises `MissingGlyph`; nothing vanishes. Order of runs is by the Unicode bidirectional
algorithm (fpdf2's implementation). Lengths are in points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
    """Font units, as HarfBuzz returns them."""

    id: int
    advance: int
    dx: int
    dy: int


@dataclass(frozen=True)
class Group:
    """Glyphs that stand for `text` together: a cluster, or a whole word where the writing is right to left."""

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
    glyphs = [Glyph(i.codepoint, p.x_advance, p.x_offset, p.y_offset) for i, p in zip(infos, positions, strict=True)]
    clusters = [info.cluster for info in infos]
    groups = _words(text, clusters, glyphs) if rtl else _clusters(text, clusters, glyphs)
    return Run(typeface, script, rtl, text, tuple(groups))


def _clusters(text: str, clusters: list[int], glyphs: list[Glyph]) -> Iterator[Group]:
    starts = sorted(set(clusters)) + [len(text)]
    end = dict(zip(starts, starts[1:], strict=False))
    at = 0
    while at < len(glyphs):
        stop = at
        while stop < len(glyphs) and clusters[stop] == clusters[at]:
            stop += 1
        yield Group(text[clusters[at] : end[clusters[at]]], tuple(glyphs[at:stop]))
        at = stop


def _words(text: str, clusters: list[int], glyphs: list[Glyph]) -> Iterator[Group]:
    """Right to left: the last word first, spaces by themselves, letters in the order in which they stand on the page.

    Readers (poppler, pdfium) put text back in logical order by where it stands, ActualText too: written logically, every
    word comes out backwards.
    """
    word = [0] * len(text)
    for index in range(1, len(text)):
        word[index] = word[index - 1] + (text[index] == " " or text[index - 1] == " ")
    at = 0
    while at < len(glyphs):
        stop = at
        while stop < len(glyphs) and word[clusters[stop]] == word[clusters[at]]:
            stop += 1
        number = word[clusters[at]]
        letters = [c for c, w in zip(text, word, strict=True) if w == number]
        yield Group("".join(reversed(letters)), tuple(glyphs[at:stop]))
        at = stop


class Paragraph:
    """A text with its bidirectional levels and typefaces, ready to be broken into lines.

    `field` names it in errors. Isolating characters order the text and are never drawn.
    """

    def __init__(self, text: str, load: Load, bold: bool = False, rtl: bool = False, field: str = "text") -> None:
        self.text = text
        self.rtl = rtl
        self.field = field
        self._load = load
        self._bold = bold
        self.levels = self._levels()
        self.faces = self._faces()

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
        for character, script in zip(self.text, own, strict=True):
            if script:
                strong = script
            if character.isascii() and character.isdigit():
                faces.append("Latn")
            elif script or self._load(strong, self._bold).has(character):
                faces.append(script or strong)
            else:
                faces.append("Latn")
        return faces

    def lines(self, width: float, size: float) -> list[Line]:
        """Break at spaces. Raises `DoesNotFit` for a word wider than the line."""
        words = self._word_ranges()
        result: list[Line] = []
        start = 0
        while start < len(words):
            stop = start + 1
            line = self._line(words[start][0], words[start][1])
            if line.width(size) > width:
                raise DoesNotFit(self.field)
            while stop < len(words):
                longer = self._line(words[start][0], words[stop][1])
                if longer.width(size) > width:
                    break
                line, stop = longer, stop + 1
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
        runs = []
        for first, last in self._visual(start, stop):
            text = scripts.strip(self.text[first:last])
            if text:
                script = self.faces[first]
                rtl = self.levels[first] % 2 == 1
                runs.append(shape(text, self._load(script, self._bold), script, rtl, self.field))
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
