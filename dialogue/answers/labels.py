"""Which questions a text names by their labels, in any of the four languages.

One matcher knows the labels of the whole catalogue: which questions are open changes with every answer, and to build a
matcher for each such set took longer than all the rest of a turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogue.model import Catalogue, Field, FieldUse
from dialogue.by_identity import made_once
from nlu.text.matching import Match, Matcher


def labelled(text: str, uses: Sequence[FieldUse], catalogue: Catalogue) -> list[Match]:
    """Fields of `uses` that the text names, best first; keys are field ids."""
    return label_matcher(catalogue).find(text, among=frozenset([use.field.id for use in uses]))


@made_once
def label_matcher(catalogue: Catalogue) -> Matcher:
    """Over all fields; made at the first call."""
    return Matcher({item.id: _words(item) for item in catalogue.fields.values()})


def _words(item: Field) -> list[str]:
    words = [item.id.replace("_", " ")]
    for label in item.label.values():
        words.append(label)
        bare = re.sub(r"\s*\(.*?\)", "", label).strip()
        if bare and bare != label:
            words.append(bare)
    return [*words, *(word.replace("ਨਾਮ", "ਨਾਂ") for word in words if "ਨਾਮ" in word)]
