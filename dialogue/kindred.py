"""Services that share a word with a message of few words: "caste", "pension", "शादी" name none, but point to some.

Works on the catalogue's names alone, across scripts, so that a single word is never taken for one of several services
and never for none. Words that many services have ("certificate", "card") point nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from catalogue import loader
from dialogue.names import service_named, spellings
from nlu.text.pivot import pivot
from nlu.text.roman import fold
from nlu.text.tokens import words

MOST_WORDS = 3
"""Longer messages say what they want; the model reads them."""
MOST_SERVICES = 6
"""A word of more services than these tells nothing."""
SHORTEST_WORD, SHORTEST_SOUND = 4, 4
"""Letters of a Roman word, and consonants by which a word is known across scripts; shorter ones are alike by chance."""


def kindred(text: str) -> tuple[str, ...]:
    """Ids of the services that share most words with the message, and more than half of them, in the catalogue's order;
    empty when one is named outright."""
    said = [word.text for word in words(text)]
    if not 0 < len(said) <= MOST_WORDS or service_named(text):
        return ()
    shared: dict[str, int] = {}
    for word in said:
        for service in _services_with(word):
            shared[service] = shared.get(service, 0) + 1
    most = max(shared.values(), default=0)
    if 2 * most <= len(said):
        return ()
    return tuple(service for service in loader.load().services if shared.get(service) == most)


def _services_with(word: str) -> frozenset[str]:
    if word.isascii() and len(word) < SHORTEST_WORD:
        return frozenset()
    spelt, sounding = _index()
    found = spelt.get(fold(word), frozenset()) | sounding.get(_sound(word), frozenset())
    return found if len(found) <= MOST_SERVICES else frozenset()


def _sound(word: str) -> str:
    sound = pivot(word).lower()
    return sound if len(sound) >= SHORTEST_SOUND else ""


@lru_cache(maxsize=1)
def _index() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Services by the folded spelling of a word in their names, and by its sound."""
    spelt: dict[str, frozenset[str]] = {}
    sounding: dict[str, frozenset[str]] = {}
    for name in spellings():
        if name.entity == "service":
            for word in words(name.text):
                for table, key in ((spelt, fold(word.text)), (sounding, _sound(word.text))):
                    if key:
                        table[key] = table.get(key, frozenset()) | {name.value}
    return spelt, sounding
