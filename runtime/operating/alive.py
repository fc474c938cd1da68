"""`python -m runtime.operating.alive`: status 0 if a worker of this machine (or container) lives and has its model.

With `--sender`: if a sender of WhatsApp messages does. Neither has a port; an orchestrator asks by this.
"""

from __future__ import annotations

import socket
import sys
import time
from typing import Any

from runtime import keys
from runtime.errors import SahayakError
from runtime.operating.access import opened, settings

SIGN_S = 15.0
"""A sender gives a sign of life every two seconds."""


def workers(redis: Any, host: str) -> int:
    """How many workers of a machine are alive."""
    return sum(1 for _ in redis.scan_iter(match=keys.worker(f"{host}-*"), count=1000))


def senders(redis: Any, host: str, now: float) -> int:
    """How many senders of a machine are alive."""
    known = redis.zrangebyscore(keys.SENDERS_ALIVE, now - SIGN_S, "+inf")
    return sum(1 for name in known if name.decode().startswith(f"{host}-"))


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--sender"]):
        print("usage: python -m runtime.operating.alive [--sender]", file=sys.stderr)
        return 2
    try:
        with opened(settings()) as redis:
            host = socket.gethostname()
            return 0 if (senders(redis, host, time.time()) if arguments else workers(redis, host)) else 1
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
