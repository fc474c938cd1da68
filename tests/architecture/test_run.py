"""The closing line of `make test` counts what both environments have reported, and never calls nothing a success."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import run

PASSING = "def test_one(): pass\ndef test_two(): pass\n"
FAILING = (
    "import pytest\ndef test_bad(): assert 1 == 2\n@pytest.fixture\ndef f(): raise OSError\ndef test_err(f): pass\n"
)
SKIPPED = "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_browser(): pass\n"
RASA = "import pytest\npytestmark = pytest.mark.rasa\ndef test_parse(): pass\n"
BROKEN = "import nothing_of_this_name\n"


def summed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    how: tuple[str, ...] = (),
    **files: str,
) -> list[str]:
    """Closing line and exit status of a run over test files, both parts with this very Python."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  rasa: x\n")
    for name, text in files.items():
        (tmp_path / f"test_{name}.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    # The plugins of this project's tests take seconds to load and have no part in it.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(run, "PARTS", ((sys.executable, "not rasa", how), (sys.executable, "rasa", ())))
    status = run.main(["-q", "-p", "no:cacheprovider"])
    return [capfd.readouterr().out.splitlines()[-1], str(status)]


def test_both_parts_are_summed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told = summed(tmp_path, monkeypatch, capfd, ("-p", "xdist", *run.SIDE_BY_SIDE), a=PASSING, b=SKIPPED, c=RASA)
    assert told == ["3 passed, 0 failed, 1 skipped", "0"]


def test_failures_and_errors_are_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told = summed(tmp_path, monkeypatch, capfd, a=PASSING, b=FAILING)
    assert told == ["2 passed, 2 failed, 0 skipped", "1"]


def test_a_file_that_cannot_be_collected_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    line, status = summed(tmp_path, monkeypatch, capfd, a=PASSING, b=BROKEN)
    assert status == "1"
    assert ", 0 failed" not in line


def test_nothing_at_all_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert summed(tmp_path, monkeypatch, capfd) == ["0 passed, 0 failed, 0 skipped", "1"]


def test_continuous_integration_runs_make_test() -> None:
    script = Path(__file__).resolve().parents[2] / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "exec make test" in script.read_text()
    assert subprocess.run(["bash", "-n", str(script)]).returncode == 0
