"""The frame, the fine-line ground and the rosette: what a paper of worth looks like, drawn as vectors.

Pure geometry; the same on every certificate of a department.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin
from typing import Final

from certificates.pdf.canvas import Canvas, Colour

MM: Final = 72 / 25.4
NAVY: Final[Colour] = (0.09, 0.17, 0.33)
GOLD: Final[Colour] = (0.66, 0.52, 0.24)
HAIR: Final[Colour] = (0.90, 0.91, 0.94)


_FLAT: Final = 0.3642
"""Where the control points of a cubic stand so that it follows half a cosine wave."""


def rosette(canvas: Canvas, x: float, y: float, radius: float, petals: int, colour: Colour, line: float = 0.3) -> None:
    """A guilloche rosette round a centre: two waves that cross one another."""
    for phase in (0.0, 0.5):
        polar = [
            (2 * pi * (along + 2 * phase) / (2 * petals), radius * (0.72 + 0.28 * height))
            for along, height in _cosine(2 * petals)
        ]
        canvas.curve([(x + reach * cos(angle), y + reach * sin(angle)) for angle, reach in polar], colour, line)


def _cosine(halves: int) -> list[tuple[float, float]]:
    """A cosine wave as cubic curves: (position in half waves, height)."""
    points = [(0.0, 1.0)]
    for half in range(halves):
        start = 1.0 if half % 2 == 0 else -1.0
        points += [(half + _FLAT, start), (half + 1 - _FLAT, -start), (half + 1.0, -start)]
    return points


@lru_cache(maxsize=4)
def background(size: tuple[float, float]) -> tuple[str, ...]:
    """Frame and ground of a page of this size, drawn once a process."""
    canvas = Canvas(size)
    ground(canvas)
    frame(canvas)
    return tuple(canvas.ops)


def ground(canvas: Canvas) -> None:
    """A pale rosette in the middle of the sheet; copies lose its hairlines first."""
    width, height = canvas.size
    for ring, radius in enumerate((62 * MM, 50 * MM, 38 * MM)):
        rosette(canvas, width / 2, height * 0.50, radius, 24 - ring * 4, HAIR, 0.35)


def frame(canvas: Canvas) -> None:
    """A double rule, with a wave between the rules."""
    width, height = canvas.size
    outer, inner = 8 * MM, 11 * MM
    canvas.rectangle(outer, outer, width - 2 * outer, height - 2 * outer, stroke=NAVY, line=1.4)
    canvas.rectangle(inner, inner, width - 2 * inner, height - 2 * inner, stroke=GOLD, line=0.6)
    middle, swing = (outer + inner) / 2, 0.9 * MM
    for top in (middle, height - middle):
        for side in (swing, -swing):
            canvas.curve([(a, top + o) for a, o in _wave(inner, width - inner, side)], GOLD, 0.35)
    for left in (middle, width - middle):
        for side in (swing, -swing):
            canvas.curve([(left + o, a) for a, o in _wave(inner, height - inner, side)], GOLD, 0.35)


def _wave(start: float, end: float, swing: float) -> list[tuple[float, float]]:
    halves = 2 * round((end - start) / (6 * MM))
    return [(start + (end - start) * along / halves, swing * height) for along, height in _cosine(halves)]


def seal(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Stands in the place of the emblem when the department gave none."""
    radius = size / 2
    for petals, share in ((16, 1.0), (12, 0.78), (8, 0.5)):
        rosette(canvas, x + radius, y + radius, radius * share, petals, NAVY if share < 1 else GOLD, 0.45)
