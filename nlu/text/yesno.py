"""Whether a short answer says yes or no, in four languages, their romanised forms, and by hand signs."""

from __future__ import annotations

from functools import lru_cache

from .tokens import words
from .word_kinds import WordKinds

_UP = ("👍", "✅", "👌", "✔", "🆗")
_DOWN = ("👎", "❌", "🚫", "✖")
_LONGEST = 10


_WORDS = WordKinds("yesno", shortest=3, shortest_form=1)
_is = _WORDS.has


@lru_cache(maxsize=16)
def yes_no(text: str) -> bool | None:
    """True or False when the message is a yes or a no, at most with politeness or a clause that agrees; else None.

    "Yes, but the name is wrong" is neither. "नहीं जी" is no: a negation anywhere in a message of nothing but such words
    decides.
    """
    found = [word.text for word in words(text[:400])]
    if not found:
        up, down = (any(sign in text for sign in signs) for signs in (_UP, _DOWN))
        return up if up != down else None
    if len(found) > _LONGEST:
        return None
    if len(found) > 1 and found[-1] in _WORDS.spelt("tag") and _is("yes", found[0]):
        found = found[:-1]
    yes = [_is("yes", word) for word in found]
    no = [_is("no", word) for word in found]
    if any(no) and any(_is("unsure", word) for word in found):
        return None
    known = all(a or b or _is("filler", word) for word, a, b in zip(found, yes, no, strict=True))
    if known and (any(yes) or any(no)):
        if _WRONG & set(found) and any(no[i] and found[i] not in _WRONG for i in range(len(found))):
            # "कुछ गलत नहीं", "nahi, galat hai": a double negation is left to a question.
            return False if no[0] and found[0] not in _WRONG else None
        return not any(no)
    contrast = any(_is("contrast", word) for word in found[1:])
    if contrast or len(found) < 2:
        return None
    if no[0] and found[0] not in _WRONG:
        return False
    if yes[0] and not any(no) and found[0] in _CLEAR_YES:
        return True
    return None


def does_not_know(text: str) -> bool:
    """Whether a short message says that the person does not know ("pata nahi", "ਯਾਦ ਨਹੀਂ")."""
    found = [word.text for word in words(text[:400])]
    unsure, no = (any(_is(kind, word) for word in found) for kind in ("unsure", "no"))
    return len(found) <= _LONGEST and unsure and no


_WRONG = {"wrong", "galat", "गलत", "ग़लत", "ਗਲਤ", "ਗ਼ਲਤ", "غلط", "incorrect", "false"}
_CLEAR_YES = frozenset(
    [
        "yes",
        "yeah",
        "yep",
        "haan",
        "han",
        "haa",
        "ha",
        "hanji",
        "haanji",
        "हां",
        "हा",
        "हांजी",
        "ਹਾਂ",
        "ਹਾਂਜੀ",
        "ہاں",
        "ہانجی",
    ]
)
