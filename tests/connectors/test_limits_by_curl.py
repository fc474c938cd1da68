"""Rate limits as a shell sees them: refused in words of the person's language, told when, and served again then."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import uuid

import pytest

from catalogue import messages
from tests.connectors.conftest import Gateway

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
FORWARDED = "X-Forwarded-For: 203.0.113."
"""Documentation addresses: what the server in front hands over."""


def curl(*arguments: str) -> list[tuple[int, str, str]]:
    """(status, Retry-After, body) of each request."""
    form = "\\n%{http_code}\\t%header{retry-after}\\n\\x1e"
    done = subprocess.run(["curl", "-sS", "-w", form, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = []
    for part in done.stdout.replace("\\x1e", "\x1e").split("\x1e")[:-1]:
        body, _, last = part.rstrip("\n").rpartition("\n")
        status, _, wait = last.partition("\t")
        found.append((int(status), wait, body.strip()))
    return found


def test_a_shell_is_refused_kindly_and_served_again_later(gateway: Gateway) -> None:
    post = ("-X", "POST", "-H", "Accept-Language: hi", "-H", FORWARDED + "7")
    answers = curl(*post, f"{gateway.url}/chat/sessions?n=[1-160]")
    refused = [answer for answer in answers if answer[0] == 429]
    assert {status for status, _, _ in answers} == {201, 429} and len(answers) - len(refused) >= 120
    _, wait, body = refused[-1]
    told = json.loads(body)
    assert told == {"code": "too_many_requests", "text": messages.load().render("gateway_too_many_requests", "hi")}
    assert 1 <= int(wait) <= 5
    other = curl("-X", "POST", "-H", FORWARDED + "8", f"{gateway.url}/chat/sessions")
    assert other[0][0] == 201, "another address is not held to it"
    time.sleep(int(wait))
    assert curl(*post, f"{gateway.url}/chat/sessions")[0][0] == 201


def test_one_person_is_slowed_down_and_nobody_else(gateway: Gateway) -> None:
    session, other = gateway.session("ur"), gateway.session("pa")

    def send(key: str, count: int) -> list[tuple[int, str, str]]:
        arguments: list[str] = []
        for number in range(count):
            body = json.dumps({"type": "text", "id": str(uuid.uuid4()), "text": f"hello {number}"})
            arguments += ["--next"] if arguments else []
            arguments += ["-sS", "-w", "\\n%{http_code}\\t%header{retry-after}\\n\\x1e", "-d", body]
            arguments += ["-H", "Content-Type: application/json", f"{gateway.url}/chat/sessions/{key}/messages"]
        return curl(*arguments)

    answers = send(session, 90)
    taken = [answer for answer in answers if answer[0] == 202]
    refused = [answer for answer in answers if answer[0] == 429]
    assert len(taken) >= 60 and refused and len(taken) + len(refused) == 90
    assert json.loads(refused[0][2]) == {
        "code": "too_many_messages",
        "text": messages.load().render("gateway_too_many_messages", "ur"),
    }
    assert int(refused[0][1]) > 0
    assert {status for status, _, _ in send(other, 5)} == {202}
    assert len(gateway.inbox()) == len(taken) + 5, "what was refused was not stored, what was taken was"
