"""The rooms and what each may import (docs/architecture.md): read from the sources, and tried in both environments."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"rasa", "tensorflow", "transformers", "torch", "keras", "sklearn"}
RASA = {"rasa", "rasa_sdk", "tensorflow", "transformers", "torch", "keras"}


@dataclass(frozen=True)
class Room:
    """A package of ours: which others it may import, and which libraries it must not."""

    name: str
    may: tuple[str, ...]
    never: frozenset[str]


WITHOUT_RASA = frozenset(RASA)
ROOMS = (
    # The most particular name that fits a module decides.
    Room("catalogue", (), WITHOUT_RASA),
    Room("runtime.bootstrap", (), WITHOUT_RASA),
    Room("runtime.worker", ("catalogue", "dialogue", "actions", "runtime", "nlu.text", "nlu.runner"), frozenset()),
    Room("runtime", ("catalogue",), WITHOUT_RASA),
    Room("nlu.text", (), WITHOUT_RASA),
    Room("nlu.runner", (), frozenset({"rasa_sdk"})),
    Room("nlu.components", ("nlu.text", "catalogue"), frozenset({"rasa_sdk"})),
    Room("nlu", ("nlu.text", "nlu.components", "catalogue", "dialogue", "runtime"), frozenset({"rasa_sdk"})),
    Room("dialogue.importer", ("catalogue", "nlu.text", "runtime", "dialogue"), frozenset({"rasa_sdk"})),
    Room("dialogue.nlg", ("catalogue", "nlu.text", "runtime", "dialogue"), frozenset({"rasa_sdk"})),
    Room("dialogue.policy", ("catalogue", "nlu.text", "runtime", "dialogue"), frozenset({"rasa_sdk"})),
    Room("dialogue.quick_reader", (), frozenset({"rasa_sdk"})),
    Room("dialogue.tracker_store", ("catalogue", "nlu.text", "runtime", "dialogue"), frozenset({"rasa_sdk"})),
    Room("dialogue", ("catalogue", "nlu.text", "runtime"), WITHOUT_RASA),
    Room("actions", ("catalogue", "nlu.text", "dialogue", "runtime"), WITHOUT_RASA - {"rasa_sdk"}),
    Room("departments", ("catalogue", "certificates", "runtime", "nlu.text"), WITHOUT_RASA),
    Room("certificates", ("catalogue",), WITHOUT_RASA),
    Room("connectors", ("catalogue", "certificates.verify", "certificates.web", "runtime"), WITHOUT_RASA),
)
OURS = ("actions", "catalogue", "certificates", "connectors", "departments", "dialogue", "nlu", "runtime", "tests")
WITH_RASA = ("dialogue.importer", "dialogue.nlg", "dialogue.policy", "dialogue.quick_reader", "dialogue.tracker_store")
SHARED = ("catalogue", "nlu.text", "runtime")
"""Rooms that run in both environments."""
APART = ("runtime.worker", "departments.migrations")
"""What brings Rasa on purpose, and what only Alembic can import."""


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def room_of(module: str) -> Room:
    return max((room for room in ROOMS if within(module, room.name)), key=lambda room: len(room.name))


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of ours but the tests, by name."""
    for room in OURS[:-1]:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(module: str, path: Path) -> Iterator[tuple[str, int]]:
    """Names that a module imports, wherever in it, with the line."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            prefix = ".".join([*base, *((node.module or "").split(".") if node.module else [])])
            yield from ((f"{prefix}.{alias.name}", node.lineno) for alias in node.names)


def fault(room: Room, name: str) -> str | None:
    """Why a room may not import a name, or None."""
    top = name.split(".")[0]
    if top not in OURS:
        return f"{room.name} must stay without {top}" if top in room.never else None
    if within(name, room.name) or any(within(name, other) for other in room.may):
        if room.name == "actions" and any(within(name, module) for module in WITH_RASA):
            return f"actions must not import {name}, which brings Rasa"
        return None
    return f"{room.name} may not import {name}"


@pytest.mark.parametrize(("module", "path"), [pytest.param(m, p, id=m) for m, p in modules()])
def test_a_module_imports_only_what_its_room_may(module: str, path: Path) -> None:
    room = room_of(module)
    found = {f"{path.name}:{line}: {why}" for name, line in imported(module, path) if (why := fault(room, name))}
    assert not found


def test_the_rules_do_find_faults() -> None:
    assert fault(room_of("connectors.app"), "actions.base") == "connectors may not import actions.base"
    assert fault(room_of("connectors.app"), "certificates.keys") == "connectors may not import certificates.keys"
    assert fault(room_of("connectors.app"), "certificates.verify") is None
    assert fault(room_of("actions.form"), "rasa.core") == "actions must stay without rasa"
    assert fault(room_of("actions.form"), "rasa_sdk") is None
    assert (
        fault(room_of("actions.form"), "dialogue.nlg.Nlg")
        == "actions must not import dialogue.nlg.Nlg, which brings Rasa"
    )
    assert fault(room_of("runtime.settings"), "runtime.dotenv") is None
    assert fault(room_of("runtime.vault"), "dialogue.draft") == "runtime may not import dialogue.draft"
    assert list(imported("a.b.c", ROOT / "tests" / "architecture" / "relative.txt")) == [("a.d.e", 1), ("a.b.f.g", 2)]


PROBE = """
import importlib, json, sys
names = json.loads(sys.argv[1])
heavy = set(json.loads(sys.argv[2]))
failed = {}
for name in names:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = repr(error)
    brought = heavy & set(sys.modules)
    if brought:
        failed[name] = "brings " + ", ".join(sorted(brought))
        break
