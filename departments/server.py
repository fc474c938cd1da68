"""Puts the server together: an ASGI application of API and desk, with the sender of callbacks and housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import randbelow, token_hex

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy import delete, text

from catalogue.loader import load as load_catalogue
from departments import addresses, conversations, idempotency, limits, migrate, officers, proofs, sealing
from departments.api import conversations as conversation_routes
from departments.api import failures, routes
from departments.api.signed import SignedOnly
from departments.callbacks import Sender
from departments.callbacks import waiting as waiting_callbacks
from departments.database import Database, address, connect
from departments.desk import conversations as desk_conversations
from departments.desk import pages as desk
from departments.digilocker import agreement
from departments.digilocker import routes as digilocker
from departments.engine import CertificateEngine
from departments.office import Office
from departments.tables import Token
from runtime import secret_files
from runtime.settings import Settings
from runtime.vault import Vault

log = logging.getLogger(__name__)

HOUSEKEEPING = 3600.0


@dataclass(frozen=True)
class Link:
    """Where callbacks go and how requests are signed, in both directions."""

    gateway: str
    secret: str
    client: Callable[[], httpx.AsyncClient]


def open_office(settings: Settings) -> Office:
    """Migrates the database and opens everything that the server works with."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = connect(address(settings.database_url))
    migrate.upgrade(engine, settings.data_dir)
    key = secret_files.read_or_make(settings.data_dir / "secrets" / "download-tokens", lambda: token_hex(32))
    return Office(
        database=Database(engine),
        vault=Vault(settings.data_dir),
        sealer=sealing.load(settings.data_dir),
        catalogue=load_catalogue(),
        public_url=settings.public_url,
        register_head=settings.data_dir / "register.head",
        token_key=bytes.fromhex(key),
        engine=CertificateEngine.open(settings),
        now=lambda: datetime.now(UTC),
        below=randbelow,
        news=threading.Event(),
        digilocker=agreement.load(settings.data_dir / "secrets" / "digilocker.json"),
    )


def link(settings: Settings) -> Link:
    return Link(addresses.gateway(settings), settings.department_secret, httpx.AsyncClient)


def first_logins(office: Office) -> list[tuple[str, str]]:
    """Makes the first officers when there is none; (user name, password) of each."""
    with office.database.write() as session:
        return officers.make_first(session, office.now())


def build(office: Office, to: Link) -> FastAPI:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sender = Sender(office, to.gateway, to.secret, to.client)
        tasks = [asyncio.create_task(sender.run()), asyncio.create_task(_keep_house(office))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(
        title="Department API",
        version="1",
        summary="What a department implements, so that people can apply to it by chatting.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.office = office
    app.add_middleware(SignedOnly, secret=to.secret, now=lambda: office.now().timestamp())
    failures.install(app)
    app.include_router(routes.router)
    app.include_router(conversation_routes.router)
    if office.digilocker is not None:
        app.include_router(digilocker.router)
    desk.install(app)
    app.include_router(desk_conversations.router)

    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse("/desk", 303)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def readyz(request: Request) -> JSONResponse:
        here: Office = request.app.state.office
        with here.database.read() as session:
            session.execute(text("SELECT 1"))
            return JSONResponse({"status": "ready", "callbacks_waiting": waiting_callbacks(session)})

    return app


async def _keep_house(office: Office) -> None:
    """Drops what has served its time."""
    while True:
        try:
            await asyncio.to_thread(_forget, office)
        except Exception:
            log.exception("housekeeping failed")
        await asyncio.sleep(HOUSEKEEPING)


def _forget(office: Office) -> None:
    idempotency.forget(office)
    with office.database.write() as session:
        limits.forget(session, office.now())
        proofs.forget(session, office.now())
        conversations.forget(office, session)
        # A used token is a trace of who downloaded; the first use counts for reprints, so the newest stay for a month.
        session.execute(delete(Token).where(Token.expires_at < office.now() - timedelta(days=31)))
