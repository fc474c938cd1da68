"""The outbox of events for the gateway: written in the transaction that changes a stage, sent at least once.

`write` and `write_staff` put an event down; `Sender` posts what is due until the gateway answers 2xx, waiting 1 s, 2 s,
4 s … at most 1 h between tries. Events of one application, or of one conversation with staff, go out in their order: a
later one waits while an earlier one could not be delivered, except when the gateway refused that one (4xx other than
408 and 429). Any number of processes may send: taking an event moves its `next_at`, and only one of them can move it
from the value both saw.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import and_, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from departments.office import Office, iso
from departments.tables import Application, Callback, Conversation
from runtime import signing

log = logging.getLogger(__name__)

LONGEST_WAIT = 3600.0
LEASE = timedelta(seconds=30)
"""For how long a taken event is left to the process that took it."""
TIMEOUT = 10.0
BATCH = 32
NO_DEPARTMENT = "staff"
"""Stands in the path of an event that is about no department in particular."""


def write(office: Office, session: Session, application: Application, at: datetime, told: Mapping[str, Any]) -> str:
    """Adds the event of a changed stage; returns its id."""
    body = {
        "number": application.number,
        "service": application.service,
        "stage": application.stage,
        "at": iso(at),
        "reference": application.reference,
        "language": application.language,
        **{key: value for key, value in told.items() if value is not None},
    }
    if application.due:
        body["due"] = application.due.isoformat()
    return _put(office, session, Callback(application=application.number, department=application.department), body)


def write_staff(office: Office, session: Session, conversation: Conversation, told: Mapping[str, Any]) -> str:
    """Adds the event of what staff did in a conversation; returns its id."""
    body = {
        "conversation": conversation.id,
        "reference": conversation.reference,
        "language": conversation.language,
        "at": iso(office.now()),
        **told,
    }
    row = Callback(conversation=conversation.id, department=conversation.department or NO_DEPARTMENT)
    return _put(office, session, row, body)


def _put(office: Office, session: Session, row: Callback, body: Mapping[str, Any]) -> str:
    row.id = str(uuid.uuid4())
    text = json.dumps({"id": row.id, **body}, ensure_ascii=False)
    row.sealed_body = office.sealer.seal(text, f"callbacks:{row.id}")
    row.created_at = row.next_at = office.now()
    session.add(row)
    session.flush()
    office.news.set()
    return row.id


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the so-manieth failed try (1, 2, …)."""
    return timedelta(seconds=min(LONGEST_WAIT, 2.0 ** min(attempts - 1, 20)))


@dataclass(frozen=True)
class _Taken:
    id: str
    department: str
    body: bytes
    attempts: int


class Sender:
    """Sends what is due until it is stopped. `gateway` is the address before `/departments/…`, without a slash."""

    def __init__(self, office: Office, gateway: str, secret: str, client: Callable[[], httpx.AsyncClient]) -> None:
        self._office = office
        self._gateway = gateway
        self._secret = secret
        self._client = client

    async def run(self) -> None:
        async with self._client() as client:
            while True:
                try:
                    sent = await self.send_due(client)
                except Exception:
                    log.exception("callbacks could not be sent")
                    sent = 0
                if sent == 0:
                    await self._pause()

    async def _pause(self) -> None:
        # An event set from a thread is polled for: 50 ms are nothing beside the way of a message, and it needs no loop.
        for _ in range(20):
            if self._office.news.is_set():
                self._office.news.clear()
                return
            await asyncio.sleep(0.05)

    async def send_due(self, client: httpx.AsyncClient) -> int:
        """One round; returns how many were delivered."""
        taken = await asyncio.to_thread(self._take)
        results = await asyncio.gather(*(self._send(client, event) for event in taken))
        return sum(results)

    async def _send(self, client: httpx.AsyncClient, event: _Taken) -> bool:
        path = f"/departments/{event.department}/events"
        url = httpx.URL(self._gateway + path)
        now = self._office.now().timestamp()
        signed = signing.headers(self._secret, "POST", url.raw_path.decode(), event.body, now)
        try:
            response = await client.post(
                url, content=event.body, headers={"Content-Type": "application/json", **signed}, timeout=TIMEOUT
            )
        except httpx.HTTPError as error:
            await asyncio.to_thread(self._failed, event, type(error).__name__, False)
            return False
        if response.is_success:
            await asyncio.to_thread(self._delivered, event)
            return True
        refused = response.is_client_error and response.status_code not in (408, 429)
        await asyncio.to_thread(self._failed, event, f"HTTP {response.status_code}", refused)
        return False

    def _take(self) -> list[_Taken]:
        now = self._office.now()
        earlier = aliased(Callback)
        waits = exists().where(
            and_(
                or_(earlier.application == Callback.application, earlier.conversation == Callback.conversation),
                earlier.seq < Callback.seq,
                earlier.delivered_at.is_(None),
                not_(earlier.refused),
            )
        )
        with self._office.database.read() as session:
            due = session.scalars(
                select(Callback)
                .where(Callback.delivered_at.is_(None), Callback.next_at <= now, not_(waits))
                .order_by(Callback.seq)
                .limit(BATCH)
            ).all()
        taken = []
        for row in due:
            with self._office.database.write() as session:
                claim = (
                    update(Callback)
                    .where(Callback.id == row.id, Callback.next_at == row.next_at, Callback.delivered_at.is_(None))
                    .values(next_at=now + LEASE, attempts=row.attempts + 1)
                )
                if session.execute(claim).rowcount != 1:
                    continue
            body = self._office.sealer.open(row.sealed_body, f"callbacks:{row.id}").encode()
            taken.append(_Taken(row.id, row.department, body, row.attempts + 1))
        return taken

    def _delivered(self, event: _Taken) -> None:
        with self._office.database.write() as session:
            done = update(Callback).where(Callback.id == event.id)
            session.execute(done.values(delivered_at=self._office.now(), last_problem=None))

    def _failed(self, event: _Taken, problem: str, refused: bool) -> None:
        log.warning(
            "a callback was not taken", extra={"event": event.id, "problem": problem, "attempts": event.attempts}
        )
        with self._office.database.write() as session:
            row = update(Callback).where(Callback.id == event.id)
            next_at = self._office.now() + wait_after(event.attempts)
            session.execute(row.values(next_at=next_at, last_problem=problem, refused=refused))


def waiting(session: Session) -> int:
    """Events not delivered yet."""
    return session.scalar(select(func.count()).select_from(Callback).where(Callback.delivered_at.is_(None))) or 0
