"""`python -m connectors.sender`: WhatsApp's sender and media fetcher in a process of their own (any number of them)."""

from __future__ import annotations

import asyncio
import signal
import sys

from catalogue.errors import CatalogueError
from connectors import opening
from connectors.intake.sandbox import Sandbox
from connectors.intake.taker import Taker
from connectors.opening import opened
from connectors.pushing import Pushing
from runtime import logs, tracing
from runtime.errors import SahayakError, StartError
from runtime.settings import Settings


async def run(settings: Settings) -> None:
    """Sends until SIGINT or SIGTERM. Raises `StartError` without a WhatsApp number."""
    if settings.whatsapp is None:
        raise StartError("No WhatsApp number is set up (WHATSAPP_PHONE_NUMBER_ID), so there is nothing to send.")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(settings) as parts:
        sandbox = Sandbox()
        pushing = Pushing(parts, Taker(parts.vault, sandbox, parts.metrics))
        pushing.start()
        await stop.wait()
        await pushing.stop()
        sandbox.close()


def main() -> int:
    logs.configure("sender")
    tracing.configure("sender")
    try:
        asyncio.run(run(opening.settings()))
    except (SahayakError, CatalogueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
