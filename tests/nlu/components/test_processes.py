"""Work in several processes: the same results in the same order, and no failure is lost."""

from __future__ import annotations

import os
from functools import partial

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu.components import processes

pytestmark = pytest.mark.rasa


@pytest.fixture(params=[1, 2, 5])
def _processors(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processors", lambda: request.param)


@pytest.mark.usefixtures("_processors")
def test_results_come_in_the_order_of_the_jobs() -> None:
    assert processes.at_once([partial(pow, number, 2) for number in range(7)]) == [0, 1, 4, 9, 16, 25, 36]
    assert processes.at_once([]) == []
    items = list(range(3 * processes.FEW + 1))
    assert processes.mapped(lambda number: number + 1, items) == [number + 1 for number in items]
    assert processes.mapped(str, []) == []


@pytest.mark.usefixtures("_processors")
def test_what_a_job_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        processes.at_once([partial(pow, 2, 2), partial(divmod, 1, 0), partial(pow, 3, 2)])


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 2)
    with pytest.raises(processes.Died, match="memory"):
        processes.at_once([partial(pow, 2, 2), partial(os._exit, 1)])


def test_the_same_examples_give_the_same_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    from nlu.components import linear

    chance = np.random.default_rng(3)
    rows = csr_matrix((chance.random((400, 60)) * (chance.random((400, 60)) > 0.8)).astype(np.float32))
    targets = [str(number % 5) for number in chance.integers(0, 50, 400)]
    fits = []
    for count in (1, 2, 4, 4):
        monkeypatch.setattr(processes, "processors", lambda count=count: count)
        fits.append(linear.fit(rows, targets, list(range(400)), folds=3))
    first, held = fits[0]
    assert held is not None
    for model, other in fits[1:]:
        assert other is not None and model.temperature == first.temperature
        assert np.array_equal(model.weights, first.weights)
        assert np.array_equal(other.probabilities, held.probabilities)
