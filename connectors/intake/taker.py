"""From received bytes to a `FileRef`: looked at in the sandbox, stored encrypted in the vault."""

from __future__ import annotations

import asyncio
import hashlib

from connectors.intake.kinds import JPEG, PDF
from connectors.intake.sandbox import Sandbox
from connectors.metrics import Metrics
from runtime.records import FileRef
from runtime.vault import Vault

SUFFIX = {JPEG: ".jpg", PDF: ".pdf"}


class Taker:
    """Takes files of either channel."""

    def __init__(self, vault: Vault, sandbox: Sandbox, metrics: Metrics) -> None:
        self._vault = vault
        self._sandbox = sandbox
        self._metrics = metrics

    async def take(self, data: bytes, name: str, channel: str) -> FileRef:
        """The file's reference. A file with a problem is not stored: its reference only says what is wrong.

        `sha256` is that of the received bytes, so that the same file sent twice is known. Raises `VaultError`.
        """
        found = await self._sandbox.examine(data)
        self._metrics.files.labels(channel, found.mime or "other", found.problem or "none").inc()
        blob = forward = ""
        if not found.problem:
            blob = await asyncio.to_thread(self._vault.put, found.kept)
            forward = await asyncio.to_thread(self._vault.put, found.forward)
        return FileRef(
            blob=blob,
            forward=forward,
            mime=found.forward_mime or found.mime,
            size=len(data),
            name=name or "file" + SUFFIX.get(found.mime, ""),
            sha256=hashlib.sha256(data).hexdigest(),
            pages=found.pages,
            width=found.width,
            height=found.height,
            problem=found.problem,
        )

    def discard(self, reference: FileRef) -> None:
        """Removes a file that nobody will ask for."""
        for blob in filter(None, (reference.blob, reference.forward)):
            self._vault.delete(blob)

    @staticmethod
    def missing(name: str) -> FileRef:
        """The reference of a file that could not be fetched."""
        return FileRef("", "", "", 0, name, "", problem="not_received")
