"""Words by kind, from a linguists' table of a kind and its words a line: by their spelling, or spelt alike in Roman."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from .data import rows
from .normalise import normalise
from .roman import fold

_REMEMBERED = 4096


class WordKinds:
    """The kinds of one table.

    Roman words of `shortest` letters and more also count folded (`nlu.text.roman`): shorter ones fold into too many
    others. `shortest_form`: the same for the words of the table, where another length suits them. `distinct`: a word
    that stands in the table under any kind is not folded. `more`: words beside the table's.
    """

    def __init__(
        self,
        table: str,
        shortest: int,
        shortest_form: int | None = None,
        distinct: bool = False,
        more: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        kinds: dict[str, set[str]] = {kind: set(forms) for kind, forms in (more or {}).items()}
        for kind, forms in rows(table):
            kinds.setdefault(kind, set()).update(normalise(form).text.lower() for form in forms.split())
        self._spelt = {kind: frozenset(forms) for kind, forms in kinds.items()}
        least = shortest if shortest_form is None else shortest_form
        self._folded = {
            kind: frozenset(fold(form) for form in forms if form.isascii() and len(form) >= least)
            for kind, forms in kinds.items()
        }
        self._shortest = shortest
        self._never_folded = frozenset[str]().union(*self._spelt.values()) if distinct else frozenset[str]()
        self.has = lru_cache(maxsize=_REMEMBERED)(self._has)
        """`has(kind, word)`: whether the word, normalised and small, is of the kind. Raises `KeyError` for no kind."""

    def spelt(self, kind: str) -> frozenset[str]:
        """The words of a kind."""
        return self._spelt[kind]

    def _has(self, kind: str, word: str) -> bool:
        if word in self._spelt[kind]:
            return True
        foldable = len(word) >= self._shortest and word.isascii() and word not in self._never_folded
        return foldable and fold(word) in self._folded[kind]
