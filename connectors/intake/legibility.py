"""Whether a person could read a photo: its size, its light, its sharpness. Thresholds measured on rendered papers."""

from __future__ import annotations

from PIL import Image, ImageFilter, ImageStat

SHORT_SIDE = 180
"""Pixels. A passport photograph has about 200; papers are judged by the dialogue, which knows what was asked for."""
WORKING_SIDE = 1000
DARK_MEAN = 45
DARK_BRIGHTEST = 90
"""Of 255: the mean, and the brightness below which 98 % of the pixels lie."""
SHARP = 90.0
"""Variance of the Laplacian of the sharpest tiles; text in focus has several hundred, out of focus below 40."""
TILES = 8
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def problem(image: Image.Image) -> str:
    """`too_small`, `dark`, `blurred`, or nothing."""
    if min(image.size) < SHORT_SIDE:
        return "too_small"
    grey = image.convert("L")
    if max(grey.size) > WORKING_SIDE:
        grey.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX, reducing_gap=None)
    if _dark(grey):
        return "dark"
    return "blurred" if sharpness(grey) < SHARP else ""


def sharpness(grey: Image.Image) -> float:
    """Variance of the Laplacian, of the tile that stands at a tenth from the sharpest: paper has empty margins."""
    edges = grey.filter(_LAPLACIAN)
    width, height = edges.size
    found = []
    for column in range(TILES):
        for row in range(TILES):
            box = (
                column * width // TILES,
                row * height // TILES,
                (column + 1) * width // TILES,
                (row + 1) * height // TILES,
            )
            found.append(ImageStat.Stat(edges.crop(box)).var[0])
    return sorted(found, reverse=True)[TILES * TILES // 10]


def _dark(grey: Image.Image) -> bool:
    histogram = grey.histogram()
    total, seen = sum(histogram), 0
    if ImageStat.Stat(grey).mean[0] >= DARK_MEAN:
        return False
    for level, count in enumerate(histogram):
        seen += count
        if seen >= total * 0.98:
            return level < DARK_BRIGHTEST
    return False
