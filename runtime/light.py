"""Rasa without the libraries that a process of ours never calls.

Importing Rasa imports TensorFlow, whatever the pipeline holds, and every channel and store there is: 350 MB and most of
a process's start. Rasa's modules only name those classes when they are imported (as bases, in annotations, as
decorators), so stand-ins do until such a component is built. A configuration or a model that holds one, or one that is
neither Rasa's nor ours, gets the real libraries (docs/adr/0005).
"""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

TENSORFLOW: Final = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "jax")
CHANNELS: Final = (
    "aiogram", "fbmessenger", "mattermostwrapper", "rocketchat_API", "slack_sdk", "twilio", "webexteamssdk",
)  # fmt: skip
STORES: Final = ("aio_pika", "boto3", "botocore", "pymongo")
LEFT_OUT: Final = (*TENSORFLOW, *CHANNELS, *STORES)
NOT_SERVING: Final = ("matplotlib", "prompt_toolkit", "questionary", "sklearn")
"""What serves training, plots and terminals: a worker needs none of it."""
KNOWN: Final = ("nlu.", "dialogue.", "rasa.graph_components.")
"""Rooms whose components are known to need nothing of this; and of Rasa's others, these:"""
LIGHT: Final = (
    "rasa.nlu.classifiers.regex_message_handler.RegexMessageHandler",
    "rasa.nlu.classifiers.fallback_classifier.FallbackClassifier",
    "rasa.nlu.extractors.regex_entity_extractor.RegexEntityExtractor",
    "rasa.nlu.tokenizers.whitespace_tokenizer.WhitespaceTokenizer",
    "rasa.core.policies.ensemble.DefaultPolicyPredictionEnsemble",
    "rasa.core.policies.memoization.MemoizationPolicy",
    "rasa.core.policies.memoization.AugmentedMemoizationPolicy",
    "rasa.core.policies.rule_policy.RulePolicy",
)
_SHORT: Final = frozenset(name.rpartition(".")[2] for name in LIGHT)
"""The same, as a configuration may name them."""


class Unreadable(Exception):
    """The archive is not a Rasa model."""


def suits(model: Path) -> bool:
    """Whether no component of the model's graph needs what is left out. Raises `Unreadable`."""
    try:
        with tarfile.open(model) as archive:
            member = archive.extractfile("metadata.json")
            nodes = json.load(member)["predict_schema"]["nodes"] if member else {}
    except (OSError, tarfile.TarError, KeyError, ValueError) as problem:
        raise Unreadable(f"{model.name}: {problem}") from problem
    return are_light(str(node["uses"]) for node in nodes.values())


def are_light(components: Iterable[str]) -> bool:
    """Whether none of the components needs what is left out; Rasa's own may be named without their module."""
    return all(name in LIGHT or name in _SHORT or name.startswith(KNOWN) for name in components)


def leave_out(*besides: str) -> None:
    """From now on imports of `LEFT_OUT` and `besides` give stand-ins. Call before anything of Rasa is imported."""
    if not active():
        sys.meta_path.insert(0, _Finder(frozenset((*LEFT_OUT, *besides))))


def active() -> bool:
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


class _Names(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Absent:
            raise ImportError(f"{cls.__name__} needs a library that this process runs without")
        if len(args) == 1 and isinstance(args[0], FunctionType):
            return args[0]
        return lambda decorated: decorated


class Absent(metaclass=_Names):
    """Every name of a library that is left out: a base class, an annotation, a decorator with or without arguments."""


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(MetaPathFinder, Loader):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in self._names else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass
