"""The preparation of a clone: on a machine with next to nothing, and refused in one sentence where it cannot go on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from runtime.bootstrap import debian, fonts, locks, pythons, tools
from runtime.bootstrap.environments import Environment
from runtime.bootstrap.steps import Refused, Steps
from runtime.settings import OURS, SETTINGS
from tests.runtime.conftest import wait_until

BARE = ("sh", "make", "awk", "git", "env", "dirname", "uname", "cat", "ls", "rm", "mkdir")
"""Programs of the machine that has next to nothing."""


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    return Steps(str(tmp_path), str(tmp_path / "log"))


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def copy(root: Path, to: Path) -> Path:
    """What a clone of the present state would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)
    return to


def bare_environ(tmp_path: Path, **more: str) -> dict[str, str]:
    """An environment with a PATH of `BARE` and Python alone, and an empty home."""
    path = tmp_path / "bin"
    path.mkdir(exist_ok=True)
    for name in BARE:
        found = shutil.which(name)
        if found and not (path / name).exists():
            (path / name).symlink_to(found)
    if not (path / "python3").exists():
        (path / "python3").symlink_to(os.path.realpath(sys.executable))
    (tmp_path / "home").mkdir(exist_ok=True)
    dropped = ("PATH", "HOME", "VIRTUAL_ENV", "PYTHONPATH", "LANG", "MAKEFLAGS", "MAKELEVEL", *SETTINGS)
    kept = {n: v for n, v in os.environ.items() if n not in dropped and not n.startswith((*OURS, "LC_", "UV_PYTHON"))}
    return {**kept, "PATH": str(path), "HOME": str(tmp_path / "home"), **more}


