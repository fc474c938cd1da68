"""Whether something is a question; and two questions that no intent tells apart: what a thing is in general, and how
much of a form is left."""

from __future__ import annotations

from .data import rows
from .normalise import normalise
from .roman import fold
from .tokens import words

LONGEST = 10
"""Words; who writes more tells something."""
_MIN_FOLDED = 4
"""Shorter words are folded into too many others."""


def _lexicon() -> dict[str, frozenset[str]]:
    table = {kind: frozenset(normalise(form).text.lower() for form in forms.split()) for kind, forms in rows("asking")}
    for kind, forms in table.items():
        table[kind] = forms | {f"~{fold(form)}" for form in forms if form.isascii() and len(form) >= _MIN_FOLDED}
    return table


_WORDS = _lexicon()


def _is(kind: str, word: str) -> bool:
    known = _WORDS[kind]
    return word in known or (len(word) >= _MIN_FOLDED and word.isascii() and f"~{fold(word)}" in known)


MARKS = ("?", "؟", "？")
_FEWEST = 4
"""Words; fewer, without a mark, may be a name or an answer that begins alike."""


def is_question(text: str) -> bool:
    """By its mark, or by its first word when several follow: "kya gawah rishtedar ho sakta hai"."""
    if text.rstrip().endswith(MARKS):
        return True
    said = [word.text for word in words(text)]
    return len(said) >= _FEWEST and said[0] in _WORDS["first"]


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
