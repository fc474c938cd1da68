"""`python -m departments` as it is run: first logins, signals, the command line of officers."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time

import httpx
import pytest

from tests.departments.conftest import Api, Desk


def start(settings, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "departments"],
        env={**settings.environ(), "PATH": "/usr/bin:/bin", **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_ready(settings, process):
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{settings.desk_port}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(process.communicate(timeout=5))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_first_logins_are_printed_once_and_a_signal_ends_it_in_three_seconds(settings, number):
    process = start(settings)
    wait_ready(settings, process)
    url = f"http://127.0.0.1:{settings.desk_port}"
    api = Api(url, settings.department_secret, time.time)
    applied = api.number()
    # A connection that a browser keeps open must not hold the end up.
    idle = httpx.Client()
    idle.get(url + "/healthz")
    begin = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - begin < 3, "ended too slowly"
    logins = re.findall(r"user (\S+)\s+password (\S+)", out)
    assert [user for user, _ in logins] == ["officer1", "officer2"]
    assert not any(password in err for _, password in logins)
    assert "Sunita" not in err and "9876543210" not in err and "999941057058" not in err

    process = start(settings)
    wait_ready(settings, process)
    try:
        for user, password in logins:
            assert "Log out" in Desk(url).log_in(user, password).text
        assert api.get(f"/applications/{applied}").json()["stage"] == "submitted"
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=10)
    assert "password" not in out


def test_only_this_machine_is_listened_to(settings):
    process = start(settings)
    wait_ready(settings, process)
    try:
        port = f"{settings.desk_port:04X}"
        with open(f"/proc/{process.pid}/net/tcp") as table:
            listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
        assert f"0100007F:{port}" in listening and f"00000000:{port}" not in listening
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_a_wrong_setting_is_one_sentence(settings):
    process = start(settings, DESK_PORT="many")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1 and err.strip().count("\n") == 0 and "DESK_PORT" in err


def test_officers_command_line(running):
    def officers(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "departments.officers", *arguments],
            env={**running.settings.environ(), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    added = officers("add", "Asha", "--name", "Asha Rani", "--department", "transport")
    password = added.stdout.strip()
    assert added.returncode == 0 and "Log out" in Desk(running.url).log_in("asha", password).text
    assert officers("add", "asha", "--name", "x").returncode == 1
    assert "asha  Asha Rani, Officer  transport" in officers("list").stdout
    again = officers("reset", "asha").stdout.strip()
    assert Desk(running.url).log_in("asha", password).status_code == 401
    desk = Desk(running.url)
    assert "Log out" in desk.log_in("asha", again).text
    assert officers("lock", "asha").returncode == 0
    assert "Log in" in desk.http.get("/desk").text
    assert officers("unlock", "asha").returncode == 0
    assert officers("reset", "nobody").returncode == 1


def test_a_fault_of_ours_is_said_in_form_and_logged_without_values(running, api, caplog):
    number = api.number()
    api.attach(number, "photo")
    for path in (running.settings.data_dir / "vault").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    desk = running.desk()
    link = re.search(r"/desk/applications/\S+/documents/\d+", desk.page(f"/desk/applications/{number}")).group()
    answer = desk.http.get(link)
    assert answer.status_code == 503 and "cannot answer now" in answer.text and "Sunita" not in answer.text

    class Broken:
        def jwks(self):
            raise RuntimeError("a message that holds Sunita Devi")

    object.__setattr__(running.office, "engine", Broken())
    answer = api.get("/certificates/jwks.json")
    assert answer.status_code == 500 and answer.json()["code"] == "unexpected" and "Sunita" not in answer.text
