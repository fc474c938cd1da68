"""`python -m connectors`: the gateway, with WhatsApp's sender inside (`--without-sender`: in a process of its own)."""

from __future__ import annotations

import asyncio
import sys

import uvloop

from catalogue.errors import CatalogueError
from connectors import opening
from connectors.errors import GatewayError
from connectors.serving import serve
from runtime import logs, tracing
from runtime.errors import SahayakError


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--without-sender"]):
        print("usage: python -m connectors [--without-sender]", file=sys.stderr)
        return 2
    logs.configure("gateway")
    tracing.configure("gateway")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(opening.settings(), sending=not arguments))
    except (SahayakError, GatewayError, CatalogueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
