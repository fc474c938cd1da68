"""Officers and their logins. Passwords are kept as Argon2id; sessions as the hash of the cookie's value.

The first run makes two officers, so that four eyes can work; `make_first` returns their passwords once, and nothing
keeps them in clear. `python -m departments.officers` lists, adds, resets and locks officers.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import os
import secrets
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from departments.database import Database, address, connect
from departments.tables import DeskSession, Officer
from runtime.errors import SahayakError
from runtime.settings import Settings

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe(24))
"""Compared with when there is no such officer, so that the time taken tells nothing."""
FIRST = (
    ("officer1", "Officer One", "Tehsildar"),
    ("officer2", "Officer Two", "Sub-Divisional Magistrate"),
)
# Without characters that look alike: these passwords are typed from a terminal.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Who:
    """The officer at the desk. `department` None: all departments."""

    id: int
    username: str
    name: str
    designation: str
    department: str | None


def new_password() -> str:
    """Twenty characters in groups of five, about 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def add(session: Session, now: datetime, username: str, name: str, designation: str, department: str | None) -> str:
    """Makes an officer; returns the password, which nothing keeps in clear."""
    password = new_password()
    session.add(
        Officer(
            username=username,
            name=name,
            designation=designation,
            department=department,
            password=_hasher.hash(password),
            active=True,
            created_at=now,
        )
    )
    session.flush()
    return password


def reset(session: Session, officer: Officer) -> str:
    """A new password; every session of the officer ends."""
    password = new_password()
    officer.password = _hasher.hash(password)
    session.execute(delete(DeskSession).where(DeskSession.officer == officer.id))
    return password


def make_first(session: Session, now: datetime) -> list[tuple[str, str]]:
    """(user name, password) of the two officers of a first run; empty when there are officers already."""
    if session.scalar(select(func.count()).select_from(Officer)):
        return []
    return [(username, add(session, now, username, name, post, None)) for username, name, post in FIRST]


def check(session: Session, username: str, password: str) -> Officer | None:
    """The officer whose password this is."""
    officer = session.scalar(select(Officer).where(Officer.username == username.strip().lower()))
    stored = officer.password if officer and officer.active else _NOBODY
    try:
        _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return None
    return officer if officer and officer.active else None


def log_in(session: Session, officer: Officer, now: datetime) -> str:
    """A new session; returns the cookie's value."""
    value = secrets.token_urlsafe(32)
    session.execute(delete(DeskSession).where(DeskSession.created_at < now - LONGEST))
    session.add(DeskSession(digest=_digest(value), officer=officer.id, created_at=now, seen_at=now))
    session.flush()
    return value


def by_cookie(session: Session, value: str, now: datetime, seen: bool = True) -> Who | None:
    """The officer of a live session. `seen`: the officer did something, which keeps the session alive."""
    row = session.get(DeskSession, _digest(value))
    if row is None or row.seen_at < now - IDLE or row.created_at < now - LONGEST:
        return None
    officer = session.get(Officer, row.officer)
    if officer is None or not officer.active:
        return None
    if seen and row.seen_at < now - timedelta(minutes=1):
        row.seen_at = now
    return Who(officer.id, officer.username, officer.name, officer.designation, officer.department)


def log_out(session: Session, value: str) -> None:
    session.execute(delete(DeskSession).where(DeskSession.digest == _digest(value)))


def csrf_of(cookie: str) -> str:
    """The token that forms carry: derived from the session's own secret, so a foreign page cannot know it."""
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m departments.officers", description="Logins of the officers' desk.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="every officer")
    new = commands.add_parser("add", help="make an officer and print the password once")
    new.add_argument("username", type=str.lower)
    new.add_argument("--name", required=True)
    new.add_argument("--designation", default="Officer")
    new.add_argument("--department", help="id of the only department whose applications the officer sees")
    for command, told in (("reset", "give a new password"), ("lock", "end access"), ("unlock", "restore access")):
        commands.add_parser(command, help=told).add_argument("username", type=str.lower)
    options = parser.parse_args(arguments)
    try:
        settings = Settings.load(os.environ, Path(".env"))
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    database = Database(connect(address(settings.database_url)))
    with database.write() as session:
        return _run(session, options)


def _run(session: Session, options: argparse.Namespace) -> int:
    if options.command == "list":
        for officer in session.scalars(select(Officer).order_by(Officer.username)):
            state = "" if officer.active else "  locked"
            print(f"{officer.username}  {officer.name}, {officer.designation}  {officer.department or 'all'}{state}")
        return 0
    known = session.scalar(select(Officer).where(Officer.username == options.username))
    if options.command == "add":
        if known:
            print(f"There is an officer {options.username} already.", file=sys.stderr)
            return 1
        now = datetime.now(UTC)
        print(add(session, now, options.username, options.name, options.designation, options.department))
        return 0
    if known is None:
        print(f"There is no officer {options.username}.", file=sys.stderr)
        return 1
    if options.command == "reset":
        print(reset(session, known))
        return 0
    known.active = options.command == "unlock"
    session.execute(delete(DeskSession).where(DeskSession.officer == known.id))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
