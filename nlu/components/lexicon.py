"""Which spellings stand for which value, gathered from Rasa's training data.

Three sources, all plain Rasa: lookup tables named `entity:value`; lookup tables named `entity`, whose elements are
mapped by the synonyms; and annotated examples. A spelling that the examples use for two values says nothing and is left
out; one that a lookup table names is believed.
"""

from __future__ import annotations

from collections import defaultdict

from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.training_data import TrainingData

LONGEST = 6
"""Words in an annotated spelling; longer ones are sentences, not names."""
SHORTEST = 3
"""Letters in an annotated spelling."""


def spellings(data: TrainingData, entity: str, examples: bool = True) -> dict[str, list[str]]:
    """Value to its spellings, both in order of appearance; `examples`: also those annotated in sentences."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for table in data.lookup_tables:
        kind, _, value = table["name"].partition(":")
        elements = table["elements"]
        if kind != entity or isinstance(elements, str):
            continue
        for element in elements:
            found[value or data.entity_synonyms.get(element, element)][element] = None
    known = {text.casefold() for texts in found.values() for text in texts}
    if examples:
        for text, value in _annotated(data, entity).items():
            if text.casefold() not in known:
                found[value][text] = None
    return {value: list(texts) for value, texts in found.items()}


def _annotated(data: TrainingData, entity: str) -> dict[str, str]:
    meanings: dict[str, set[str]] = defaultdict(set)
    written: dict[str, str] = {}
    for example in data.training_examples:
        for one in example.get(ENTITIES) or ():
            if one[ENTITY_ATTRIBUTE_TYPE] == entity:
                text = example.get(TEXT)[one[ENTITY_ATTRIBUTE_START] : one[ENTITY_ATTRIBUTE_END]]
                meanings[text.casefold()].add(str(one[ENTITY_ATTRIBUTE_VALUE]))
                written.setdefault(text.casefold(), text)
    return {
        written[text]: next(iter(values))
        for text, values in meanings.items()
        if len(values) == 1 and len(text) >= SHORTEST and len(text.split()) <= LONGEST
    }
