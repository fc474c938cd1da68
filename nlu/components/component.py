"""What all our graph components share: creation, loading, and a fingerprint that covers the helpers they lean on."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from typing_extensions import Self

from nlu.components import sources


class Component(GraphComponent):
    """A component with its merged configuration, its place in the model and its name there."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str = "") -> None:
        self.config = {**self.get_default_config(), **config}
        self.storage = storage
        self.resource = resource
        self.name = name or type(self).__name__

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls(config, model_storage, resource, execution_context.node_name)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        component = cls.create(config, model_storage, resource, execution_context)
        component.restore()
        return component

    def restore(self) -> None:
        """Takes back what its training has kept; nothing, where nothing was learnt."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        return sources.fingerprint()
