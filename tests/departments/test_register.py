"""The register: nothing is changed in it unseen."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from departments import issuing, register
from departments.database import Database, connect
from departments.tables import StatusCounter
from runtime.vault import Vault


@pytest.fixture
def issued(running, api):
    """Two certificates, one of them revoked."""
    first, second = running.issue(api.number()), running.issue(api.number(reference="conversation-2"))
    page = f"/desk/certificates/{second}"
    running.desk("officer1").post(page, f"{page}/revocation", step="ask", text="forged")
    running.desk("officer2").post(page, f"{page}/revocation", step="confirm")
    return first, second


def verify(running, arguments=("verify",)):
    return subprocess.run(
        [sys.executable, "-m", "departments.register", *arguments],
        env={**running.settings.environ(), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def problems(running, database=None):
    head = running.office.register_head.read_text()
    with (database or running.office.database).read() as session:
        return register.problems(session, Vault(running.settings.data_dir), head)


class Copy:
    """A copy of the database in the hands of somebody to whom its triggers are no obstacle."""

    def __init__(self, running, path):
        source = sqlite3.connect(running.settings.data_dir / "departments.sqlite3")
        with sqlite3.connect(path) as target:
            source.backup(target)
        source.close()
        self.database = Database(connect(f"sqlite:///{path}"))

    def change(self, statement, **values):
        with self.database.engine.execution_options(writes=True).begin() as connection:
            for table in ("register", "audit"):
                for change in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{change}"))
            assert connection.execute(text(statement), values).rowcount == 1, statement


CHANGES = {
    "UPDATE register SET officer = 'nobody' WHERE seq = 1": "register: row 1 was changed",
    "UPDATE register SET event = 'issued' WHERE seq = 3": "register: row 3 was changed",
    "UPDATE register SET at = '2020-01-01 00:00:00.000000' WHERE seq = 2": "register: row 2 was changed",
    "UPDATE register SET hash = previous WHERE seq = 2": "register: row 2 was changed",
    "DELETE FROM register WHERE seq = 2": "register: row 2 is missing",
    "DELETE FROM register WHERE seq = 3": "ends at row 2, but row 3 was written down",
    "UPDATE certificates SET status = 'valid' WHERE status = 'revoked'": "differs from the register",
    "UPDATE certificates SET sha256 = 'x' WHERE status = 'revoked'": "differs from the register",
    "UPDATE audit SET officer = 'nobody' WHERE seq = 2": "audit: row 2 was changed",
    "DELETE FROM audit WHERE seq = 2": "audit: row 2 is missing",
}


def test_every_change_is_found(running, issued, tmp_path):
    assert problems(running) == []
    for number, (statement, found) in enumerate(CHANGES.items()):
        copy = Copy(running, tmp_path / f"{number}.sqlite3")
        assert problems(running, copy.database) == []
        copy.change(statement)
        assert any(found in sentence for sentence in problems(running, copy.database)), statement


def test_the_command_says_so_too(running, issued):
    running.stop()
    engine = running.office.database.engine.execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER register_no_update"))
        connection.execute(text("UPDATE register SET officer = 'nobody' WHERE seq = 1"))
    done = verify(running)
    assert done.returncode == 1 and "row 1 was changed" in done.stderr
    running.start()


def test_a_forged_certificate_and_exchanged_papers_are_found(running, issued, tmp_path):
    first, second = issued
    copy = Copy(running, tmp_path / "copy.sqlite3")
    copy.change(
        "INSERT INTO certificates SELECT 'REVC-2026-000000000', application, kind, status, department, status_list, "
        "status_index + 100, issued_at, expires_at, issued_by, approved_by, blob, size, sha256, reprints, "
        "superseded_by "
        "FROM certificates WHERE number = :number",
        number=first,
    )
    copy.change(
        "UPDATE certificates SET blob = (SELECT blob FROM certificates WHERE number = :other) WHERE number = :number",
        number=first,
        other=second,
    )
    found = "\n".join(problems(running, copy.database))
    assert "REVC-2026-000000000: is among the certificates, but not in the register" in found
    assert f"{first}: the stored PDF is not the one that was issued" in found


def test_the_database_itself_refuses_changes(running, issued):
    for table in ("register", "audit", "history"):
        for change in ("UPDATE {} SET at = at", "DELETE FROM {}"):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                running.office.database.engine.execution_options(writes=True).begin() as connection,
            ):
                connection.execute(text(change.format(table)))


def test_keys_and_status_list(running, api, issued):
    """What the gateway publishes, read with the verifier's own code."""
    from certificates import status_list
    from certificates.keys import KeySet

    keys = KeySet.from_jwks(api.get("/certificates/jwks.json").json())
    (name,) = {f"{key.department}-{key.year}" for key in keys.keys.values()}  # what the checking page asks for
    answer = api.get(f"/certificates/status/{name}")
    assert answer.headers["content-type"] == "application/statuslist+cwt"
    found = status_list.read(answer.content, keys)
    assert found.name == name and found.size == 2
    statuses = [status_list.STATUSES[found.bits[0] >> (2 * index) & 3] for index in range(2)]
    assert statuses == ["valid", "revoked"]
    year = name.removeprefix("revenue-")
    assert api.get(f"/certificates/status/mcd-{year}").status_code == 200, "a department without certificates has one"
    for name in ("mcd-1", f"nothing-{year}", "revenue", "revenue-x", "revenue-" + "9" * 50):
        assert api.get(f"/certificates/status/{name}").status_code == 404, name


def test_a_full_list_is_followed_by_the_year_s_next(running, api):
    with running.office.database.write() as session:
        places = [issuing._place(session, "revenue", year) for year in (2026, 2026, 2027)]
        session.get_one(StatusCounter, ("revenue", 2026)).size = issuing.LIST_SIZE
        places += [issuing._place(session, "revenue", 2026) for _ in range(2)]
        session.rollback()
    assert places == [(2026, 0), (2026, 1), (2027, 0), (12026, 0), (12026, 1)]
