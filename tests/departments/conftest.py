"""A running department server (real HTTP, real database) with a clock that tests move, and its two kinds of visitors:
a signed client of the API, and officers at the desk."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from departments import migrate, server
from departments.database import connect
from departments.office import Office
from runtime import signing
from runtime.settings import Settings

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)

INCOME: dict[str, Any] = {
    "applicant_name": "Sunita Devi",
    "father_name": "Ram Lal",
    "dob": "1988-04-12",
    "gender": "female",
    "mobile": "9876543210",
    "marital_status": "unmarried",
    "years_in_delhi": 20,
    "occupation": "Tailor",
    "house_no": "B-42",
    "locality": "Shahdara",
    "pincode": "110032",
    "district": "south_east",
    "sub_division": "kalkaji",
    "annual_income": 120000,
    "income_sources": "Tailoring",
    "monthly_expenditure": 9000,
    "house_tenure": "rented",
    "family_members": "4",
    "aadhaar": "999941057058",
}


class Clock:
    """A clock that stands until it is moved; `real` lets it run."""

    def __init__(self) -> None:
        self.moment: datetime | None = None
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return (self.moment or datetime.now(UTC)) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@dataclass(frozen=True)
class Received:
    """A request that reached the gateway's stand-in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Gateway:
    """Stands for the gateway: a real HTTP server that answers what it is told to and keeps what it got."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.changed = threading.Condition()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                with gateway.changed:
                    gateway.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                    status = gateway.answers.pop(0) if gateway.answers else 200
                    gateway.changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, count: int, seconds: float = 10) -> list[Received]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.received) >= count, seconds), [r.event for r in self.received]
            return list(self.received)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Api:
    """A signed client, as raw as tests need it."""

    def __init__(self, url: str, secret: str, now: Callable[[], float]) -> None:
        self.url, self.secret, self.now = url, secret, now
        self.http = httpx.Client(timeout=30)

    def send(self, method: str, path: str, body: Any = None, key: str | None = None, **more: Any) -> httpx.Response:
        content = json.dumps(body).encode() if body is not None else b""
        request = self.http.build_request(method, self.url + path, content=content)
        if content:
            request.headers["Content-Type"] = "application/json"
        return self.send_signed(request, key, **more)

    def send_signed(
        self, request: httpx.Request, key: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        body = request.read()
        path = request.url.raw_path.decode()
        request.headers.update(signing.headers(self.secret, request.method, path, body, self.now()))
        if key is None and request.method in ("POST", "PATCH"):
            key = uuid.uuid4().hex
        if key:
            request.headers["Idempotency-Key"] = key
        request.headers.update(headers or {})
        return self.http.send(request)

    def get(self, path: str) -> httpx.Response:
        return self.send("GET", path)

    def post(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        return self.send("POST", path, body, key)

    def patch(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        return self.send("PATCH", path, body, key)

    def attach(
        self, number: str, document: str, data: bytes = PNG, key: str | None = None, name: str = "a.png"
    ) -> httpx.Response:
        request = self.http.build_request(
            "POST",
            f"{self.url}/applications/{number}/documents",
            data={"document": document},
            files={"file": (name, data, "application/octet-stream")},
        )
        return self.send_signed(request, key)

    def submit(self, key: str | None = None, **changes: Any) -> httpx.Response:
        return self.post("/applications", submission(**changes), key)

    def number(self, **changes: Any) -> str:
        """A fresh application's number."""
        answer = self.submit(**changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])


def submission(**changes: Any) -> dict[str, Any]:
    fields = {**INCOME, **changes.pop("fields", {})}
    return {
        "service": "income_certificate",
        "fields": {k: v for k, v in fields.items() if v is not None},
        "local": {"applicant_name": "सुनीता देवी", "father_name": "राम लाल", "locality": "शाहदरा"},
        "applicant": {"name": "Sunita Devi", "name_local": "सुनीता देवी"},
        "language": "hi",
        "channel": "web",
        "reference": "conversation-1",
        "consent": {"version": "1", "language": "hi", "at": "2026-11-22T10:00:00+05:30", "channel": "web"},
        **changes,
    }


class Desk:
    """An officer's browser without scripts: cookies, forms, redirects."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60, follow_redirects=True)

    def log_in(self, username: str, password: str) -> httpx.Response:
        form = self.http.get("/desk/login")
        return self.http.post("/desk/login", data={"csrf": csrf(form.text), "username": username, "password": password})

    def page(self, path: str) -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    def post(self, page: str, path: str, **fields: Any) -> httpx.Response:
        """Posts a form of the page at `page`, with its CSRF token and version."""
        html = self.page(page)
        version = re.search(r'name="version" value="(\d+)"', html)
        data = {"csrf": csrf(html), **({"version": version.group(1)} if version else {}), **fields}
        return self.http.post(path, data=data)

    def act(self, number: str, act: str, **fields: Any) -> httpx.Response:
        page = f"/desk/applications/{number}"
        return self.post(page, f"{page}/acts/{act}", **fields)

    def do(self, number: str, act: str, **fields: Any) -> str:
        """An act that must succeed; returns the page after it."""
        answer = self.act(number, act, **fields)
        assert answer.status_code == 200, answer.text
        return answer.text


def csrf(html: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', html)
    assert found, html
    return found.group(1)


class Running:
    """The server and everything around it."""

    def __init__(self, settings: Settings, gateway: str) -> None:
        self.settings = settings
        self.clock = Clock()
        self.office: Office = replace(server.open_office(settings), now=self.clock)
        self.passwords = dict(server.first_logins(self.office))
        self.gateway = gateway
        self.url = f"http://127.0.0.1:{settings.desk_port}"
        self.api = Api(self.url, settings.department_secret, lambda: self.clock().timestamp())
        self.start()

    def start(self) -> None:
        link = replace(server.link(self.settings), gateway=self.gateway)
        config = uvicorn.Config(
            server.build(self.office, link),
            host="127.0.0.1",
            port=self.settings.desk_port,
            log_config=None,
            access_log=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        limit = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < limit and self._thread.is_alive(), "the server did not come up"
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(15)
        assert not self._thread.is_alive()

    def desk(self, username: str = "officer1") -> Desk:
        desk = Desk(self.url)
        answer = desk.log_in(username, self.passwords[username])
        assert answer.status_code == 200, answer.text
        return desk

    def issue(self, number: str) -> str:
        """Takes an application through the desk to its certificate; returns that number."""
        first, second = self.desk("officer1"), self.desk("officer2")
        first.do(number, "take_up")
        first.do(number, "approve")
        second.do(number, "issue")
        found = self.api.get(f"/applications/{number}").json()["certificate"]
        assert found, number
        return str(found["number"])


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    running = Gateway()
    yield running
    running.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest migration, made once."""
    path = tmp_path_factory.mktemp("migrated") / "departments.sqlite3"
    engine = connect(f"sqlite:///{path}")
    migrate.upgrade(engine, path.parent)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def running(settings: Settings, gateway: Gateway, migrated: Path) -> Iterator[Running]:
    """The server on SQLite."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(migrated, settings.data_dir / "departments.sqlite3")
    running = Running(settings, gateway.url)
    yield running
    running.stop()
    running.office.database.close()


@pytest.fixture
def api(running: Running) -> Api:
    return running.api


@pytest.fixture(scope="session")
def new_key() -> Callable[[], str]:
    return lambda: secrets.token_hex(16)


@pytest.fixture
def here(settings: Settings) -> Path:
    return settings.data_dir
