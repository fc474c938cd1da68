"""Keeps what a component learnt: arrays in one `.npz`, everything else in one JSON file. No pickles, so that loading a
model runs no code of the archive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

Arrays = Mapping[str, NDArray[Any]]


def write(storage: ModelStorage, resource: Resource, facts: Mapping[str, Any], arrays: Arrays) -> None:
    with storage.write_to(resource) as folder:
        (folder / "facts.json").write_text(json.dumps(facts, ensure_ascii=True), encoding="utf-8")
        np.savez_compressed(folder / "arrays.npz", **arrays)


def read(storage: ModelStorage, resource: Resource) -> tuple[dict[str, Any], dict[str, NDArray[Any]]] | None:
    """What `write` kept, or None when the component was never trained (no data for it)."""
    try:
        with storage.read_from(resource) as folder:
            facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
            with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
                return facts, {name: arrays[name] for name in arrays.files}
    except (ValueError, FileNotFoundError):
        # Rasa's storage answers with ValueError for a resource that was never written.
        return None
