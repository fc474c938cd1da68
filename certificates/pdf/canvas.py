"""One page's content stream and the structure tree that goes with it.

Coordinates are points from the top left corner. Every mark is either part of a structure element or an artifact, as
tagged PDF wants; text that its glyphs alone would not give back carries ActualText. Knows nothing of certificates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from certificates.fonts import Typeface
from certificates.pdf import scripts
from certificates.pdf.shaping import Group, Line, Run

A4 = (595.276, 841.89)
Colour = tuple[float, float, float]
NOTHING = "\u200b"
INK: Colour = (0.11, 0.12, 0.16)


@dataclass
class Element:
    """A structure element: its type, children (elements, or numbers of marked content) and attributes.

    `actual` is the text as it is read aloud, where the order of the marks on the page is another.
    """

    type: str
    lang: str = ""
    alt: str = ""
    header: str = ""
    actual: str = ""
    kids: list[Element | int] = field(default_factory=list)


@dataclass
class UsedFace:
    """A typeface on the page: its resource name, the glyphs used, their widths (1/1000 em) and the text of each."""

    typeface: Typeface
    name: str
    widths: dict[int, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)


def number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


class Canvas:
    """Draws one page of `size` points."""

    def __init__(self, size: tuple[float, float] = A4) -> None:
        self.size = size
        self.ops: list[str] = []
        self.faces: dict[str, UsedFace] = {}
        self.images: dict[str, bytes] = {}
        self.root = Element("Document")
        self.marks: list[Element] = []
        self.text: list[str] = []
        self._parents = [self.root]

    @contextmanager
    def element(self, type_: str, lang: str = "", header: str = "") -> Iterator[None]:
        """A structure element that holds others."""
        element = Element(type_, lang, header=header)
        self._parents[-1].kids.append(element)
        self._parents.append(element)
        yield
        self._parents.pop()

    @contextmanager
    def marked(self, type_: str, lang: str = "", alt: str = "", actual: str = "") -> Iterator[None]:
        """A structure element whose content is drawn inside."""
        element = Element(type_, lang, alt, actual=actual)
        self._parents[-1].kids.append(element)
        element.kids.append(len(self.marks))
        self.ops.append(f"/{type_} <</MCID {len(self.marks)}>> BDC")
        self.marks.append(element)
        yield
        self.ops.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Decoration: not read aloud."""
        self.ops.append("/Artifact BMC")
        yield
        self.ops.append("EMC")

    def rectangle(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        line: float = 0.5,
    ) -> None:
        operator = "B" if fill and stroke else "f" if fill else "S"
        colours = (_colour(fill, "rg") if fill else "") + (
            _colour(stroke, "RG") + f"{number(line)} w " if stroke else ""
        )
        self.ops.append(f"{colours}{number(x)} {number(self.size[1] - y - h)} {number(w)} {number(h)} re {operator}")

    def path(self, points: list[tuple[float, float]], stroke: Colour, line: float, closed: bool = False) -> None:
        """A line through points."""
        steps = " ".join(
            f"{number(round(x, 2))} {number(round(self.size[1] - y, 2))} {'l' if index else 'm'}"
            for index, (x, y) in enumerate(points)
        )
        self.ops.append(f"{_colour(stroke, 'RG')}{number(line)} w {steps} {'s' if closed else 'S'}")

    def curve(self, points: list[tuple[float, float]], stroke: Colour, line: float) -> None:
        """Joined cubic curves: the first point, then two control points and an end point for each."""
        places = [f"{number(round(x, 1))} {number(round(self.size[1] - y, 1))}" for x, y in points]
        steps = " ".join(" ".join(places[at : at + 3]) + " c" for at in range(1, len(places), 3))
        self.ops.append(f"{_colour(stroke, 'RG')}{number(line)} w {places[0]} m {steps} S")

    def modules(self, strips: list[tuple[int, int, int]], x: float, y: float, module: float) -> None:
        """Black strips (row, column, length) of a grid whose top left corner is given."""
        boxes = " ".join(f"{column} {-row - 1} {length} 1 re" for row, column, length in strips)
        scale = number(round(module, 5)) if module % 1 == 0 else f"{module:.5f}"
        self.ops.append(f"q 0 0 0 rg {scale} 0 0 {scale} {number(x)} {number(self.size[1] - y)} cm {boxes} f Q")

    def image(self, name: str, jpeg: bytes, x: float, y: float, w: float, h: float) -> None:
        self.images[name] = jpeg
        self.ops.append(f"q {number(w)} 0 0 {number(h)} {number(x)} {number(self.size[1] - y - h)} cm /{name} Do Q")

    def line(self, line: Line, x: float, baseline: float, size: float, colour: Colour = INK) -> None:
        """A shaped line with its left end at `x`."""
        self.ops.append(f"BT {_colour(colour, 'rg')}")
        for run in line.runs:
            self._run(run, x, baseline, size, colour)
            x += run.width(size)
        self.ops.append("ET")
        self.text.append(" ".join(run.text for run in line.runs))

    def _run(self, run: Run, x: float, baseline: float, size: float, colour: Colour) -> None:
        face = self.faces.setdefault(run.typeface.name, UsedFace(run.typeface, f"F{len(self.faces)}"))
        self.ops.append(f"/{face.name} {number(size)} Tf 1 0 0 1 {number(x)} {number(self.size[1] - baseline)} Tm")
        stroke = run.typeface.stroke
        if stroke:
            self.ops.append(f"2 Tr {number(round(stroke * size, 3))} w {_colour(colour, 'RG')}")
        pen = _Pen(face, size)
        for group in run.groups:
            needs_text = not face_says(face, group)
            if needs_text:
                self.ops.append(f"/Span <</ActualText <{_utf16(group.text)}>>> BDC")
            pen.draw(group)
            self.ops.append(pen.flush())
            if needs_text:
                self.ops.append("EMC")
        self.ops.append(pen.level())
        if stroke:
            self.ops.append("0 Tr")


