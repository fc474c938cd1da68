"""One full training by Rasa's own trainer, without what serves only a later, partial one.

`rasa train` takes a fingerprint of every component's output – thousands of messages with all their features, a dozen
times – to find it again in its cache. `nlu.train` decides by itself whether to train at all, and then trains anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.engine.caching import LocalTrainingCache
from rasa.engine.graph import ExecutionContext, GraphNodeHook, GraphSchema
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelStorage
from rasa.engine.training.graph_trainer import GraphTrainer
from rasa.engine.training.hooks import TrainingHook
from rasa.engine.validation import validate
from rasa.shared.data import TrainingType
from rasa.shared.importers.importer import TrainingDataImporter


class UncachedRunner(DaskGraphRunner):  # type: ignore[misc, unused-ignore]
    """Rasa's runner without the hook that fingerprints outputs and keeps them."""

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> DaskGraphRunner:
        kept = [hook for hook in hooks or () if not isinstance(hook, TrainingHook)]
        return super().create(graph_schema, model_storage, execution_context, kept)


def train(config: str, domain: str, files: Sequence[str], target: Path) -> None:
    """Trains understanding and dialogue and writes the archive `target`. Raises Rasa's exceptions."""
    importer = TrainingDataImporter.load_from_config(config, domain, list(files))
    settings: dict[str, Any] = importer.get_config()
    recipe = Recipe.recipe_for_name(settings.get("recipe"))
    settings, _, _ = recipe.auto_configure(importer.get_config_file_for_auto_config(), settings, TrainingType.BOTH)
    graph = recipe.graph_config_for_recipe(settings, {}, training_type=TrainingType.BOTH, is_finetuning=False)
    validate(graph)
    with tempfile.TemporaryDirectory(prefix="sahayak-model-") as folder:
        storage = LocalModelStorage.create(Path(folder))
        trainer = GraphTrainer(storage, LocalTrainingCache(), UncachedRunner)
        trainer.train(graph, importer, target, force_retraining=True)
