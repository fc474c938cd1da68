"""The gateway as an ASGI application, put together from its parts. Starts nothing but what its lifespan needs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from connectors import callbacks, health, refusals
from connectors.background import Background
from connectors.chat import routes as chat
from connectors.chat.hub import Hub
from connectors.cors import Cors
from connectors.headers import SecurityHeaders
from connectors.hosts import KnownHosts
from connectors.intake.sandbox import Sandbox
from connectors.intake.taker import Taker
from connectors.limiter import BodyLimit
from connectors.measuring import Measuring
from connectors.pages import downloads, proofs, public
from connectors.parts import Parts
from connectors.pushing import Pushing
from connectors.whatsapp import routes as whatsapp


def create_app(parts: Parts, *, sending: bool = True) -> FastAPI:
    """The application. `sending`: WhatsApp's sender and media fetcher run inside it (if a number is set up)."""
    hub = Hub(parts.redis)
    background = Background()
    sandbox = Sandbox()
    taker = Taker(parts.vault, sandbox, parts.metrics)
    pushing = Pushing(parts, taker) if sending else None

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        listening = asyncio.create_task(hub.run())
        if pushing:
            pushing.start()
        try:
            yield
        finally:
            hub.close()
            listening.cancel()
            await asyncio.gather(
                listening, background.stop(), *([pushing.stop()] if pushing else []), return_exceptions=True
            )
            sandbox.close()

    app = FastAPI(
        title="Sahayak gateway",
        version="1",
        summary="WhatsApp webhook, web chat, certificate downloads and checking.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.close = hub.close
    for router in (
        whatsapp.routes(parts, background),
        chat.routes(parts, hub, taker),
        callbacks.routes(parts),
        downloads.routes(parts),
        proofs.routes(parts),
        health.routes(parts),
        public.routes(parts),
    ):
        app.include_router(router)
    refusals.install(app, parts.sentences)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, limits=parts.limits)
    app.add_middleware(Cors, origins=parts.settings.widget_origins)
    app.add_middleware(KnownHosts, public_url=parts.settings.public_url)
    app.add_middleware(SecurityHeaders, secure=parts.settings.public_url.startswith("https://"))
    app.add_middleware(Measuring, metrics=parts.metrics)
    return app
