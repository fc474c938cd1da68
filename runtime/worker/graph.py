"""Rasa's prediction graph, run node after node in an order that is worked out once.

Rasa hands every run to Dask, which sorts the graph anew and queues each node with a future of its own; for nodes that
take a tenth of a millisecond that was a third of a parse (docs/adr/0006). The nodes are the very same.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Plan = tuple[tuple[str, GraphNode, tuple[str, ...]], ...]
"""Name of a node, the node, and whose output it takes."""


class StraightRunner(GraphRunner):
    """Over the nodes that Rasa's own runner has loaded. Raises what the nodes raise."""

    def __init__(self, schema: GraphSchema, nodes: Mapping[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._plans: dict[tuple[str, ...], Plan] = {}

    @classmethod
    def over(cls, loaded: DaskGraphRunner) -> StraightRunner:
        return cls(loaded._graph_schema, loaded._instantiated_nodes)

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> StraightRunner:
        return cls.over(DaskGraphRunner.create(graph_schema, model_storage, execution_context, hooks))

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = tuple(targets or self._schema.target_names)
        plan = self._plans.get(wanted)
        if plan is None:
            plan = self._plans[wanted] = self._plan(wanted)
        # As Dask would hand them on: each output with the name of its node.
        outputs: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, parents in plan:
            outputs[name] = node(*[outputs[parent] for parent in parents])
        return {name: outputs[name][1] for name in wanted}

    def _plan(self, wanted: tuple[str, ...]) -> Plan:
        nodes = self._schema.minimal_graph_schema(list(wanted)).nodes
        order = TopologicalSorter({name: list(node.needs.values()) for name, node in nodes.items()}).static_order()
        return tuple((name, self._nodes[name], tuple(nodes[name].needs.values())) for name in order if name in nodes)
