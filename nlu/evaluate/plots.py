"""Small plots as SVG text: bars, a calibration curve, a matrix. They need no script and no network to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

INK, SOFT, GOOD, LINE = "#1c2733", "#6b7785", "#1f6f5c", "#d5dbe1"
FONT = "font-family='system-ui,sans-serif'"


def bars(values: Sequence[tuple[str, float | None]], target: float | None = None, width: int = 720) -> str:
    """Shares between 0 and 1 as horizontal bars; `target` as a dashed line."""
    left, row, right = 150, 24, 60
    span = width - left - right
    parts = []
    for at, (label, value) in enumerate(values):
        y = at * row + 4
        parts.append(_text(left - 8, y + 13, label, "end"))
        if value is None:
            parts.append(_text(left + 4, y + 13, "–"))
            continue
        parts.append(f"<rect x='{left}' y='{y}' width='{span * value:.1f}' height='16' rx='2' fill='{GOOD}'/>")
        parts.append(_text(left + span * value + 6, y + 13, f"{value:.1%}"))
    height = len(values) * row + 8
    if target is not None:
        x = left + span * target
        parts.append(f"<line x1='{x}' x2='{x}' y1='0' y2='{height}' stroke='{INK}' stroke-dasharray='3 3'/>")
    return _svg(width, height, parts, f"Bars: {', '.join(label for label, _ in values)}")


def calibration(rows: Sequence[Mapping[str, Any]], side: int = 320) -> str:
    """Mean confidence against the share that was right; a dot's area says how many sentences it stands for."""
    pad = 40
    span = side - 2 * pad
    most = max((row["sentences"] for row in rows), default=1) or 1
    parts = [
        f"<rect x='{pad}' y='{pad}' width='{span}' height='{span}' fill='none' stroke='{LINE}'/>",
        f"<line x1='{pad}' y1='{pad + span}' x2='{pad + span}' y2='{pad}' stroke='{LINE}'/>",
        _text(side / 2, side - 8, "confidence", "middle"),
        f"<g transform='rotate(-90 14 {side / 2})'>{_text(14, side / 2, 'right', 'middle')}</g>",
    ]
    points = []
    for row in rows:
        if not row["sentences"]:
            continue
        x, y = pad + span * row["confidence"], pad + span * (1 - row["right"])
        points.append(f"{x:.1f},{y:.1f}")
        size = 3 + 9 * (row["sentences"] / most) ** 0.5
        told = f"{row['sentences']} sentences: confidence {row['confidence']:.2f}, right {row['right']:.2f}"
        parts.append(
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{size:.1f}' fill='{GOOD}' fill-opacity='.6'>"
            f"<title>{escape(told)}</title></circle>"
        )
    parts.append(f"<polyline points='{' '.join(points)}' fill='none' stroke='{GOOD}' stroke-width='1.5'/>")
    for share in (0, 0.5, 1):
        parts.append(_text(pad + span * share, pad + span + 16, f"{share:g}", "middle"))
        parts.append(_text(pad - 6, pad + span * (1 - share) + 4, f"{share:g}", "end"))
    return _svg(side, side, parts, "Calibration: confidence against share of right guesses")


def matrix(labels: Sequence[str], pairs: Mapping[tuple[str, str], int], totals: Mapping[str, int]) -> str:
    """Rows: the right label, columns: the given one; shade: share of the row."""
    cell, left, top = 17, 150, 150
    width, height = left + cell * len(labels) + 10, top + cell * len(labels) + 10
    parts = []
    for at, label in enumerate(labels):
        parts.append(_text(left - 6, top + at * cell + 12, label, "end", 11))
        x = left + at * cell + 12
        parts.append(f"<g transform='rotate(-60 {x} {top - 6})'>{_text(x, top - 6, label, 'start', 11)}</g>")
    for row, right in enumerate(labels):
        for column, given in enumerate(labels):
            times = pairs.get((right, given), 0)
            if not times:
                continue
            part = times / max(totals.get(right, 0), 1)
            colour = GOOD if right == given else "#b3402e"
            parts.append(
                f"<rect x='{left + column * cell}' y='{top + row * cell}' width='{cell - 1}' height='{cell - 1}' "
                f"fill='{colour}' fill-opacity='{0.15 + 0.85 * part:.2f}'>"
                f"<title>{escape(f'{right} taken for {given}: {times} of {totals.get(right, 0)}')}</title></rect>"
            )
    return _svg(width, height, parts, "Confusion matrix of intents")


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 12) -> str:
    place = f"x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'"
    return f"<text {place} font-size='{size}' fill='{INK}' {FONT}>{escape(words)}</text>"


def _svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    return (
        f"<svg viewBox='0 0 {width} {height}' width='{width}' height='{height}' role='img' "
        f"aria-label='{escape(title, quote=True)}'>{''.join(parts)}</svg>"
    )
