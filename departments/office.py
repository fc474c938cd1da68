"""What every use case of the server works with, handed in as one object: database, vault, catalogue, clock, chance.

Made once by `departments.server` (and by tests with a clock of their own). Decides nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.model import Catalogue, Service
from departments.database import Database
from departments.errors import NotFound
from departments.sealing import Sealer
from runtime.vault import Vault

if TYPE_CHECKING:
    from departments.digilocker.agreement import Agreement
    from departments.issuing import Engine

INDIA = timezone(timedelta(hours=5, minutes=30), "IST")
"""Delhi's clock; India has had no summer time since 1945."""


@dataclass(frozen=True)
class Office:
    database: Database
    vault: Vault
    sealer: Sealer
    catalogue: Catalogue
    public_url: str
    register_head: Path
    """File that keeps the head of the register."""
    token_key: bytes = field(repr=False)
    """From which download tokens are derived (32 bytes)."""
    engine: Engine
    """Draws and signs certificates."""
    now: Callable[[], datetime]
    """An aware moment."""
    below: Callable[[int], int]
    """An unguessable integer in 0…n-1."""
    news: threading.Event
    """Set when a callback was written."""
    digilocker: Agreement | None = None
    """None: DigiLocker is off."""

    def service(self, service_id: str) -> Service:
        service = self.catalogue.services.get(service_id)
        if service is None or not service.form:
            raise NotFound("There is no such service.", "no_service")
        return service

    def today(self) -> date:
        return self.now().astimezone(INDIA).date()


def iso(moment: datetime) -> str:
    """As moments leave the server: Delhi's time with its offset, to the second."""
    return moment.astimezone(INDIA).isoformat(timespec="seconds")
