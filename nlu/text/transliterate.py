"""Names from one script into another, as a proposal that the person confirms.

Common names come from a table; the rest goes by rule over Devanagari, which can write what the others leave open.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .data import rows
from .letters import LETTER
from .name_parts import to_deva
from .normalise import normalise
from .roman import fold
from .scripts import Script, script_of
from .transliterate_rules import arab_to_deva, deva_to_arab, deva_to_guru, deva_to_latin, guru_to_deva

_NUKTA = "\u093c"
_WORD = re.compile(rf"({LETTER}+)(\.?)")


def _known() -> dict[str, tuple[str, str, str, str]]:
    """Every spelling of the table, normal form → (Latin, Devanagari, Gurmukhi, Urdu)."""
    table: dict[str, tuple[str, str, str, str]] = {}
    for cells in rows("names"):
        romans = cells[0].split()
        deva = cells[1]
        guru = cells[2] if len(cells) > 2 and cells[2] else deva_to_guru(deva)
        arab = cells[3] if len(cells) > 3 and cells[3] else deva_to_arab(deva)
        entry = (romans[0], deva, guru, arab)
        for form in (*romans, deva, guru, arab):
            table.setdefault(normalise(form).text, entry)
        for form in romans:
            table.setdefault("~" + fold(form), entry)
    return table


_KNOWN = _known()
_ABDUL = re.compile(r"(?<!\w)عبدل\s+(?=\w)")
"""Urdu writes the article with the name that follows: Abdul Rahman is عبدالرحمان."""
_COLUMNS: dict[Script, int] = {"Latn": 0, "Deva": 1, "Guru": 2, "Arab": 3}


def transliterate(name: str, script: Script) -> str:
    """The name in the script `Latn`, `Deva`, `Guru` or `Arab`; what is no letter stays. Latin gets capitals."""
    written = _WORD.sub(lambda match: _word(match[1], script) + _dot(match[1], match[2], script), name)
    return _ABDUL.sub("عبدال", written) if script == "Arab" else written


def _dot(word: str, dot: str, script: Script) -> str:
    """The dot of an initial stays; that of a name cut short goes where the name is written out ("Mohd." – मोहम्मद)."""
    return "" if len(word) > 1 and _entry(word) and script_of(word) not in (script, "Zyyy") else dot


def _entry(word: str) -> tuple[str, str, str, str] | None:
    plain = normalise(word, squeeze=False).text.lower()
    return _KNOWN.get(plain) or _KNOWN.get("~" + fold(plain) if plain.isascii() else plain.replace(_NUKTA, ""))


@lru_cache(maxsize=4096)
def _word(word: str, script: Script) -> str:
    source = script_of(word)
    if source in (script, "Zyyy") or script not in _COLUMNS:
        return word
    plain = normalise(word, squeeze=False).text.lower()
    entry = _entry(word)
    if entry:
        result = entry[_COLUMNS[script]]
    else:
        deva = {"Latn": to_deva, "Guru": guru_to_deva, "Arab": arab_to_deva}.get(source, str)(plain)
        result = {"Latn": deva_to_latin, "Guru": deva_to_guru, "Arab": deva_to_arab}.get(script, str)(deva)
    return result[:1].upper() + result[1:] if script == "Latn" else result
