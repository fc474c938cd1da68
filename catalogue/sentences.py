"""Every sentence the assistant can say, by key and language, with `{placeholders}` filled in.

Knows nothing of when a sentence is said. What is missing is an error, never an empty reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from catalogue.errors import LoadError, MessageError
from catalogue.model import LANGUAGES, Text4
from catalogue.reading import Section, read

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


class Messages:
    """Keyed sentences in four languages. Keys of nested mappings are joined with dots."""

    def __init__(self, texts: Mapping[str, Text4], files: Mapping[str, str]) -> None:
        self._texts = texts
        self._files = files

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def has(self, key: str) -> bool:
        return key in self._texts

    def text(self, key: str) -> Text4:
        """The sentence as written, in all languages. Raises `MessageError`."""
        if key not in self._texts:
            raise MessageError(f"there is no message {key!r}")
        return self._texts[key]

    def file_of(self, key: str) -> str:
        return self._files[key]

    def render(self, key: str, lang: str, **values: object) -> str:
        """The sentence with every placeholder filled. Raises `MessageError` if key, language or a value is missing."""
        texts = self.text(key)
        if lang not in texts:
            raise MessageError(f"message {key!r} does not exist in {lang!r}")

        def filled(match: re.Match[str]) -> str:
            name = match.group(1)
            if values.get(name) is None:
                raise MessageError(f"message {key!r} needs a value for {{{name}}}")
            return str(values[name])

        return PLACEHOLDER.sub(filled, texts[lang])


def read_messages(folder: Path) -> Messages:
    """All `*.yml` of `folder`, together. Raises `LoadError`, also when two files define the same key."""
    texts: dict[str, Text4] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        for key, text in _flat(read(path, folder.parent), ""):
            if key in texts:
                raise LoadError(f"{folder.name}/{path.name}", key, f"is also in {files[key]}")
            texts[key], files[key] = text, f"{folder.name}/{path.name}"
    return Messages(texts, files)


def _flat(section: Section, prefix: str) -> list[tuple[str, Text4]]:
    found: list[tuple[str, Text4]] = []
    for key, below in section.sections():
        name = f"{prefix}{key}"
        if set(below.keys()) & set(LANGUAGES):
            found.append((name, section.text4(key)))
        else:
            found.extend(_flat(below, f"{name}."))
    return found
