"""Rasa's prediction graph, run node after node in an order that is worked out once.

Rasa hands every run to Dask, which sorts the graph anew and queues each node with a future of its own; for nodes that
take a tenth of a millisecond that was a third of a parse (docs/adr/0006). The nodes are the very same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Run = Callable[[Mapping[str, Any]], Any]
"""A node's output from the outputs of all nodes before it, by name."""
Plan = tuple[tuple[str, Run], ...]


class StraightRunner(GraphRunner):  # type: ignore[misc, unused-ignore]
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
        outputs = dict(inputs or {})
        for name, run in plan:
            outputs[name] = run(outputs)
        return {name: outputs[name] for name in wanted}

    def _plan(self, wanted: tuple[str, ...]) -> Plan:
        nodes = self._schema.minimal_graph_schema(list(wanted)).nodes
        order = TopologicalSorter({name: list(node.needs.values()) for name, node in nodes.items()}).static_order()
        return tuple(
            (name, _run(self._nodes[name], tuple(nodes[name].needs.values()))) for name in order if name in nodes
        )


def _run(node: GraphNode, parents: tuple[str, ...]) -> Run:
    """A loaded node that nothing listens to is its component's method; any other runs as Rasa lets it."""
    if node._eager and not node._hooks and node._component is not None:
        method, component, needs = node._fn, node._component, tuple(node._inputs.items())
        return lambda outputs: method(component, **{name: outputs[parent] for name, parent in needs})
    # As Dask would hand them on: each output with the name of its node.
    return lambda outputs: node(*[(parent, outputs[parent]) for parent in parents])[1]
