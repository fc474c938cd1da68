"""Dashboard and alerts speak of metrics that there are, with the labels that they have."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from connectors.metrics import Metrics
from runtime.counting import SERIES
from tests.conftest import ROOT

NAME = re.compile(r"\b(sahayak_[a-z_]+)(?:\{([^}]*)\})?")
BY = re.compile(r"\b(?:by|without) \(([^)]*)\)")
ADDED = {"le", "instance", "pod", "job"}
"""Labels that Prometheus or the histogram itself brings."""
WANTED = {
    "sahayak_turn_seconds", "sahayak_lag_seconds", "sahayak_sends", "sahayak_understanding", "sahayak_funnel",
    "sahayak_backlog", "sahayak_undeliverable", "sahayak_http_seconds",
}  # fmt: skip


def expressions() -> list[str]:
    dashboard = json.loads((ROOT / "deploy/grafana/sahayak.json").read_text())
    found = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    alerts = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    return found + [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]


def labels_by_name() -> dict[str, set[str]]:
    """Every name under which a value can be asked for, with its labels."""
    found: dict[str, set[str]] = {}
    collectors: Any = vars(Metrics()).values()
    for one in collectors:
        if hasattr(one, "_labelnames"):
            found |= {name: set(one._labelnames) for name in _forms(one._name, one._type)}
    for series in SERIES:
        kind = "histogram" if series.histogram else "counter"
        found |= {name: set(series.labels) for name in _forms(series.name, kind)}
    return found


def _forms(name: str, kind: str) -> list[str]:
    if kind == "histogram":
        return [f"{name}_bucket", f"{name}_sum", f"{name}_count"]
    return [f"{name}_total"] if kind == "counter" else [name]


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_asks_for_what_there_is(expression: str) -> None:
    known = labels_by_name()
    used: set[str] = set()
    for name, selectors in NAME.findall(expression):
        assert name in known, f"{name} is not a metric of ours"
        chosen = set(re.findall(r"(\w+)(?==|!=|=~|!~)", selectors))
        assert chosen <= known[name] | ADDED, f"{name} has no label {chosen - known[name]}"
        used |= known[name]
    grouped = {label.strip() for group in BY.findall(expression) for label in group.split(",")}
    assert grouped <= used | ADDED, f"{grouped - used} can group nothing in: {expression}"


def test_every_metric_that_is_wanted_is_on_the_dashboard() -> None:
    shown = "\n".join(expressions())
    assert [name for name in WANTED if name not in shown] == []
    known = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in labels_by_name()}
    assert [name for name in known if name not in shown] == [], "a metric that nobody looks at"


def test_a_metric_has_no_room_for_a_person() -> None:
    personal = {"phone", "name", "conversation", "session", "user", "path", "text", "number"}
    assert [series.name for series in SERIES if personal & set(series.labels)] == []
    assert [name for name, labels in labels_by_name().items() if personal & labels] == []


def test_a_dashboard_panel_has_its_own_place() -> None:
    panels = json.loads((ROOT / "deploy/grafana/sahayak.json").read_text())["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in panels})
