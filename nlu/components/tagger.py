"""Entities that no list holds and no pattern gives away, learnt from annotated examples: names of people."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

import pycrfsuite
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import entities, lexicon, rows, tagging
from nlu.components.component import Component
from nlu.components.entities import Entity
from nlu.components.tagging import Word
from nlu.components.tokenizer import FORM, form
from nlu.text import names, tokens
from nlu.text.scripts import script_of
from nlu.text.transliterate import transliterate

FILE = "tagger.crfsuite"
WORDS = "ordinary.json"
"""Pivots of words that some sentence uses as no name."""
PERSON = "person_name"
FRAMED = 0.6
"""Confidence in a name that only its frame gives away."""
LONGEST = 60
"""Words of a message that are looked at."""
Listed = dict[tuple[str, str], list[str]]
"""Names by kind and script."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SequenceTagger(Component):
    """Conditional random field over words, their pivots and neighbours.

    `entities`: the kinds learnt; `copies`: how often each example with a person's name (or a thing of another kind that
    lookup tables list) is repeated with other names, so that the frame is learnt and not the name; `lists`: kinds of
    lookup tables whose spellings serve as names of a kind, beside its own; `strangers`: share of the sentences in which
    common names are not recognised, so that uncommon ones are learnt too; `minimum`: least confidence.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "entities": [PERSON],
            "lists": {},
            "copies": 4,
            "strangers": 0.35,
            "minimum": 0.4,
            "c1": 0.05,
            "c2": 0.05,
            "iterations": 60,
            "seed": 7,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        super().__init__(config, storage, resource, name)
        self._tagger: pycrfsuite.Tagger | None = None
        self._content = b""
        self._ordinary: frozenset[str] = frozenset()

    def train(self, training_data: TrainingData) -> Resource:
        examples = [
            one
            for one in training_data.training_examples
            if one.get(TEXT) and one.get(INTENT) and not one.get(rows.DESCENT)
        ]
        if not any(_spans(one, self.config["entities"]) for one in examples):
            return self.resource
        trainer = pycrfsuite.Trainer(verbose=False)
        options = {"c1": self.config["c1"], "c2": self.config["c2"], "max_iterations": self.config["iterations"]}
        trainer.set_params({**options, "feature.possible_transitions": True})
        chance = random.Random(self.config["seed"])
        listed = self._listed(training_data)
        used = self._used(examples)
        for example in examples:
            own = set(_lemmas(example))
            # A word counts as ordinary when another sentence uses it, which is what can be known of a new sentence.
            ordinary = {lemma for lemma in own if used[lemma] > 1}
            for text, words, marked in self._versions(example, listed, chance):
                ordinary |= {word.lemma for word in words if word.lemma not in own and used[word.lemma]}
                known = None if chance.random() >= self.config["strangers"] else frozenset[str]()
                trainer.append(tagging.features(text, words, ordinary, known), marked)
        self._ordinary = frozenset(used)
        with self.storage.write_to(self.resource) as folder:
            trainer.train(str(folder / FILE))
            (folder / WORDS).write_text(json.dumps(sorted(self._ordinary)), encoding="utf-8")
            self._open(folder)
        return self.resource

    def restore(self) -> None:
        try:
            with self.storage.read_from(self.resource) as folder:
                self._open(folder)
        except ValueError:
            # Rasa's answer for a resource that was never written: no example to learn from.
            return

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = self.find(str(message.get(TEXT)), _words(message)[:LONGEST])
            message.set(
                ENTITIES, entities.merged(message.get(ENTITIES), found, type(self).__name__), add_to_output=True
            )
        return messages

    def find(self, text: str, words: Sequence[Word]) -> list[Entity]:
        """Stretches that the field is sure enough of; names of people in the person's own spelling."""
        if self._tagger is None or not words:
            return []
        marked = self._tagger.tag(tagging.features(text, words, self._ordinary))
        found = []
        for stretch in tagging.stretches(marked):
            first = stretch.first
            while first < stretch.last and names.is_honorific(words[first].text, stretch.last - first):
                first += 1
            start, end = words[first].start, words[stretch.last].end
            sure = min(self._tagger.marginal(marked[at], at) for at in range(stretch.first, stretch.last + 1))
            if sure < self.config["minimum"] or (stretch.kind == PERSON and not names.is_name(text[start:end])):
                continue
            found.append(Entity(stretch.kind, " ".join(text[start:end].split()), start, end, sure))
        if not found and PERSON in self.config["entities"]:
            found.extend(_framed(text, words, self._ordinary))
        return found

    def _open(self, folder: Path) -> None:
        # From memory: Rasa's storage is a temporary folder that need not outlive the loading. The tagger reads these
        # very bytes as long as it lives, and does not hold them itself.
        self._content = (folder / FILE).read_bytes()
        self._ordinary = frozenset(json.loads((folder / WORDS).read_text(encoding="utf-8")))
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(self._content)

    def _used(self, examples: Sequence[Message]) -> Counter[str]:
        """In how many sentences each word stands where nothing is marked."""
        used: Counter[str] = Counter()
        for example in examples:
            words = _words(example)
            marked = tagging.labels(words, _spans(example, self.config["entities"]))
            used.update({word.lemma for word, label in zip(words, marked, strict=True) if label == tagging.OUT})
        return used

    def _listed(self, data: TrainingData) -> Listed:
        """Names by kind and script, from the lookup tables."""
        found: Listed = {}
        for kind in self.config["entities"]:
            for table in (kind, *self.config["lists"].get(kind, ())):
                for texts in lexicon.spellings(data, table, examples=False).values():
                    for text in texts:
                        found.setdefault((kind, script_of(text)), []).append(text)
        return found

    def _versions(
        self, example: Message, listed: Listed, chance: random.Random
    ) -> Iterator[tuple[str, list[Word], list[str]]]:
        text, words = str(example.get(TEXT)), _words(example)
        spans = _spans(example, self.config["entities"])
        yield text, words, tagging.labels(words, spans)
        changing = any(kind == PERSON or (kind, script_of(text[start:end])) in listed for kind, start, end in spans)
        for _ in range(self.config["copies"] if changing else 0):
            yield _renamed(text, spans, listed, chance)


