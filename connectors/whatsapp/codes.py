"""Meta's error codes and what each one asks of us. Data and one look-up; it sends nothing.

Source: the Cloud API's error reference, as of November 2026.
"""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """What to do after an error of Meta's."""

    RETRY = "retry"
    PAUSE = "pause"
    """This person has had too many messages: wait, then try again."""
    TEMPLATE = "template"
    """The 24-hour window has closed: an approved template instead."""
    PERSON = "person"
    """This person cannot be reached; stop until they write."""
    HALT = "halt"
    """Every send would fail (token, account, payment): stop all and alarm."""
    BUG = "bug"
    """Our own mistake; the same message would fail for ever."""


_CODES: dict[Verdict, frozenset[int]] = {
    Verdict.RETRY: frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131057, 133016}),
    Verdict.PAUSE: frozenset({131056}),
    Verdict.TEMPLATE: frozenset({131047}),
    Verdict.PERSON: frozenset({131026, 131050, 131062, 130472}),
    Verdict.HALT: frozenset({0, 3, 10, 190, 368, 131031, 131042, 131048, *range(200, 300)}),
    Verdict.BUG: frozenset({100, 131008, 131009, *range(132000, 133000)}),
}


def verdict(code: int, status: int = 400) -> Verdict:
    """What an error asks for. An unknown code is judged by the HTTP status: the server's trouble passes, ours stays."""
    for found, codes in _CODES.items():
        if code in codes:
            return found
    return Verdict.RETRY if status >= 500 or status == 429 else Verdict.BUG
