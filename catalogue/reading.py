"""Strict reading of the catalogue's YAML: every key is known, every value of its type, every error says where.

A `Section` is one mapping of a file together with its place in it. Reading a key ticks it off; `finish` refuses what
was never read, so a misspelt key is an error and not a silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from catalogue.errors import LoadError
from catalogue.model import LANGUAGES, Fact, Option, Text4

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Strict(_Base):  # type: ignore[misc]
    """Refuses repeated keys; only `true` and `false` are booleans, and a date stays the text that was written."""


_Strict.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":bool"))]
    for first, found in _Base.yaml_implicit_resolvers.items()
}
_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is there twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path, folder: Path) -> Section:
    """The whole of one file, which must be a mapping. `folder` is what the file is named relative to in errors."""
    name = path.relative_to(folder).as_posix()
    try:
        data = yaml.load(path.read_bytes(), Loader=_Strict)
    except OSError as error:
        raise LoadError(name, "", f"cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise LoadError(name, "", f"{where}{getattr(error, 'problem', None) or error}") from None
    if not isinstance(data, dict):
        raise LoadError(name, "", "should be a list of keys with values")
    return Section(data, name, ())


class Section:
    """One mapping of a file; see the module."""

    def __init__(self, data: dict[Any, Any], file: str, path: tuple[str, ...]) -> None:
        self._data = data
        self._file = file
        self._path = path
        self._read: set[Any] = set()

    def error(self, key: str, reason: str) -> LoadError:
        return LoadError(self._file, ".".join(filter(None, (*self._path, key))), reason)

    def has(self, key: str) -> bool:
        return key in self._data

    def keys(self) -> tuple[str, ...]:
        return tuple(str(key) for key in self._data)

    def finish(self) -> None:
        """Raises if something was written that nobody asked for."""
        for key in self._data:
            if key not in self._read:
                raise self.error(str(key), "is not a key that is known here")

    def _take(self, key: str, kinds: tuple[type, ...], what: str) -> Any:
        self._read.add(key)
        if key not in self._data:
            raise self.error(key, "is missing")
        value = self._data[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise self.error(key, f"should be {what}, not {value!r}")
        return value

    def string(self, key: str) -> str:
        value = str(self._take(key, (str,), "a text"))
        if not value.strip():
            raise self.error(key, "is empty")
        return value

    def optional_string(self, key: str) -> str | None:
        return self.string(key) if self.has(key) else None

    def boolean(self, key: str, default: bool | None = None) -> bool:
        if default is not None and not self.has(key):
            return default
        return bool(self._take(key, (bool,), "true or false"))

    def optional_number(self, key: str) -> float | None:
        return self._take(key, (int, float), "a number") if self.has(key) else None

    def nullable_integer(self, key: str) -> int | None:
        """A whole number, or null where it is not known; the key itself must be there."""
        if self.has(key) and self._data[key] is None:
            self._read.add(key)
            return None
        return int(self._take(key, (int,), "a whole number or null"))

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.string(key)
        if value not in allowed:
            raise self.error(key, f"should be one of {', '.join(allowed)}, not {value!r}")
        return value

    def strings(self, key: str, required: bool = False) -> tuple[str, ...]:
        if not required and not self.has(key):
            return ()
        values = self._take(key, (list,), "a list of texts")
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.error(key, f"should hold texts only, not {value!r}")
        return tuple(values)

    def section(self, key: str) -> Section:
        return Section(self._take(key, (dict,), "a list of keys with values"), self._file, (*self._path, key))

    def optional_section(self, key: str) -> Section | None:
        return self.section(key) if self.has(key) else None

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Every key of this mapping, whose values must all be mappings."""
        for key in self._data:
            if not isinstance(key, str):
                raise self.error(str(key), "should be a text (put it in quotes)")
            yield key, self.section(key)

    def items(self, key: str) -> list[Section]:
        """A list of mappings; absent is empty."""
        if not self.has(key):
            return []
        found = []
        for number, value in enumerate(self._take(key, (list,), "a list"), 1):
            if not isinstance(value, dict):
                raise self.error(f"{key}[{number}]", f"should be a list of keys with values, not {value!r}")
            found.append(Section(value, self._file, (*self._path, f"{key}[{number}]")))
        return found

    def text4(self, key: str) -> Text4:
        """A sentence in exactly the four languages."""
        section = self.section(key)
        found = {language: section.string(language) for language in LANGUAGES}
        section.finish()
        return found

    def optional_text4(self, key: str) -> Text4 | None:
        return self.text4(key) if self.has(key) else None

    def options(self, key: str) -> tuple[Option, ...]:
        """A mapping of value → title in four languages, with `spellings` beside them."""
        if not self.has(key):
            return ()
        found = []
        for value, section in self.section(key).sections():
            title = {language: section.string(language) for language in LANGUAGES}
            found.append(Option(value, title, section.strings("spellings")))
            section.finish()
        return tuple(found)

    def fact(self) -> Fact:
        """`text`, `source`, `verified` of this section; other keys are the caller's."""
        return Fact(self.text4("text"), self.string("source"), self.boolean("verified"))
