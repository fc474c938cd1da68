"""Brings the database to the newest migration, one process at a time.

The lock is a file under DATA_DIR and, on PostgreSQL, an advisory lock as well, since processes of other machines may
start at the same moment. `python -m departments.migrate` does only this.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from departments.database import address, connect
from runtime.settings import Settings

LOCK = 0x5A4A59  # any constant of our own, the same in every process


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade(engine: Engine, data_dir: Path) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "departments.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with engine.execution_options(writes=True).begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            made = config()
            made.attributes["connection"] = connection
            command.upgrade(made, "head")


def main() -> int:
    settings = Settings.load(os.environ, Path(".env"))
    upgrade(connect(address(settings.database_url)), settings.data_dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
