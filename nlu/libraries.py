"""Which libraries a program of ours needs beside Rasa, said before Rasa is imported: without TensorFlow where nothing
needs it (docs/adr/0005).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from nlu.components.export import is_exported
from runtime import light

CHOSEN = "chosen elsewhere"
"""What is not named counts as heavy."""


def for_training(config: Path, encoder: str, *models: Path) -> None:
    """To train by `config`, with a published `encoder` (its folder, empty: none), and to ask `models`.

    The export of an encoder reads its weights by TensorFlow; one that is exported already needs none.
    """
    weightless = not encoder or is_exported(Path(encoder))
    if weightless and light.are_light(_components(config)) and all(_suits(model) for model in models):
        light.leave_out()


def for_parsing(model: Path) -> None:
    """To ask a model."""
    if _suits(model):
        light.leave_out()


def _components(config: Path) -> Iterator[str]:
    """Names in a configuration; `CHOSEN` where the choice is Rasa's or an encoder is to be exported."""
    found: dict[str, Any] = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    for part in ("pipeline", "policies"):
        for one in found.get(part) or (CHOSEN,):
            settings = {"name": one} if isinstance(one, str) else one
            yield CHOSEN if settings.get("folder") else str(settings.get("name", CHOSEN))


def _suits(model: Path) -> bool:
    try:
        return light.suits(model)
    except light.Unreadable:
        # Whoever loads it will be told so in Rasa's words.
        return True
