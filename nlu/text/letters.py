"""Character classes that Python's `re` lacks: letters together with the vowel signs and marks that belong to them."""

from __future__ import annotations

import re
import unicodedata


def _marks() -> str:
    """Ranges of combining marks up to the end of the South Asian blocks, as the inside of a character class.

    `\\w` leaves vowel signs out, which would cut नाम into three pieces.
    """
    parts: list[str] = []
    begin = -1
    for code in range(0x300, 0x1B00):
        inside = unicodedata.category(chr(code))[0] == "M"
        if inside and begin < 0:
            begin = code
        elif not inside and begin >= 0:
            parts.append(f"\\u{begin:04x}-\\u{code - 1:04x}")
            begin = -1
    return "".join(parts)


MARKS = _marks()
LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
"""One letter or one of its marks; for use inside larger patterns."""
WORD = rf"{LETTER}+"
NOT_BEFORE = rf"(?<![\w{MARKS}])"
NOT_AFTER = rf"(?![\w{MARKS}])"
WORDS = re.compile(WORD)
