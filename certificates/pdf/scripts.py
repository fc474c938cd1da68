"""Which script a character is written in, and what HarfBuzz must be told for each.

Only the four scripts of the certificates are known; digits, spaces and punctuation are common and go with what
surrounds them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

LANGUAGE: Final = {"Latn": "en", "Deva": "hi", "Guru": "pa", "Arab": "ur"}
SCRIPT_OF: Final = {"en": "Latn", "hi": "Deva", "pa": "Guru", "ur": "Arab"}
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
ISOLATES: Final = frozenset((LRI, RLI, FSI, PDI))
_COMMON = frozenset("।॥\u200c\u200d")
_ARABIC = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))


def script(character: str) -> str:
    """ISO 15924 code, or "" for what belongs to no script of its own."""
    code = ord(character)
    if character in _COMMON:
        return ""
    if 0x0900 <= code <= 0x097F or 0xA8E0 <= code <= 0xA8FF or 0x1CD0 <= code <= 0x1CFF:
        return "Deva"
    if 0x0A00 <= code <= 0x0A7F:
        return "Guru"
    if any(low <= code <= high for low, high in _ARABIC):
        return "Arab"
    if unicodedata.category(character)[0] == "L":
        return "Latn"
    return ""


def isolate(text: str) -> str:
    """A number or code that must keep its own order inside a right-to-left line."""
    return f"{LRI}{text}{PDI}"


def strip(text: str) -> str:
    return "".join(character for character in text if character not in ISOLATES)
