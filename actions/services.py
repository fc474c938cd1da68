"""What actions need from outside, handed in: catalogue, sentences, departments, vault, clock, ids, addresses."""

from __future__ import annotations

import os
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from actions.department import DepartmentClient
from catalogue import loader, messages
from catalogue.messages import Messages
from catalogue.model import Catalogue
from runtime.settings import Settings
from runtime.vault import Vault

DELHI = ZoneInfo("Asia/Kolkata")


async def unknown_phone(conversation: str) -> str:
    """Nobody here knows from which number a person writes."""
    return ""


@dataclass(frozen=True)
class Services:
    """`now` gives an aware time; `new_id` an id that nobody can guess; `phone_of` the number a person writes from."""

    catalogue: Catalogue
    messages: Messages
    department: DepartmentClient
    vault: Vault
    public_url: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    phone_of: Callable[[str], Awaitable[str]] = unknown_phone


def make(settings: Settings, catalogue_folder: Path | None = None) -> Services:
    return Services(
        catalogue=loader.load(catalogue_folder),
        messages=messages.load(),
        department=DepartmentClient(settings.departments_url, settings.department_secret),
        vault=Vault(settings.data_dir),
        public_url=settings.public_url,
        now=lambda: datetime.now(timezone.utc).astimezone(DELHI),
        new_id=lambda: uuid.uuid4().hex,
    )


@lru_cache(maxsize=1)
def from_environment() -> Services:
    """For an action server of its own (`rasa run actions`), which makes actions without arguments."""
    environ: Mapping[str, str] = os.environ
    return make(Settings.load(environ, Path(".env")))
