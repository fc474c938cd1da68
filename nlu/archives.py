"""Where trained models lie: the one in force alone in `models/`, earlier ones in `var/models/`.

A model is called `sahayak-<time>-<fingerprint of its data>.tar.gz`, so names sort by age. Rasa loads the newest archive
of a folder, so there is never a second one beside the model in force.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

PATTERN = "*.tar.gz"
KEPT = 5
"""Earlier models kept."""


class NoEarlierModel(Exception):
    """There is nothing to go back to."""


def name(at: datetime, fingerprint: str) -> str:
    """File name without ending."""
    return f"sahayak-{at:%Y%m%d-%H%M%S}-{fingerprint}"


def in_force(models: Path) -> Path | None:
    found = sorted(models.glob(PATTERN))
    return found[-1] if found else None


def fits(model: Path | None, fingerprint: str) -> bool:
    return model is not None and model.name.endswith(f"-{fingerprint}.tar.gz")


def install(candidate: Path, models: Path, earlier: Path) -> Path:
    """Puts the candidate in force and every other model among the earlier ones; gives the candidate's new place.

    At no moment is there more than one archive in `models`, and none is ever half written.
    """
    models.mkdir(parents=True, exist_ok=True)
    earlier.mkdir(parents=True, exist_ok=True)
    arriving = models / f".{candidate.name}.arriving"
    shutil.copyfile(candidate, arriving)
    for old in models.glob(PATTERN):
        shutil.move(str(old), earlier / old.name)
    target = models / candidate.name
    arriving.replace(target)
    candidate.unlink()
    for surplus in sorted(earlier.glob(PATTERN))[:-KEPT]:
        surplus.unlink()
    return target


def back(models: Path, earlier: Path) -> Path:
    """Puts the newest model that is older than the one in force back; that one goes to `earlier/undone`.

    Raises `NoEarlierModel`.
    """
    now = in_force(models)
    older = [path for path in sorted(earlier.glob(PATTERN)) if now is None or path.name < now.name]
    if not older:
        raise NoEarlierModel("there is no earlier model to go back to")
    undone = earlier / "undone"
    undone.mkdir(parents=True, exist_ok=True)
    arriving = models / f".{older[-1].name}.arriving"
    models.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(older[-1], arriving)
    if now is not None:
        shutil.move(str(now), undone / now.name)
    target = models / older[-1].name
    arriving.replace(target)
    older[-1].unlink()
    return target
