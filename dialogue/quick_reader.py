"""Rasa's reader of sentences over the YAML parser written in C: the same result, ten times as fast.

Rasa parses each file twice in pure Python, to be able to tell in which line a mistake stands. Here a file is read once,
and its shape looked at; only one that is not plainly right goes Rasa's own way, which finds the words for the mistake.
Annotations written as JSON are handed on in Rasa's short form, because each JSON annotation makes it check the very
schema of annotations again.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData

VERSION = "3.1"
KINDS = frozenset({"intent", "lookup", "synonym", "regex"})
EXAMPLE = frozenset({"text", "metadata"})
_JSON = re.compile(r'\]\{"entity": ?"([a-z_]+)"(?:, ?"value": ?"([^"\\)]+)")?\}')
"""An annotation with a kind and perhaps a value, nothing else."""


class _Loader(yaml.CSafeLoader):
    """YAML 1.2 as Rasa reads it: "yes", "no", "on" and dates without quotes are words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class QuickReader(RasaYAMLReader):
    """Raises what Rasa's reader raises."""

    def reads(self, string: str, **kwargs: Any) -> TrainingData:
        try:
            content = yaml.load(_JSON.sub(_short, string), Loader=_Loader)
        except yaml.YAMLError:
            content = None
        if not _plain(content):
            return super().reads(string, **kwargs)
        self._parse_nlu(content["nlu"])
        return TrainingData(
            self.training_examples, self.entity_synonyms, self.regex_features, self.lookup_tables, self.responses
        )


def _short(annotation: re.Match[str]) -> str:
    kind, value = annotation.groups()
    return f"]({kind}:{value})" if value else f"]({kind})"


def _plain(content: Any) -> bool:
    """Whether this is a version and blocks of examples, nothing else, all of the right types."""
    if not isinstance(content, dict) or set(content) != {"version", "nlu"} or content["version"] != VERSION:
        return False
    return isinstance(content["nlu"], list) and all(map(_block, content["nlu"]))


def _block(block: Any) -> bool:
    if not isinstance(block, dict) or len(block) != 2 or "examples" not in block:
        return False
    (kind,) = set(block) - {"examples"}
    examples = block["examples"]
    if kind not in KINDS or not isinstance(block[kind], str):
        return False
    if isinstance(examples, str):
        return all(line.lstrip().startswith("-") for line in examples.splitlines() if line.strip())
    return kind == "intent" and isinstance(examples, list) and all(map(_example, examples))


def _example(example: Any) -> bool:
    if not isinstance(example, dict) or not set(example) <= EXAMPLE or not isinstance(example.get("text"), str):
        return False
    facts = example.get("metadata", {})
    return isinstance(facts, dict) and all(isinstance(value, str) for value in facts.values())
