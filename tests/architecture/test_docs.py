"""What is documented is what there is: settings, commands, folders; and nothing of any one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from runtime.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def makefile_targets() -> dict[str, str]:
    """Targets of the Makefile with what `make help` says of them (empty: nothing)."""
    text = (ROOT / "Makefile").read_text()
    return {found[1]: found[2] or "" for found in re.finditer(r"^([a-z][a-z-]*):(?: *## (.*))?$", text, re.MULTILINE)}


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert table == list(SETTINGS)


def test_every_command_is_in_the_readme_and_helps() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = makefile_targets()
    assert len(targets) > 8
    assert [name for name in targets if f"make {name}" not in readme] == []
    assert [name for name, told in targets.items() if not told] == []
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(targets)


def test_help_lists_every_command() -> None:
    shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make ([a-z-]+) ", shown, re.MULTILINE) == list(makefile_targets())


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_files_and_links_of_a_page_exist(text: Path) -> None:
    content = text.read_text()
    targets = makefile_targets()
    unknown = {name for name in re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)", content) if name not in targets}
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", content) if "://" not in link]
    broken = [link for link in links if not (text.parent / link).exists()]
    modules = re.findall(r"-m ((?:runtime|connectors|departments|catalogue|certificates|nlu|tests)(?:\.\w+)*)", content)
    absent = [
        name
        for name in modules
        if not (
            (path := ROOT.joinpath(*name.split("."))).with_suffix(".py").exists() or (path / "__main__.py").exists()
        )
    ]
    assert (unknown, broken, absent) == (set(), [], [])


def test_nothing_is_of_one_machine() -> None:
    # Written so that this file does not find itself.
    machine = re.compile("/" + r"root/|/ho" + r"me/\w+/|/wo" + r"rk/(?:main|shared)|/tmp/" + r"e/")
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in machine.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "lock",
    ["package-lock.json", *(path.relative_to(ROOT).as_posix() for path in (ROOT / "requirements").glob("*.txt"))],
)
def test_locks_hold_no_addresses(lock: str) -> None:
    assert re.findall(r"\w+://\S+|--(?:extra-)?index-url|--find-links|\"resolved\"", (ROOT / lock).read_text()) == []


def test_every_test_that_the_page_about_security_names_exists() -> None:
    named = re.findall(r"`([a-z_/]+\.py)::(test_\w+)`", (ROOT / "docs/security.md").read_text())
    assert len(named) > 60
    sources = {file: (ROOT / "tests" / file).read_text() for file, _ in named}
    assert [f"{file}::{test}" for file, test in named if not re.search(rf"def {test}\b", sources[file])] == []


def test_every_line_of_the_page_about_security_names_a_test() -> None:
    rows = re.findall(r"^\| (?!threat|---)(.*) \|$", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if "::test_" not in row] == []
