"""SQLite and PostgreSQL: the same schema, the same journey, the same refusals."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from departments import migrate, register
from departments.database import address, connect
from departments.tables import Base
from runtime.vault import Vault
from tests.conftest import take_port
from tests.departments.conftest import Running
from tests.departments.test_conversations import do, handed, opened


def find_binaries() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(os.path.realpath(found)).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def somebody() -> dict[str, int]:
    """PostgreSQL refuses to run as root: then it runs as `nobody`."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a private server that lives as long as the tests."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("there is no PostgreSQL on this machine")
    folder = Path(tempfile.mkdtemp(prefix="sahayak-postgres-", dir="/tmp"))
    as_somebody = somebody()
    if as_somebody:
        os.chown(folder, as_somebody["user"], as_somebody["group"])
    environ = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    port = take_port()
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "sahayak", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, env=environ, cwd=folder, capture_output=True, **as_somebody,
    )  # fmt: skip
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB"
    control = [binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
    subprocess.run(
        [*control, "-o", options, "start"],
        check=True,
        env=environ,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **as_somebody,
    )
    try:
        yield f"postgresql://sahayak@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], env=environ, cwd=folder, stdout=subprocess.DEVNULL, **as_somebody
        )
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str, request: pytest.FixtureRequest) -> str:
    """A database of the test's own."""
    name = f"test_{abs(hash(request.node.nodeid)) % 10**9}"
    engine = connect(address(f"{postgres}/postgres"))
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{postgres}/{name}"


@pytest.fixture
def on_postgres(settings, gateway, postgres_url) -> Iterator[Running]:
    running = Running(replace(settings, database_url=postgres_url), gateway.url)
    yield running
    running.stop()
    running.office.database.close()


def assert_schema_is_that_of_the_tables(url: str, folder: Path) -> None:
    engine = connect(address(url))
    migrate.upgrade(engine, folder)
    migrate.upgrade(engine, folder)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrations_make_what_the_tables_say_on_sqlite(tmp_path):
    assert_schema_is_that_of_the_tables(f"sqlite:///{tmp_path / 'fresh.sqlite3'}", tmp_path)


def test_migrations_make_what_the_tables_say_on_postgresql(tmp_path, postgres_url):
    assert_schema_is_that_of_the_tables(postgres_url, tmp_path)


def test_processes_that_start_together_migrate_once(tmp_path, postgres_url):
    for url in (f"sqlite:///{tmp_path / 'together.sqlite3'}", postgres_url):
        engines = [connect(address(url)) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda engine: migrate.upgrade(engine, tmp_path), engines))
        for engine in engines:
            engine.dispose()


def test_the_whole_journey_on_postgresql(on_postgres, gateway):
    running, api = on_postgres, on_postgres.api
    number = api.number()
    assert api.attach(number, "photo").status_code == 201
    certificate = running.issue(number)
    assert [r.event["stage"] for r in gateway.wait(3, 20)] == ["under_verification", "approved", "certificate_issued"]
    token = api.post(f"/certificates/{certificate}/tokens", {"reference": "conversation-1"}).json()["token"]
    pdf = api.post("/certificates/redeem", {"token": token, "browser": "b"})
    assert pdf.content == api.get(f"/certificates/{certificate}/pdf").content
    assert len(api.get("/services/driving_licence/slots").json()["slots"]) > 10
    with running.office.database.read() as session:
        head = running.office.register_head.read_text()
        assert register.problems(session, Vault(running.settings.data_dir), head) == []
    for table in ("register", "audit", "history"):
        for change in ("UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                running.office.database.engine.begin() as connection,
            ):
                connection.execute(text(change.format(table)))


def test_a_conversation_with_staff_on_postgresql(on_postgres, gateway):
    running, api = on_postgres, on_postgres.api
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: opened(api), range(4)))
    assert len(found) == 1, "one of a person, also at the same moment"
    (conversation,) = found
    desk = running.desk()
    assert do(desk, conversation, "take").status_code == 200
    assert do(desk, conversation, "reply", text="counter 4").status_code == 200
    assert [r.event["what"] for r in gateway.wait(2, 20)] == ["taken", "message"]
    assert api.post("/conversations/erase", {"reference": handed()["reference"]}).json() == {"erased": 1}
    assert desk.http.get(f"/desk/conversations/{conversation}").status_code == 404


def test_the_same_key_at_the_same_moment_on_postgresql(on_postgres, new_key):
    api, key = on_postgres.api, new_key()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: api.submit(key), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1


def test_the_chain_holds_under_many_writers_on_postgresql(on_postgres):
    number = on_postgres.api.number()
    desks = [on_postgres.desk(name) for name in ("officer1", "officer2") for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda desk: [desk.page(f"/desk/applications/{number}") for _ in range(5)], desks))
    with on_postgres.office.database.read() as session:
        assert register.problems(session, None, None) == []
