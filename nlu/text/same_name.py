"""Whether two texts are one person's name, in whatever scripts and free spelling each is written.

Word by word and in any order: by folded spelling, or by the cross-script key. The key is lossy, so that a name alone
proves nobody; it stands beside other facts.
"""

from __future__ import annotations

from .names import is_honorific
from .normalise import normalise
from .pivot import pivot
from .roman import fold


def _words(name: str) -> list[str]:
    words = [word.strip(".,'’") for word in normalise(name).text.replace("-", " ").split()]
    words = [word for word in words if word]
    return [word for index, word in enumerate(words) if not is_honorific(word, len(words) - index - 1)]


def _alike(first: str, second: str) -> bool:
    if fold(first) == fold(second):
        return True
    one, other = pivot(first).lower(), pivot(second).lower()
    return bool(one) and one == other


def same_name(first: str, second: str) -> bool:
    """Sunita Devi is सुनीता देवी and Smt. Devi Suneeta, and neither Sunita nor Sunita Devi Sharma."""
    left, right = _words(first), _words(second)
    if not left or len(left) != len(right):
        return False
    for word in left:
        match = next((other for other in right if _alike(word, other)), None)
        if match is None:
            return False
        right.remove(match)
    return True
