"""What was found out about a file: frozen data that crosses from the process that looked at it."""

from __future__ import annotations

from dataclasses import dataclass

FORWARD_BYTES = 100_000
"""What the portal takes per document: 100 kB."""
FILE_BYTES = 20 * 1024 * 1024
PROBLEMS = ("too_large", "too_small", "blurred", "dark", "unreadable", "encrypted", "wrong_type")


@dataclass(frozen=True)
class Examination:
    """`kept`: the bytes to store (upright and without metadata for photos; a PDF stays as it is, for its signature).

    `forward`: the form for the department, at most `FORWARD_BYTES`. With a `problem`, either may be empty.
    """

    mime: str
    problem: str = ""
    kept: bytes = b""
    forward: bytes = b""
    forward_mime: str = ""
    pages: int = 1
    width: int = 0
    height: int = 0


class Unusable(Exception):
    """A file cannot be taken; `problem` says why in a word of `PROBLEMS`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