print(json.dumps(failed))
"""


def probe(python: str, names: list[str]) -> dict[str, str]:
    """What goes wrong when the modules are imported, one after the other, by an environment's Python."""
    done = subprocess.run(
        [str(ROOT / python), "-c", PROBE, json.dumps(names), json.dumps(sorted(HEAVY))],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def importable(rooms: tuple[str, ...]) -> list[str]:
    """Modules of rooms, without programs (`__main__`) and `APART`."""
    return [
        name
        for name, _ in modules()
        if any(within(name, room) for room in rooms)
        and not name.endswith("__main__")
        and not any(within(name, apart) for apart in APART)
    ]


@pytest.mark.parametrize("python", [".venv/bin/python", ".venv-rasa/bin/python"])
def test_shared_modules_are_importable_in_both_environments_and_light(python: str) -> None:
    assert probe(python, importable(SHARED)) == {}


def test_the_webs_processes_are_importable_without_rasa() -> None:
    assert probe(".venv/bin/python", importable(("certificates", "connectors", "departments"))) == {}


def test_actions_and_dialogue_do_not_bring_rasa() -> None:
    names = [
        name for name in importable(("actions", "dialogue")) if not any(within(name, module) for module in WITH_RASA)
    ]
    assert probe(".venv-rasa/bin/python", names) == {}


def test_rasa_is_not_installed_beside_what_faces_the_internet() -> None:
    code = f"import importlib.util as u; print([n for n in {sorted(HEAVY)} if u.find_spec(n)])"
    done = subprocess.run([str(ROOT / ".venv/bin/python"), "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_preparation_is_valid_for_old_pythons() -> None:
    sources = [path for name, path in modules() if within(name, "runtime.bootstrap")]
    assert len(sources) > 5
    for path in [*sources, ROOT / "runtime" / "__init__.py"]:
        text = path.read_text(encoding="utf-8")
        ast.parse(text, feature_version=(3, 6))
        for name, line in imported("runtime.bootstrap.x", path):
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or within(name, "runtime.bootstrap"), f"{path.name}:{line}: {name}"
            assert top not in ("__future__", "dataclasses"), f"{path.name}:{line}: {name} is not in Python 3.6"
