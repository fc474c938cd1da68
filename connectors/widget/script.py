"""`/widget.js`: the modules of `src/`, the sentences and the style as the one script that a site embeds.

The sources are ES modules so that editors and tools understand them. Since a site embeds a classic script (only such a
one learns its own address, and runs in old browsers without another request), they are joined in one function: imports
are left out, and what was exported is seen by all that follows. Nothing is installed and nothing built to do so.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
MODULES: Final = (
    "data.js",
    "dom.js",
    "words.js",
    "rich.js",
    "store.js",
    "api.js",
    "stream.js",
    "conversation.js",
    "photos.js",
    "card.js",
    "bubble.js",
    "timeline.js",
    "composer.js",
    "panel.js",
    "fonts.js",
    "chat.js",
    "main.js",
)
"""In the order in which they need each other."""
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function)\b)", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
_SPACE = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Script:
    """The script in both forms in which it is sent. `tag` changes with its content."""

    plain: bytes
    gzipped: bytes
    tag: str


@lru_cache(maxsize=1)
def script() -> Script:
    """The script as it is now; read once in a process."""
    plain = joined().encode()
    return Script(plain, gzip.compress(plain, 9, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:24]}"')


def joined() -> str:
    """The whole script as text."""
    words = json.dumps(json.loads((FOLDER / "words.json").read_text(encoding="utf-8")), ensure_ascii=False)
    style = _SPACE.sub(" ", (FOLDER / "style.css").read_text(encoding="utf-8")).strip()
    values = f"const WORDS = {words};\nconst STYLE = {json.dumps(style, ensure_ascii=False)};\n"
    return "(() => {\n'use strict';\n" + values + "".join(stripped(name) for name in MODULES) + "})();\n"


def stripped(name: str) -> str:
    """One module without its imports, its `export` words and the comments that stand alone on their lines."""
    text = (FOLDER / "src" / name).read_text(encoding="utf-8")
    return _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))