def face_says(face: UsedFace, group: Group) -> bool:
    """Whether the glyphs' own Unicode values give the text back; learns the value of a glyph seen for the first
    time.
    """
    before = None
    known = ""
    for glyph in group.glyphs:
        # The dots and marks of a cluster have no letter of their own, and PDF/A-3U allows no glyph without a value.
        same = before is not None and before.cluster == glyph.cluster
        known += face.texts.setdefault(glyph.id, NOTHING if same else glyph.text)
        before = glyph
    return known == group.text and len(group.glyphs) == 1


class _Pen:
    """Writes glyphs as TJ arrays, correcting the position wherever it is not what the widths give."""

    def __init__(self, face: UsedFace, size: float) -> None:
        self.face = face
        self.scale = 1000 / face.typeface.upem
        self.size = size
        self.want = 0.0
        self.have = 0.0
        self.rise = 0
        self.parts: list[str] = []
        self.array: list[str] = []

    def draw(self, group: Group) -> None:
        for glyph in group.glyphs:
            width = self.face.widths.setdefault(glyph.id, round(self._advance(glyph.id)))
            if glyph.dy != self.rise:
                self._close()
                self.rise = glyph.dy
                self.parts.append(f"{number(round(glyph.dy * self.scale * self.size / 1000, 3))} Ts")
            shift = round(self.want + glyph.dx * self.scale - self.have)
            if shift:
                self.array.append(str(-shift))
                self.have += shift
            if self.array and self.array[-1].startswith("<"):
                self.array[-1] = f"{self.array[-1][:-1]}{glyph.id:04X}>"
            else:
                self.array.append(f"<{glyph.id:04X}>")
            self.have += width
            self.want += glyph.advance * self.scale

    def _advance(self, glyph: int) -> float:
        return float(self.face.typeface.font.get_glyph_h_advance(glyph)) * self.scale

    def _close(self) -> None:
        if self.array:
            self.parts.append(f"[{' '.join(self.array)}] TJ")
            self.array = []

    def flush(self) -> str:
        self._close()
        text = " ".join(self.parts)
        self.parts = []
        return text

    def level(self) -> str:
        rise, self.rise = self.rise, 0
        return "0 Ts" if rise else ""


def _colour(colour: Colour, operator: str) -> str:
    return " ".join(number(part) for part in colour) + f" {operator} "


def _utf16(text: str) -> str:
    return (b"\xfe\xff" + scripts.strip(text).encode("utf-16-be")).hex().upper()
