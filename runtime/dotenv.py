"""The `.env` file: `NAME=value` lines, `#` comments, optional quotes and `export`; nothing is expanded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from runtime.errors import SettingsError

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


@dataclass(frozen=True)
class Entry:
    """One setting of the file and the line (from 1) on which it stands."""

    name: str
    value: str
    line: int


def read(path: Path) -> list[Entry]:
    """The entries of the file in order; none if there is no file. Raises `SettingsError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from error
    entries = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise SettingsError(f"Line {number} of {path} is not of the form NAME=value.")
        entries.append(Entry(found[1], _value(found[2], path, number), number))
    return entries


def _value(text: str, path: Path, number: int) -> str:
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        rest = text[end + 1 :].strip()
        if end < 0 or (rest and not rest.startswith("#")):
            raise SettingsError(f"The quotes on line {number} of {path} do not match.")
        return text[1:end]
    return re.split(r"\s#", text, maxsplit=1)[0].strip()