def _framed(text: str, words: Sequence[Word], ordinary: Container[str]) -> list[Entity]:
    """A common name where the sentence says that a name comes ("ਨਾਂ" is "name" and "no", which confuses the field)."""
    said = names.strip_frame(text)
    inside = [word for word in words if said.start <= word.start and word.end <= said.end]
    known = any(word.lemma in tagging.known_names() for word in inside)
    if any(word.lemma in ordinary and word.lemma not in tagging.known_names() for word in inside):
        return []
    if not known or len(inside) == len(words) or not names.is_name(said.value):
        return []
    return [Entity(PERSON, said.value, said.start, said.end, FRAMED)]


def _words(message: Message) -> list[Word]:
    found = message.get(TOKENS_NAMES[TEXT]) or ()
    return [
        Word(token.text, token.get(FORM) or token.text.lower(), token.lemma, token.start, token.end) for token in found
    ]


def _lemmas(message: Message) -> list[str]:
    return [word.lemma for word in _words(message)]


def _renamed(
    text: str, spans: Sequence[tuple[str, int, int]], listed: Listed, chance: random.Random
) -> tuple[str, list[Word], list[str]]:
    """The sentence with other people and things, each written in the script of the one whose place is taken."""
    pieces, moved, at, length = [], [], 0, 0
    for kind, start, end in sorted(spans, key=lambda span: span[1]):
        inside = _other(kind, text[start:end], listed, chance)
        pieces += [text[at:start], inside]
        length += start - at
        moved.append((kind, length, length + len(inside)))
        length, at = length + len(inside), end
    renamed = "".join([*pieces, text[at:]])
    words = [Word(one.text, form(one.text), one.lemma, one.start, one.end) for one in tokens.tokens(renamed)]
    return renamed, words, tagging.labels(words, moved)


def _other(kind: str, instead_of: str, listed: Listed, chance: random.Random) -> str:
    if kind == PERSON:
        return _somebody(instead_of, chance)
    names_of_kind = listed.get((kind, script_of(instead_of)))
    name = chance.choice(names_of_kind) if names_of_kind else instead_of
    return name.lower() if instead_of.islower() else name


def _somebody(instead_of: str, chance: random.Random) -> str:
    """As many names as the person has, at most three, in the same script and case."""
    script = script_of(instead_of)
    count = min(len(instead_of.split()), 3)
    parts = [transliterate(row[0].split()[0], script) for row in chance.sample(tagging.people(), count)]
    name = " ".join(parts)
    return name.lower() if instead_of.islower() else name


def _spans(message: Message, kinds: Sequence[str]) -> list[tuple[str, int, int]]:
    return [
        (one[ENTITY_ATTRIBUTE_TYPE], one[ENTITY_ATTRIBUTE_START], one[ENTITY_ATTRIBUTE_END])
        for one in message.get(ENTITIES) or ()
        if one[ENTITY_ATTRIBUTE_TYPE] in kinds
    ]
