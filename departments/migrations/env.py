"""Alembic's entry: runs on the connection that `departments.migrate` hands over, or on DATABASE_URL from a shell."""

from __future__ import annotations

import os
from pathlib import Path

from alembic import context

from departments.database import address, connect
from departments.tables import Base
from runtime.settings import Settings


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    settings = Settings.load(os.environ, Path(".env"))
    with connect(address(settings.database_url)).connect() as own:
        _migrate(own)
        own.commit()


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


run()
