"""A small model of another project, trained once through Rasa itself: the components know nothing of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]

NLU = """
version: "3.1"
nlu:
- lookup: drink:tea
  examples: |
    - tea
    - chai
    - चाय
- lookup: drink:coffee
  examples: |
    - coffee
    - kofi
- lookup: city
  examples: |
    - Agra
    - Pune
- synonym: agra_city
  examples: |
    - Agra
- intent: order
  examples: |
    - I want [tea]{"entity": "drink", "value": "tea"} please
    - bring me a [coffee]{"entity": "drink", "value": "coffee"}
    - mujhe [chai]{"entity": "drink", "value": "tea"} chahiye
    - ek [kofi]{"entity": "drink", "value": "coffee"} lao
    - one [coffee]{"entity": "drink", "value": "coffee"} for the table
    - [chai]{"entity": "drink", "value": "tea"} pilao
- intent: order
  examples:
    - text: something with leaves in hot water please
      metadata: {drink: tea}
    - text: leaves in hot water for me
      metadata: {drink: tea}
    - text: the roasted black beans one
      metadata: {drink: coffee}
    - text: black roasted beans for me please
      metadata: {drink: coffee}
- intent: hello
  examples: |
    - hello there
    - good morning
    - namaste ji
    - hello ji
    - namaste
    - good evening to you
- intent: tell_name
  examples: |
    - my name is [Sunita Devi](person_name)
    - mera naam [Ramesh Kumar](person_name) hai
    - I am [Imran Khan](person_name)
    - call me [Anita](person_name)
    - naam [Gurpreet Singh](person_name)
    - mera naam [Kavita](person_name) hai ji
- intent: out_of_scope
  examples: |
    - who won the cricket match
    - what is the weather in the hills
    - play some music now
    - aaj mausam kaisa hai
    - cricket ka score batao
    - sing a song
"""
PIPELINE = [
    {"name": "nlu.components.tokenizer.PivotTokenizer"},
    {"name": "nlu.components.languages.LanguageIdentifier"},
    {"name": "nlu.components.spotter.NameSpotter", "entities": ["drink", "city"]},
    {"name": "nlu.components.featurizer.ChannelFeaturizer"},
    {"name": "nlu.components.classifier.CalibratedClassifier"},
    {"name": "nlu.components.patterns.PatternExtractor"},
    {"name": "nlu.components.gazetteer.GazetteerExtractor", "entities": ["city"]},
    {"name": "nlu.components.tagger.SequenceTagger"},
    {"name": "nlu.components.services.ServiceResolver", "entity": "drink"},
    {"name": "nlu.components.gate.Gate"},
]

Parse = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained archive."""
    import rasa.model_training

    folder = tmp_path_factory.mktemp("model")
    (folder / "nlu.yml").write_text(NLU, encoding="utf-8")
    config = {"recipe": "default.v1", "assistant_id": "drinks", "language": "en", "pipeline": PIPELINE}
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return Path(rasa.model_training.train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder)))


@pytest.fixture(scope="session")
def parse(archive: Path) -> Parse:
    """Parses a text with the model as loaded from the archive."""
    from rasa.core.agent import Agent

    agent = Agent.load(str(archive))
    return lambda text: asyncio.run(agent.parse_message(text))
