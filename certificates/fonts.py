"""Finds the typefaces and gives them to HarfBuzz; each file is read once a process.

They are installed from npm by the list in `certificates/fonts.txt`, into `fonts/` under the project root, or into
`DATA_DIR/fonts` when that folder is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import uharfbuzz as hb

from certificates.errors import FontsMissing

ROOT: Final = Path(__file__).resolve().parent.parent
FAMILIES: Final = {
    "Latn": "NotoSans",
    "Deva": "NotoSansDevanagari",
    "Guru": "NotoSansGurmukhi",
    "Arab": "NotoNastaliqUrdu",
}
"""Typeface of a script (ISO 15924)."""
_STROKED: Final = {"Arab": 0.025}
"""Scripts whose regular typeface is emboldened: in the bold Noto Nastaliq the he of لودھی is far too wide."""


@dataclass(frozen=True)
class Typeface:
    """One font file; lengths in font units, `upem` to the em."""

    name: str
    face: hb.Face
    font: hb.Font
    upem: int
    ascender: int
    descender: int
    unicodes: frozenset[int]
    stroke: float
    """Width of an outline drawn round the letters to embolden them, in ems."""

    def has(self, character: str) -> bool:
        return ord(character) in self.unicodes


@lru_cache(maxsize=16)
def load(script: str, bold: bool = False, folder: Path | None = None) -> Typeface:
    """The typeface for a script. Raises `FontsMissing`."""
    drawn = bold and script in _STROKED
    name = f"{FAMILIES[script]}-{'Bold' if bold and not drawn else 'Regular'}"
    places = ([folder / "fonts"] if folder else []) + [ROOT / "fonts"]
    path = next((place / f"{name}.ttf" for place in places if (place / f"{name}.ttf").is_file()), None)
    if path is None:
        raise FontsMissing(f"The typeface {name}.ttf is not in {places[-1].name}/; `make run` installs it.")
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    font = hb.Font(face)
    extents = font.get_font_extents("ltr")
    unicodes = frozenset(face.unicodes)
    stroke = _STROKED[script] if drawn else 0.0
    return Typeface(name, face, font, face.upem, extents.ascender, extents.descender, unicodes, stroke)
