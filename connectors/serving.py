"""Runs the gateway under uvicorn until it is told to stop, and then stops within three seconds."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from connectors.app import create_app
from connectors.opening import connected, opened
from runtime import heap
from runtime.errors import StartError
from runtime.settings import Settings

STOP_SECONDS = 2


def bind_address(public_url: str) -> str:
    """127.0.0.1 while the public address is this machine's own name; all interfaces once it names another host."""
    host = urlsplit(public_url).hostname or "localhost"
    if host == "localhost":
        return "127.0.0.1"
    try:
        return "127.0.0.1" if ipaddress.ip_address(host).is_loopback else "0.0.0.0"
    except ValueError:
        return "0.0.0.0"


def configured(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How uvicorn is to serve the application."""
    return uvicorn.Config(
        app,
        host=bind_address(settings.public_url),
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=30,
        ws="none",
        h11_max_incomplete_event_size=64 * 1024,
    )


class _Server(uvicorn.Server):
    """Tells the event streams to end as soon as the stop is asked for; else it would wait for them in vain."""

    def __init__(self, config: uvicorn.Config, close: Callable[[], None]) -> None:
        super().__init__(config)
        self._close = close

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._close()
        await super().shutdown(sockets)


async def serve(settings: Settings, *, sending: bool) -> None:
    """Serves until SIGINT or SIGTERM. Raises `StartError` when the port is taken."""
    # uvicorn raises the signals it was stopped by once more when it is done: that ends the process in order.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    async with opened(settings) as parts:
        app = create_app(parts, sending=sending)
        config = configured(app, settings)
        server = _Server(config, app.state.close)
        with _listening(config) as listener:
            await connected(parts.redis)
            heap.settle()
            await server.serve(sockets=[listener])


def _listening(config: uvicorn.Config) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError as error:
        listener.close()
        raise StartError(f"Port {config.port} cannot be used for the gateway: {error.strerror}.") from error
    return listener
