"""What can go wrong with the catalogue.

CatalogueError
├── LoadError         a file cannot be read as what it should be; names the file and the key
├── ExpressionError   an expression is not of the small language, or compares what cannot be compared
└── MessageError      a sentence does not exist, or a value for one of its placeholders is missing
"""

from __future__ import annotations


class CatalogueError(Exception):
    """Root of everything that this package raises."""


class LoadError(CatalogueError):
    """`file` (relative to the catalogue's folder) and `key` (dotted path, may be empty) say where; `reason` what."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        self.file = file
        self.key = key
        self.reason = reason
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")


class ExpressionError(CatalogueError):
    """The message quotes the expression."""


class MessageError(CatalogueError):
    """The message names the sentence and what is missing."""
