"""A certificate that the department took back is not handed out, and the person is told why in their language."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from actions.department import DepartmentClient
from catalogue import messages
from runtime.settings import Settings
from tests.conversations.chat import Chat
from tests.conversations.citizen import apply_for, read

pytestmark = pytest.mark.rasa
NUMBER = "REVC-2026-986889752"


class Revoked(httpx.AsyncBaseTransport):
    """The line to a department that has issued every certificate and taken it back."""

    def __init__(self) -> None:
        self._real = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/tokens"):
            return httpx.Response(409, json={"code": "revoked", "detail": "The certificate was revoked."})
        answer = await self._real.handle_async_request(request)
        if request.method != "GET" or not request.url.path.startswith("/applications/"):
            return answer
        body: dict[str, Any] = json.loads(await answer.aread())
        ref = {"number": NUMBER, "issued_at": "2026-11-30T10:00:00+05:30", "status": "revoked"}
        return httpx.Response(200, json={**body, "stage": "certificate_issued", "certificate": ref})


@pytest.fixture
def chat(department_settings: Settings) -> Iterator[Chat]:
    from actions.services import make
    from runtime.worker.brain import Brain
    from runtime.worker.models import in_force
    from tests.conftest import ROOT

    loop = asyncio.new_event_loop()
    client = DepartmentClient(
        department_settings.departments_url,
        department_settings.department_secret,
        httpx.AsyncClient(transport=Revoked()),
    )
    services = dataclasses.replace(make(department_settings), department=client)
    yield Chat(Brain(in_force(ROOT / "models"), services, lambda: uuid.uuid4().hex), services, loop)
    loop.close()


@pytest.mark.parametrize(("citizen", "question"), [("en_native", "status"), ("ur_native", "میری درخواست کا کیا ہوا")])
def test_a_certificate_taken_back(chat: Chat, citizen: str, question: str) -> None:
    person = read(citizen)
    apply_for(chat, person, "income_certificate")
    told = messages.load().text("certificate_revoked")[person.lang].partition("{number}")[2]
    chat.say(question)
    assert told.strip(" :") in chat.text
    assert not any(choice.id.startswith("download:") for choice in chat.choices)
    chat.tap(f"download:{NUMBER}")
    assert told.strip(" :") in chat.text and "/c/" not in chat.text
