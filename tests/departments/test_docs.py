"""What docs/departments.md says is what the server does."""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from catalogue.model import STAGES
from departments import numbers, stages
from departments.decisions import Decision
from runtime import signing

TEXT = (Path(__file__).parents[2] / "docs" / "departments.md").read_text()


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.S)


def examples():
    return [json.loads(block) for block in blocks("json")]


def test_the_worked_signature():
    """Computed here from the page's five lines alone, and again by our own code."""
    request, lines = blocks("http")[0], blocks("text")[0].rstrip("\n")
    secret = re.search(r"With the secret `([^`]+)`", TEXT).group(1)
    head, body = request.rstrip("\n").split("\n\n")
    method, path, _ = head.split("\n")[0].split()
    headers = dict(line.split(": ", 1) for line in head.split("\n")[1:])
    by_hand = "v1=" + hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()
    assert headers["X-Sahayak-Signature"] == by_hand
    now = int(headers["X-Sahayak-Timestamp"])
    signing.verify_headers(secret, method, path, body.encode(), headers, now)


@pytest.mark.skipif(not (shutil.which("openssl") and shutil.which("curl")), reason="the example needs openssl and curl")
def test_the_shell_example_against_the_running_server(running, api):
    number = api.number()
    running.desk().do(number, "send_back", **{"field:father_name": "differs"})
    script = next(block for block in blocks("sh") if "openssl" in block)
    environ = {
        "PATH": os.environ["PATH"],
        "method": "PATCH",
        "path": f"/applications/{number}",
        "secret": running.settings.department_secret,
        "address": running.url,
        "key": "7d5f0a52c1e94f1f",
    }
    done = subprocess.run(["bash", "-eu", "-c", script], env=environ, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["stage"] == "under_verification" and answer["fields"]["father_name"] == "Ram Lal"


def test_the_example_application_is_accepted_and_read_back_in_the_shape_shown(running, api, gateway):
    given, shown, event = examples()
    answer = api.post("/applications", given)
    assert answer.status_code == 201 and set(answer.json()) == {"number", "stage", "due"}
    number = answer.json()["number"]
    running.desk().do(number, "send_back", **{"field:father_name": "differs", "document:photo": "blurred"})
    found = api.get(f"/applications/{number}").json()
    assert set(found) == set(shown) and set(found["sent_back"]) == set(shown["sent_back"])
    assert found["fields"]["mobile"] == shown["fields"]["mobile"]
    assert set(event) - set(gateway.wait(1)[0].event) == {"certificate"}


def test_the_numbers_shown_are_right():
    found = set(re.findall(r"\b[A-Z]{3,4}-2026-\d{9}\b", TEXT))
    assert len(found) == 2 and all(numbers.valid(number) for number in found)


def test_every_route_and_stage_and_act_is_described(running):
    paths = httpx.get(running.url + "/openapi.json").json()["paths"]
    for path, methods in paths.items():
        shape = re.sub(r"\{\w+\}", r"\\{\\w+\\}", path)
        for method in methods:
            assert re.search(rf"`{method.upper()} {shape}`", TEXT), (method, path)
    for stage in STAGES:
        assert f"`{stage}`" in TEXT
    for act in stages.ACTS:
        assert f"`{act}`" in TEXT
    assert Decision("take_up", 1).text == ""


def test_every_error_code_that_the_api_gives_is_described():
    """Codes as they stand in the source of what the API calls."""
    room = Path(__file__).parents[2] / "departments"
    files = ("applications", "papers", "tokens", "records", "slots", "idempotency", "office", "values", "conversations")
    named = {"NotFound", "Conflict", "Gone", "Forbidden", "Invalid", "TooLarge", "WrongType", "TooMany"}
    codes = set()
    for name in files:
        for node in ast.walk(ast.parse((room / f"{name}.py").read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in named and len(node.args) > 1:
                code = node.args[1]
                assert isinstance(code, ast.Constant)
                codes.add(code.value)
    assert len(codes) > 15
    assert not {code for code in codes if f"`{code}`" not in TEXT} - {"no_document"}, "the last is the desk's alone"
