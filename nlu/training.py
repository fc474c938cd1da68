"""One full training by Rasa's own trainer, without what serves only other projects or a later, partial training.

`rasa train` takes a fingerprint of every component's output – thousands of messages with all their features, a dozen
times – to find it again in its cache. `nlu.train` decides by itself whether to train at all, and then trains anew.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from rasa.engine.caching import LocalTrainingCache
from rasa.engine.graph import GraphNodeHook
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.training.graph_trainer import GraphTrainer
from rasa.engine.training.hooks import TrainingHook
from rasa.engine.validation import validate
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.data import TrainingType
from rasa.shared.importers.importer import TrainingDataImporter

from dialogue.importer import CatalogueImporter
from nlu.components.processes import at_once


class UncachedRunner(DaskGraphRunner):  # type: ignore[misc, unused-ignore]
    """Rasa's runner without the hook that fingerprints outputs and keeps them.

    What nothing else waits for (the classifiers, the tagger, the policy) is trained at once.
    """

    @classmethod
    def create(cls, *args: Any, hooks: list[GraphNodeHook] | None = None, **kwargs: Any) -> DaskGraphRunner:
        kept = [hook for hook in hooks or () if not isinstance(hook, TrainingHook)]
        return super().create(*args, hooks=kept, **kwargs)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = targets or self._graph_schema.target_names
        needs = {
            name: list(node.needs.values())
            for name, node in self._graph_schema.minimal_graph_schema(wanted).nodes.items()
        }
        # As Dask would hand them on: each output with the name of its node.
        outputs: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        awaited = {parent for parents in needs.values() for parent in parents}
        for name in TopologicalSorter(needs).static_order():
            if name in awaited and name not in outputs:
                outputs[name] = self._instantiated_nodes[name](*[outputs[parent] for parent in needs[name]])
        last = [name for name in needs if name not in awaited]
        jobs = [partial(self._instantiated_nodes[name], *[outputs[parent] for parent in needs[name]]) for name in last]
        outputs.update(zip(last, at_once(jobs), strict=True))
        return {name: outputs[name][1] for name in wanted}


def train(config: str, domain: str, files: Sequence[str], target: Path) -> None:
    """Trains understanding and dialogue and writes the archive `target`. Raises Rasa's exceptions."""
    importer = _importer(config, domain, list(files))
    settings: dict[str, Any] = importer.get_config()
    recipe = Recipe.recipe_for_name(settings.get("recipe"))
    settings, _, _ = recipe.auto_configure(importer.get_config_file_for_auto_config(), settings, TrainingType.BOTH)
    graph = recipe.graph_config_for_recipe(settings, {}, training_type=TrainingType.BOTH, is_finetuning=False)
    validate(graph)
    with tempfile.TemporaryDirectory(prefix="sahayak-model-") as folder, _uncollected():
        storage = LocalModelStorage.create(Path(folder))
        trainer = GraphTrainer(storage, LocalTrainingCache(), UncachedRunner)
        trainer.train(graph, importer, target, force_retraining=True)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Thousands of messages are made and all are kept: the collector would look through them time and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _importer(config: str, domain: str, files: list[str]) -> TrainingDataImporter:
    """Ours by itself, unless there is something to do for what Rasa puts around it.

    That copies and fingerprints every sentence seven times, to add responses of retrieval intents and what stories say
    in words.
    """
    ours = CatalogueImporter(config, domain, files)
    named = [one.get("name") for one in ours.get_config().get("importers") or ()]
    alone = named == [f"{CatalogueImporter.__module__}.{CatalogueImporter.__qualname__}"]
    if alone and not ours.get_nlu_data().retrieval_intents and not _in_words(ours.get_stories()):
        return ours
    return TrainingDataImporter.load_from_config(config, domain, files)


def _in_words(stories: StoryGraph) -> bool:
    """Whether a story says what somebody says, and not only what it means."""
    events = [event for step in stories.story_steps for event in step.events]
    return any(
        (isinstance(event, ActionExecuted) and event.action_text) or (isinstance(event, UserUttered) and event.text)
        for event in events
    )
