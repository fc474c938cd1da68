"""Hands Rasa the whole project, whatever paths a `rasa` command was given.

Rasa looks for `domain.yml` and `data/`; ours lie elsewhere, so a path that is missing is replaced by our own. What the
catalogue knows (names and spellings of services, departments, places, fields; keys of the sentences the assistant can
say) is added while reading, so that nothing generated is ever committed: names as lookup tables, each service's name
alone as the request that it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import KEY_RESPONSES, Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers import utils
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.nlu.training_data.util import check_duplicate_synonym
from rasa.shared.utils.io import read_model_configuration

from dialogue import names
from dialogue.quick_reader import QuickReader

HERE = Path(__file__).resolve().parents[1]
DOMAIN = Path("dialogue/domain.yml")
RULES = Path("dialogue/rules")
SENTENCES = Path("training_data")
NOT_SENTENCES = frozenset({"schema.yml", "known_gaps.yml"})
"""Files beside the sentences that Rasa must not read as training data."""


def project_root(config_file: str | None) -> Path:
    """Folder of the configuration when it is a project like ours, else the project that this module lies in."""
    if config_file:
        root = Path(config_file).resolve().parent
        if (root / DOMAIN).exists():
            return root
    return HERE


class CatalogueImporter(TrainingDataImporter):
    """Rasa's importer for this project. Raises `rasa.shared.exceptions.RasaException` on files that cannot be read."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        catalogue: bool = True,
        **kwargs: Any,
    ) -> None:
        self._config_file = config_file
        self._catalogue = catalogue
        self._root = project_root(config_file)
        given = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        there = [Path(path) for path in given if path and Path(path).exists()]
        self._data = there or [self._root / SENTENCES, self._root / RULES]
        self._domain = Path(domain_path) if domain_path and Path(domain_path).exists() else self._root / DOMAIN
        self._read: TrainingData | None = None

    def get_config(self) -> dict[str, Any]:
        if not self._config_file or not Path(self._config_file).exists():
            return {}
        config: dict[str, Any] = read_model_configuration(self._config_file)
        return config

    def get_config_file_for_auto_config(self) -> str | None:
        return self._config_file

    def get_domain(self) -> Domain:
        """The domain file (or folder) and a response for every key of the catalogue's sentences that Rasa may utter."""
        domain = Domain.load(str(self._domain))
        missing = {key: said for key, said in names.responses().items() if key not in domain.responses}
        if not (self._catalogue and missing):
            return domain
        return domain.merge(Domain.from_dict({KEY_RESPONSES: missing}))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        files = [str(path) for path in self._files() if YAMLStoryReader.is_stories_file(str(path))]
        return utils.story_graph_from_paths(files, self.get_domain(), exclusion_percentage)

    def get_conversation_tests(self) -> StoryGraph:
        files = [str(path) for path in self._files() if YAMLStoryReader.is_test_stories_file(str(path))]
        return utils.story_graph_from_paths(files, self.get_domain())

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Sentences of the linguists, then the catalogue's names as lookup tables and as bare requests."""
        if self._read is None:
            self._read = _joined(list(self._parts()))
        return self._read

    def fingerprint(self) -> str:
        """Same files, same catalogue: same fingerprint (Rasa's own importer answers at random)."""
        digest = hashlib.sha256()
        for path in self._inputs():
            digest.update(str(path.relative_to(self._root) if self._root in path.parents else path.name).encode())
            digest.update(path.read_bytes())
        if self._catalogue:
            digest.update(names.version().encode())
        return digest.hexdigest()

    def _parts(self) -> Iterator[TrainingData]:
        said: set[str] = set()
        for path in self._files():
            text = path.read_text(encoding="utf-8")
            if "nlu:" in text:
                reader = QuickReader()
                reader.filename = str(path)
                data = reader.reads(text)
                said.update(str(example.get(TEXT)).casefold() for example in data.training_examples)
                yield data
        if self._catalogue:
            yield _from_names(names.spellings(), said)

    def _files(self) -> list[Path]:
        found: set[Path] = set()
        for path in self._data:
            found.update([path] if path.is_file() else path.rglob("*.y*ml"))
        return sorted(path for path in found if path.name not in NOT_SENTENCES)

    def _inputs(self) -> Iterable[Path]:
        domain = [self._domain] if self._domain.is_file() else sorted(self._domain.rglob("*.yml"))
        config = [Path(self._config_file).resolve()] if self._config_file and Path(self._config_file).exists() else []
        return [*config, *domain, *self._files()]


def _joined(parts: Sequence[TrainingData]) -> TrainingData:
    """The parts as one. Rasa's own `merge` copies every sentence and fingerprints it again to find the equal ones."""
    synonyms: dict[str, str] = {}
    for part in parts:
        for text, value in part.entity_synonyms.items():
            check_duplicate_synonym(synonyms, text, value, "merging training data")
        synonyms.update(part.entity_synonyms)
    whole = TrainingData(
        entity_synonyms=synonyms,
        regex_features=[one for part in parts for one in part.regex_features],
        lookup_tables=[one for part in parts for one in part.lookup_tables],
        responses={key: said for part in parts for key, said in part.responses.items()},
    )
    whole.training_examples = list(dict.fromkeys(one for part in parts for one in part.training_examples))
    return whole


def _from_names(spellings: Iterable[names.Spelling], said: Container[str] = ()) -> TrainingData:
    """Lookup tables `entity:value`, and each name of a service alone as the request that it is.

    What the linguists wrote down themselves (`said`, case folded) means what they say it means.
    """
    tables: dict[str, list[str]] = {}
    bare: list[Message] = []
    for spelling in spellings:
        tables.setdefault(f"{spelling.entity}:{spelling.value}", []).append(spelling.text)
        if spelling.entity == "service" and spelling.text.casefold() not in said:
            bare.append(_bare_request(spelling))
    lookups = [{"name": name, "elements": list(dict.fromkeys(texts))} for name, texts in sorted(tables.items())]
    return TrainingData(training_examples=bare, lookup_tables=lookups)


def _bare_request(spelling: names.Spelling) -> Message:
    entity = {"entity": "service", "value": spelling.value, "start": 0, "end": len(spelling.text)}
    about = {"service": spelling.value, "source": "catalogue", "language": spelling.language}
    return Message.build(spelling.text, "apply_service", [entity], example_metadata=about)
