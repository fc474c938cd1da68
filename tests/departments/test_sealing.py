"""Personal columns at rest."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest

from departments import sealing
from departments.errors import Unavailable


def test_bound_to_its_place(tmp_path):
    sealer = sealing.load(tmp_path)
    sealed = sealer.seal("सुनीता देवी", "applications:1:name")
    assert sealer.open(sealed, "applications:1:name") == "सुनीता देवी"
    assert sealed != sealer.seal("सुनीता देवी", "applications:1:name"), "equal texts do not look equal"
    with pytest.raises(Unavailable):
        sealer.open(sealed, "applications:2:name")
    with pytest.raises(Unavailable):
        sealer.open(sealed[:-4] + ("AAAA" if not sealed.endswith("AAAA") else "BBBB"), "applications:1:name")
    with pytest.raises(Unavailable):
        sealing.load(tmp_path / "elsewhere").open(sealed, "applications:1:name")


def test_rotation_keeps_what_was_sealed(running, api):
    number = api.number()
    folder = running.settings.data_dir
    done = subprocess.run(
        [sys.executable, "-m", "departments.sealing", "rotate"],
        env={**running.settings.environ(), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((folder / "secrets" / sealing.FILE).stat().st_mode) == 0o600
    sealer = sealing.load(folder)
    with running.office.database.engine.connect() as connection:
        query = "SELECT sealed_name FROM applications WHERE number = ?"
        sealed = connection.exec_driver_sql(query, (number,)).scalar_one()
    assert sealer.open(sealed, f"applications:{number}:name") == "Sunita Devi"
    assert not sealer.sealed_with_current(sealed) and sealer.sealed_with_current(sealer.seal("x", "y"))


def test_no_personal_value_stands_in_the_database_in_clear(running, api):
    number = api.number()
    running.desk().do(number, "send_back", text="a note for Sunita", **{"field:dob": "wrong day"})
    api.patch(f"/applications/{number}", {"fields": {"dob": "1988-04-13"}})
    for path in running.settings.data_dir.glob("departments.sqlite3*"):
        data = path.read_bytes()
        for value in ("Sunita", "सुनीता", "Ram Lal", "9876543210", "999941057058", "wrong day", "1988-04-1", "B-42"):
            assert value.encode() not in data, (path.name, value)