def clone(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    folder.mkdir()
    return copy(root, folder)


def make(folder: Path, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def prepare(folder: Path, environ: dict[str, str], goal: str) -> subprocess.CompletedProcess[str]:
    command = [str(environ["PATH"]) + "/python3", "-m", "runtime.bootstrap", goal]
    return subprocess.run(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_machine_with_next_to_nothing_is_prepared(root: Path, tmp_path: Path) -> None:
    """No uv, no Node, no home directory's configuration, a bare locale; packages come from the machine's uv cache."""
    folder = clone(root, tmp_path)
    cache = subprocess.run([tools.uv(Steps(str(root), os.devnull)), "cache", "dir"], capture_output=True, text=True)
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    environ = bare_environ(tmp_path, UV_CACHE_DIR=cache.stdout.strip(), PYENV_ROOT=pyenv)
    first = prepare(folder, environ, "train")
    assert first.returncode == 0, first.stdout
    assert "Installing uv" in first.stdout
    assert "Installing Node" in first.stdout
    assert first.stdout.splitlines()[-1].endswith("Everything is installed.")
    for _, target in fonts.wanted(str(folder)):
        assert (folder / target).stat().st_size > 1000
    versions = {
        name: subprocess.run(
            [folder / name / "bin/python", "-c", f"import {module}, sys; print(sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for name, module in ((".venv-rasa", "rasa"), (".venv", "fastapi"))
    }
    assert versions[".venv-rasa"] == "(3, 10)"
    assert versions[".venv"] >= "(3, 11)"

    begin = time.monotonic()
    second = prepare(folder, environ, "train")
    assert (second.returncode, second.stdout) == (0, "")
    assert time.monotonic() - begin < 5

    lock = folder / "requirements" / "web.txt"
    lock.write_text(lock.read_text() + "\n# changed\n")
    shutil.rmtree(folder / "fonts")
    third = prepare(folder, environ, "train")
    assert third.returncode == 0
    assert "into .venv " in third.stdout
    assert ".venv-rasa" not in third.stdout
    assert "Fetching fonts" in third.stdout


def test_a_wrong_setting_is_said_before_anything_is_installed(root: Path, tmp_path: Path) -> None:
    folder = clone(root, tmp_path)
    environ = bare_environ(tmp_path)
    (folder / ".env").write_text("WHATSAPP_APP_SECRT=5e1f0c6d9b7a4832\n")
    done = make(folder, environ, "run")
    assert done.returncode != 0
    lines = [line for line in done.stdout.splitlines() if not line.startswith("make: ***")]
    assert len(lines) == 1, done.stdout
    assert "Line 1 of .env sets WHATSAPP_APP_SECRT" in lines[0]
    assert "did you mean WHATSAPP_APP_SECRET?" in lines[0]
    assert not (folder / ".venv").exists()
    assert not (folder / ".venv-rasa").exists()


def test_without_python_310_it_says_what_to_install(
    tmp_path: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path))
    uv = script(tmp_path / "uv", "echo 'error: no download found' >&2; exit 2")
    with pytest.raises(
        Refused, match=r"^Python 3\.10 is needed, is not on this machine, and could not be fetched: install"
    ):
        pythons.find(steps, pythons.RASA, str(uv))


def test_pyenvs_folder_is_asked_before_its_shims(tmp_path: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path / "shims"))
    script(tmp_path / "shims" / "python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    uv = script(tmp_path / "uv", f"echo {tmp_path}/shims/python3.10")
    for version in ("3.10.2", "3.10.13", "3.10.9"):
        script(tmp_path / "pyenv" / "versions" / version / "bin" / "python3.10", f"echo 3.10 {version}")
    script(tmp_path / "pyenv" / "versions" / "3.10.14" / "bin" / "python3.10", "exit 1")
    found = pythons.find(steps, pythons.RASA, str(uv))
    assert found == str(tmp_path / "pyenv" / "versions" / "3.10.13" / "bin" / "python3.10")


def test_a_failed_step_is_one_sentence_with_its_reason(steps: Steps, tmp_path: Path) -> None:
    broken = script(tmp_path / "broken", "echo doing; echo 'error: no space left on device'; echo bye; exit 3")
    with pytest.raises(Refused) as refusal:
        steps.run("Installing things", [str(broken)])
    assert str(refusal.value).startswith("Installing things failed: error: no space left on device (everything")
    assert "doing" in (tmp_path / "log").read_text()
    with pytest.raises(Refused, match="cannot be started"):
        steps.run("Nothing", [str(tmp_path / "absent")])


def test_a_full_disk_is_said_before_installing(root: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    folder = clone(root, tmp_path)
    small = tmp_path / "small"
    small.mkdir()
    environ = bare_environ(tmp_path)
    code = f'mount -t tmpfs -o size=40m tmpfs {small} && cp -r "{folder}/." {small} && cd {small} && exec "$@"'
    python = str(Path(environ["PATH"]) / "python3")
    command = ["unshare", "-m", "sh", "-c", code, "sh", python, "-m", "runtime.bootstrap", "train"]
    done = subprocess.run(
        command,
        env={**environ, "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("Only 0.0 GB are free here; the Python environments need 4 GB")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_is_being_installed(root: Path, tmp_path: Path, number: signal.Signals) -> None:
    folder = clone(root, tmp_path)
    environ = bare_environ(tmp_path, PYENV_ROOT=str(tmp_path / "pyenv"))
    script(tmp_path / "pyenv" / "versions" / "3.10.1" / "bin" / "python3.10", "echo 3.10 x")
    marker = tmp_path / "installing"
    script(
        Path(environ["PATH"]) / "uv",
        f'case "$*" in --version) echo uv 9.9.9;; venv*) echo $$ > {marker}; while :; do :; done;; *) exit 1;; esac',
    )
    command = [str(Path(environ["PATH"]) / "python3"), "-m", "runtime.bootstrap", "train"]
    process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, start_new_session=True)
    wait_until(lambda: marker.exists() and bool(marker.read_text()), 20, lambda: "nothing was installed")
    process.send_signal(number)
    assert process.wait(20) == 130
    pid = int(marker.read_text())
    wait_until(lambda: not _alive(pid), 20, lambda: "the installer is still there")


def test_a_command_that_is_just_being_started_is_ended_too(
    steps: Steps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "started"
    endless = script(tmp_path / "endless", f"echo $$ > {marker}; while :; do sleep 0.1; done")
    start = subprocess.Popen

    def slowly(*arguments: Any, **options: Any) -> Any:
        process = start(*arguments, **options)
        time.sleep(1)
        return process

    monkeypatch.setattr(subprocess, "Popen", slowly)
    refused: list[Refused] = []

    def work() -> None:
        for _ in range(2):
            try:
                steps.run("Something without end", [str(endless)])
            except Refused as refusal:
                refused.append(refusal)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    wait_until(lambda: marker.exists() and bool(marker.read_text()), 20, lambda: "nothing was started")
    steps.end()
    pid = int(marker.read_text())
    wait_until(lambda: not _alive(pid), 20, lambda: "the command is still there")
    thread.join(20)
    assert len(refused) == 2 and "was not started" in str(refused[1])


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_broken_environment_is_not_current(steps: Steps, tmp_path: Path) -> None:
    environment = Environment(".venv", "packages", ("3.12",), "lock.txt", "test.txt")
    (tmp_path / "lock.txt").write_text("a==1\n")
    (tmp_path / "test.txt").write_text("b==1\n")
    uv = script(
        tmp_path / "uv",
        f'if [ "$1" = venv ]; then mkdir -p {tmp_path}/.venv/bin; printf "#!/bin/sh\\necho 3.12\\n" >'
        f" {tmp_path}/.venv/bin/python; chmod +x {tmp_path}/.venv/bin/python; fi",
    )
    assert not environment.current(steps, more=False)
    environment.sync(steps, str(uv), "python3.12", more=False)
    assert environment.current(steps, more=False)
    assert not environment.current(steps, more=True)
    environment.sync(steps, str(uv), "python3.12", more=True)
    assert environment.current(steps, more=True)
    assert environment.current(steps, more=False), "what tests have added stays"
    (tmp_path / ".venv" / "bin" / "python").unlink()
    assert not environment.current(steps, more=False)


def test_an_interrupted_sync_is_not_taken_for_done(steps: Steps, tmp_path: Path) -> None:
    environment = Environment(".venv", "packages", ("3.12",), "lock.txt", "test.txt")
    (tmp_path / "lock.txt").write_text("a==1\n")
    script(tmp_path / ".venv" / "bin" / "python", "echo 3.12")
    environment.sync(steps, "true", "python3.12", more=False)
    assert environment.current(steps, more=False)
    (tmp_path / "lock.txt").write_text("a==2\n")
    with pytest.raises(Refused):
        environment.sync(steps, "false", "python3.12", more=False)
    (tmp_path / "lock.txt").write_text("a==1\n")
    assert not environment.current(steps, more=False)


PAGE = """<a href="../../a/uv-1.0-py3-none-win_amd64.whl#sha256={w}">x</a>
<a href="https://files.example/uv-1.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl#sha256={m}">x</a>
<a href="../../a/uv-1.0-py3-none-musllinux_1_1_x86_64.whl?a=1&amp;b=2#sha256={s}">x</a>
<a href="../../a/uv-2.0-py3-none-musllinux_1_1_x86_64.whl#sha256={n}">x</a>
<a href="../../a/uv-1.0-py3-none-macosx_11_0_arm64.whl#sha256={d}">x</a>"""


def test_only_a_locked_wheel_for_this_machine_is_chosen() -> None:
    digest = {key: key * 0 + format(index, "064x") for index, key in enumerate("wmsnd")}
    page = PAGE.format(**digest)
    allowed = {digest[key] for key in "wmsd"}
    assert tools.choose_wheel(page, {digest["m"]}, "x86_64", "linux") == (
        "https://files.example/uv-1.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    )
    assert tools.choose_wheel(page, allowed, "arm64", "darwin") == "../../a/uv-1.0-py3-none-macosx_11_0_arm64.whl"
    assert tools.choose_wheel(page, allowed, "riscv64", "linux") is None
    assert (
        tools.choose_wheel(page, {digest["n"]}, "x86_64", "linux") == "../../a/uv-2.0-py3-none-musllinux_1_1_x86_64.whl"
    )


def test_npm_locks_lose_their_addresses() -> None:
    lock = {
        "packages": {"node_modules/a": {"version": "1", "resolved": "x", "integrity": "y", "funding": {"url": "z"}}}
    }
    assert locks.without_addresses(lock) == {"packages": {"node_modules/a": {"version": "1", "integrity": "y"}}}


def test_the_list_of_fonts_is_checked(tmp_path: Path) -> None:
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "fonts.txt").write_text("# a comment\n@a/b/C.ttf -> fonts/C.ttf # why\n\n")
    assert fonts.wanted(str(tmp_path)) == [("@a/b/C.ttf", "fonts/C.ttf")]
    (tmp_path / "certificates" / "fonts.txt").write_text("a -> ../../outside\n")
    with pytest.raises(Refused, match="not of the form"):
        fonts.wanted(str(tmp_path))


def test_every_locked_package_has_hashes(root: Path) -> None:
    for name, _, _ in locks.LOCKS:
        text = (root / "requirements" / f"{name}.txt").read_text()
        for entry in text.replace("\\\n", "").splitlines():
            assert not entry.strip() or "--hash=sha256:" in entry, f"{name}: {entry}"
    lock = json.loads((root / "package-lock.json").read_text())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_missing_programs_are_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert {"chromium", "poppler-utils"} <= set(debian.missing())
