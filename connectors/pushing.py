"""WhatsApp's background work: the sender and the media fetcher, inside the gateway or in a process of their own."""

from __future__ import annotations

import asyncio
import logging
import os
import socket

from connectors.intake.taker import Taker
from connectors.parts import Parts
from connectors.whatsapp.delivery import Delivery
from connectors.whatsapp.fetcher import Fetcher
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.sender import Sender

log = logging.getLogger(__name__)


class Pushing:
    """Both tasks of one process; none while no WhatsApp number is set up."""

    def __init__(self, parts: Parts, taker: Taker) -> None:
        self._access = parts.settings.whatsapp
        self._parts = parts
        self._taker = taker
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        if self._access is None:
            return
        name = f"{socket.gethostname()}-{os.getpid()}-{self._parts.ids()[:8]}"
        delivery = Delivery(self._parts, Graph(self._parts.http, self._access), self._access.phone_number_id)
        self._tasks = [
            asyncio.create_task(Sender(self._parts, delivery, name).run()),
            asyncio.create_task(Fetcher(self._parts, self._access, self._taker, name).run()),
        ]
        for task in self._tasks:
            task.add_done_callback(_told)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _told(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("sending has stopped", exc_info=task.exception())
