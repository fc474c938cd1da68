"""The actions' client against the running server, and against one that fails."""

from __future__ import annotations

import asyncio
from datetime import datetime

import httpx
import pytest

from actions.department import TRIES, DepartmentClient
from actions.department_answers import DepartmentNotFound, DepartmentRefused, DepartmentUnavailable
from tests.departments.conftest import PNG, submission


async def no_pause(_: float) -> None:
    return None


def client(running, **more):
    return DepartmentClient(
        running.url, running.settings.department_secret, now=lambda: running.clock().timestamp(), sleep=no_pause, **more
    )


def test_every_call(running, api, new_key):
    async def journey():
        department = client(running)
        key = new_key()
        filed = await department.submit(submission(), key)
        assert (await department.submit(submission(), key)) == filed
        assert filed.stage == "submitted" and filed.due
        done = await department.add_document(filed.number, "photo", "फोटो.png", "image/png", PNG, new_key())
        assert done.document == "photo" and len(done.sha256) == 64 and done.stage == "submitted"
        found = await department.get(filed.number)
        assert found.documents == ("photo",) and isinstance(found.history[0].at, datetime)
        slots = await department.slots("driving_licence")
        assert slots and slots[0].at.tzinfo is not None
        await department.aclose()
        return filed.number

    number = asyncio.run(journey())
    running.desk().do(number, "send_back", text="नोट", **{"field:father_name": "अलग है", "document:photo": "धुंधला"})

    async def repaired():
        department = client(running)
        found = await department.get(number)
        assert found.sent_back.fields[0].reason == "अलग है" and found.sent_back.note == "नोट"
        await department.repair(number, {"father_name": "Ram Lal"}, new_key(), {"father_name": "राम लाल"})
        done = await department.add_document(number, "photo", "", "image/png", PNG + b"x", new_key())
        assert done.stage == "under_verification"

    asyncio.run(repaired())
    desk = running.desk()
    desk.do(number, "approve")
    running.desk("officer2").do(number, "issue")

    async def fetched():
        department = client(running)
        found = await department.get(number)
        assert found.certificate.status == "valid"
        about = await department.certificate(number)
        assert about.number == found.certificate.number and about.kind == "income"
        token = await department.token(about.number, "conversation-1")
        assert token.url.endswith(token.token) and token.expires_at > running.clock()
        with pytest.raises(DepartmentRefused) as caught:
            await department.token(about.number, "conversation-of-another")
        assert caught.value.code == "foreign_reference"

    asyncio.run(fetched())


def test_refusals(running, new_key):
    async def refused():
        department = client(running)
        with pytest.raises(DepartmentRefused) as caught:
            await department.submit(submission(fields={"dob": "yesterday"}), new_key())
        assert caught.value.code == "invalid_fields" and caught.value.problems[0].id == "dob" and caught.value.detail
        with pytest.raises(DepartmentNotFound):
            await department.get("REV-2026-482159379")
        filed = await department.submit(submission(), new_key())
        assert (await department.withdraw(filed.number, "citizen", new_key())).stage == "withdrawn"

    asyncio.run(refused())


@pytest.mark.parametrize("answers", [[503, 503, 200], [None, 200], [500, None, 200]])
def test_tried_again_with_the_same_key(answers):
    seen = []

    def handler(request):
        seen.append((request.headers["Idempotency-Key"], request.content))
        answer = answers[len(seen) - 1]
        if answer is None:
            raise httpx.ConnectError("no")
        return httpx.Response(answer, json={"number": "X", "stage": "submitted", "due": None})

    async def go():
        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        return await DepartmentClient("http://d", "s", http, sleep=no_pause).submit({"a": 1}, "key-of-the-draft")

    assert asyncio.run(go()).number == "X"
    assert len(seen) == len(answers) and len(set(seen)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"unexpected": 1}),
        httpx.Response(200, json=[1]),
        httpx.Response(302, headers={"location": "/"}),
    ],
)
def test_unavailable(answer):
    seen = []

    def handler(request):
        seen.append(request)
        return answer

    async def go():
        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        await DepartmentClient("http://d", "s", http, sleep=no_pause).get("X")

    with pytest.raises(DepartmentUnavailable):
        asyncio.run(go())
    assert len(seen) <= TRIES
