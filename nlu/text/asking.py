"""Whether something is a question; and two questions that no intent tells apart: what a thing is in general, and how
much of a form is left."""

from __future__ import annotations

from .tokens import words
from .word_kinds import WordKinds

LONGEST = 10
"""Words; who writes more tells something."""
_WORDS = WordKinds("asking", shortest=4)
_is = _WORDS.has
MARKS = ("?", "؟", "？")
_FEWEST = 4
"""Words; fewer, without a mark, may be a name or an answer that begins alike."""


def is_question(text: str) -> bool:
    """By its mark, or by its first word when several follow: "kya gawah rishtedar ho sakta hai"."""
    if text.rstrip().endswith(MARKS):
        return True
    said = [word.text for word in words(text)]
    return len(said) >= _FEWEST and said[0] in _WORDS.spelt("first")


def asks_in_general(text: str) -> bool:
    """Whether a question about a thing asks for nothing in particular: "what is an EWS certificate", "pension ke baare
    mein batao"; "what is the fee" and "tell me about the process" do.
    """
    said = [word.text for word in words(text)]
    if len(said) > LONGEST or any(_is("subject", word) for word in said):
        return False
    return any(_is("about", word) for word in said) or (
        any(_is("what", word) for word in said) and any(_is("is", word) for word in said)
    )


def asks_what_is_left(text: str) -> bool:
    """Whether somebody in a form asks how much of it is still to come: "how many questions are left", "kitna baki hai",
    "ਕਿੰਨੇ ਕਾਗਜ਼ ਹੋਰ"; how long something takes or what it costs is another question.
    """
    said = [word.text for word in words(text)]
    if len(said) > LONGEST or any(_is("apart", word) for word in said):
        return False
    return any(_is("count", word) for word in said) and any(_is("left", word) or _is("thing", word) for word in said)
