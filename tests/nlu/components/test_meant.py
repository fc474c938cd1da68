"""Whether anything is meant: the intent and a name in the text speak beside the words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nlu.components import meant
from nlu.components.meant import Meant

pytestmark = pytest.mark.rasa

ODDS = np.array([[0.6, 0.4], [0.5, 0.5], [0.4, 0.6], [0.5, 0.5], [0.45, 0.55], [0.3, 0.7]] * 10)
INTENTS = ["ask_fee", "ask_fee", "ask_fee", "greet", "greet", "greet"] * 10
MEANT = [intent == "ask_fee" for intent in INTENTS]


@pytest.fixture
def fitted() -> Meant:
    found = meant.fit(ODDS, INTENTS, [0.0] * len(INTENTS), MEANT)
    assert found is not None
    return found


def test_the_same_words_mean_more_under_an_intent_that_is_about_things(fitted: Meant) -> None:
    assert fitted.chance(0.5, 0.5, {"ask_fee": 1.0}, 0.0) > 0.7
    assert fitted.chance(0.5, 0.5, {"greet": 1.0}, 0.0) < 0.3


def test_an_intent_never_seen_counts_as_the_average(fitted: Meant) -> None:
    low, high = (fitted.chance(0.5, 0.5, {name: 1.0}, 0.0) for name in ("greet", "ask_fee"))
    assert low < fitted.chance(0.5, 0.5, {"unheard_of": 1.0}, 0.0) < high
    assert fitted.chance(0.5, 0.5, {}, 0.0) == fitted.chance(0.5, 0.5, {"unheard_of": 1.0}, 0.0)


def test_surer_words_mean_more(fitted: Meant) -> None:
    chances = [fitted.chance(share, 1 - share, {"ask_fee": 0.5, "greet": 0.5}, 0.0) for share in (0.1, 0.5, 0.9)]
    assert chances == sorted(chances)


def test_it_survives_being_written_down(fitted: Meant) -> None:
    again = Meant.restore(json.loads(json.dumps(fitted.facts())))
    assert again.chance(0.4, 0.6, {"ask_fee": 0.7}, 0.9) == fitted.chance(0.4, 0.6, {"ask_fee": 0.7}, 0.9)


def test_where_something_is_always_meant_there_is_nothing_to_learn() -> None:
    assert meant.fit(ODDS, INTENTS, [0.0] * len(INTENTS), [True] * len(INTENTS)) is None
