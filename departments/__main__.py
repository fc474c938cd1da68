"""`python -m departments` runs the department server on DESK_PORT until SIGTERM or SIGINT."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvicorn

from departments import addresses, server
from runtime import heap, logs
from runtime.errors import SahayakError
from runtime.settings import Settings

GRACE = 2
"""Seconds that open requests get at the end."""


def main() -> int:
    logs.configure("departments")
    try:
        settings = Settings.load(os.environ, Path(".env"))
        office = server.open_office(settings)
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    if logins := server.first_logins(office):
        print(_block(logins, settings.desk_port), flush=True)
    config = uvicorn.Config(
        server.build(office, server.link(settings)),
        host=addresses.host(settings),
        port=settings.desk_port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    running = uvicorn.Server(config)
    heap.settle()
    running.run()
    office.database.close()
    return 0 if running.started else 1


def _block(logins: list[tuple[str, str]], port: int) -> str:
    lines = [
        f"Officers' desk: http://localhost:{port}/",
        "Two logins were made (issuing needs two officers). They are shown once and kept nowhere in clear:",
        *(f"    user {username}    password {password}" for username, password in logins),
        "More: python -m departments.officers",
    ]
    width = max(len(line) for line in lines)
    rule = "=" * (width + 4)
    return "\n".join([rule, *(f"  {line}" for line in lines), rule])


if __name__ == "__main__":
    sys.exit(main())
