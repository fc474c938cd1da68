"""The sentences beside this file, one YAML file a subject."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from catalogue.sentences import Messages, read_messages

__all__ = ["Messages", "load"]


@lru_cache(maxsize=1)
def load() -> Messages:
    """All sentences, read once. Raises `catalogue.errors.LoadError`."""
    return read_messages(Path(__file__).parent)
