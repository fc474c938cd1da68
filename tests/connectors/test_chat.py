"""The web chat's protocol over HTTP, as a browser speaks it."""

from __future__ import annotations

import asyncio
import io
import threading
import time
import uuid

import httpx
import pytest
from starlette.datastructures import UploadFile
from starlette.requests import Request

from catalogue.model import LANGUAGES
from connectors.bodies import read_form
from runtime import keys
from runtime.records import Ask, Attachment, Choice, Outbound
from tests.connectors.conftest import Gateway, conversation_of


def outbound(conversation: str, number: int, **more: object) -> Outbound:
    fields = {"id": f"o{number}", "conversation": conversation, "channel": "web", "text": f"text {number}", **more}
    return Outbound(**fields)  # type: ignore[arg-type]


def test_a_session_is_unguessable_and_nowhere_kept(gateway: Gateway) -> None:
    answer = gateway.http.post("/chat/sessions", json={"lang": "ur"})
    session = answer.json()["session"]
    assert answer.status_code == 201 and len(session) == 43
    assert gateway.session() != session
    assert gateway.redis.hgetall(keys.contact(conversation_of(session))) == {"channel": "web", "lang": "ur"}
    everything = gateway.redis.keys("*")
    assert not any(session in name for name in everything)


def test_a_session_needs_no_body(gateway: Gateway) -> None:
    assert gateway.http.post("/chat/sessions").status_code == 201


@pytest.mark.parametrize("lang", ["fr", 1, ["hi"], {}])
def test_a_language_that_is_none_of_ours_is_refused(gateway: Gateway, lang: object) -> None:
    answer = gateway.http.post("/chat/sessions", json={"lang": lang})
    assert answer.status_code == 400 and answer.json()["code"] == "bad_request"


def test_text_choice_and_their_repeats(gateway: Gateway) -> None:
    session = gateway.session("hi")
    identifier = str(uuid.uuid4())
    first = gateway.say(session, "Hi\u202e there\x00", identifier)
    assert first.status_code == 202
    again = gateway.say(session, "something else", identifier.upper())
    assert (again.status_code, again.json()) == (202, first.json())
    tap = {"type": "choice", "id": str(uuid.uuid4()), "choice": "lang:hi"}
    assert gateway.http.post(f"/chat/sessions/{session}/messages", json=tap).status_code == 202
    said, tapped = gateway.inbox()
    assert (said.kind, said.text, said.lang, said.id) == ("text", "Hi there", "hi", identifier)
    assert (tapped.kind, tapped.choice) == ("choice", "lang:hi")


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        ({"type": "text", "text": "a"}, 400, "bad_request"),
        ({"type": "text", "id": "not-a-uuid", "text": "a"}, 400, "bad_request"),
        ({"type": "text", "id": str(uuid.uuid4())}, 400, "bad_request"),
        ({"type": "text", "id": str(uuid.uuid4()), "text": ["a"]}, 400, "bad_request"),
        ({"type": "text", "id": str(uuid.uuid4()), "text": " \u202e "}, 400, "empty"),
        ({"type": "text", "id": str(uuid.uuid4()), "text": "अ" * 4097}, 413, "text_too_long"),
        ({"type": "choice", "id": str(uuid.uuid4()), "choice": "x" * 257}, 400, "bad_request"),
        ({"type": "voice", "id": str(uuid.uuid4()), "voice": "a"}, 400, "bad_request"),
        ([], 400, "bad_request"),
    ],
)
def test_what_is_not_of_the_protocol_is_refused_kindly(
    gateway: Gateway, message: object, status: int, code: str
) -> None:
    session = gateway.session("pa")
    answer = gateway.http.post(f"/chat/sessions/{session}/messages", json=message)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert any("\u0a00" <= letter <= "\u0a7f" for letter in answer.json()["text"])
    assert gateway.inbox() == []


def test_refusals_follow_the_browser_where_there_is_no_session(gateway: Gateway) -> None:
    texts = set()
    for lang in LANGUAGES:
        headers = {"Accept-Language": f"fr, {lang};q=0.8"}
        answer = gateway.http.post("/chat/sessions/unknown/messages", json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "session_unknown")
        texts.add(answer.json()["text"])
    assert len(texts) == 4


def test_events_come_once_in_order_and_after_a_break(gateway: Gateway) -> None:
    session = gateway.session()
    conversation = conversation_of(session)
    full = outbound(
        conversation,
        1,
        in_reply_to="m1",
        lang="ur",
        dir="rtl",
        choices=(Choice("confirm:yes", "ہاں", "d"),),
        asks=(Ask("income_certificate", "annual_income", "money"),),
        attachment=Attachment("https://example.org/c/x", "a.pdf", "application/pdf", certificate="C-1"),
    )
    gateway.answer(conversation, full, outbound(conversation, 2, kind="turn_end", in_reply_to="m1"))
    first, second = gateway.events(session, 2)
    assert first[1] == "message" and second[1] == "turn_end"
    assert first[2] == {
        "id": "o1",
        "in_reply_to": "m1",
        "lang": "ur",
        "dir": "rtl",
        "text": "text 1",
        "choices": [{"id": "confirm:yes", "title": "ہاں", "description": "d"}],
        "asks": [{"service": "income_certificate", "field": "annual_income", "kind": "money"}],
        "attachment": {"url": "https://example.org/c/x", "name": "a.pdf", "mime": "application/pdf"},
    }
    assert second[2] == {"in_reply_to": "m1"}
    gateway.answer(conversation, *(outbound(conversation, number) for number in range(3, 203)))
    rest = gateway.events(session, 200, last=second[0])
    assert [event[2]["id"] for event in rest] == [f"o{number}" for number in range(3, 203)]
    assert rest[0][2]["in_reply_to"] is None
    entries = gateway.redis.xrange(keys.outbox(conversation))
    assert [event[0] for event in (first, second, *rest)] == [entry for entry, _ in entries]


def test_an_open_stream_is_woken_at_once(gateway: Gateway) -> None:
    session = gateway.session()
    conversation = conversation_of(session)
    came: list[float] = []

    def listen() -> None:
        for _ in gateway.events(session, 1):
            came.append(time.monotonic())

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(0.5)
    sent = time.monotonic()
    gateway.answer(conversation, outbound(conversation, 1))
    listener.join(10)
    assert came and came[0] - sent < 0.3


def test_a_session_that_does_not_exist_has_no_stream(gateway: Gateway) -> None:
    assert gateway.http.get("/chat/sessions/nope/events").status_code == 404
    assert gateway.http.get(f"/chat/sessions/{'a' * 43}/events").status_code == 404


def test_too_many_messages_of_one_person_are_answered_kindly(gateway: Gateway) -> None:
    session = gateway.session("hi")
    answers = [gateway.say(session, f"m {number}") for number in range(70)]
    taken = [answer for answer in answers if answer.status_code == 202]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(taken) + len(refused) == 70 and 60 <= len(taken) <= 66
    assert refused[0].json()["code"] == "too_many_messages" and "मिनट" in refused[0].json()["text"]
    assert int(refused[0].headers["Retry-After"]) > 0
    assert len(gateway.inbox()) == len(taken)


def test_redis_away_is_503_and_the_message_can_be_sent_again(gateway: Gateway) -> None:
    session = gateway.session("hi")
    gateway.redis.config_set("maxmemory", "1")
    try:
        answer = gateway.say(session, "will it be kept?")
        assert answer.status_code == 503 and answer.json()["code"] == "unavailable"
        assert gateway.http.get("/readyz").status_code == 503
    finally:
        gateway.redis.config_set("maxmemory", "0")
    assert gateway.say(session, "now it is").status_code == 202
    assert [inbound.text for inbound in gateway.inbox()] == ["now it is"]


def test_a_body_beyond_its_limit_is_refused(gateway: Gateway) -> None:
    session = gateway.session()
    path = f"/chat/sessions/{session}/messages"
    long = gateway.http.post(path, content=b"[" * 70_000, headers={"Content-Type": "application/json"})
    assert (long.status_code, long.json()["code"]) == (413, "too_large")
    form = gateway.http.post(path, data={"id": str(uuid.uuid4())}, files={"file": ("a.jpg", b"\xff" * (22 << 20))})
    assert (form.status_code, form.json()["code"]) == (413, "too_large")


def test_only_listed_sites_may_talk_to_the_chat(gateway: Gateway) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = gateway.http.options("/chat/sessions", headers=headers)
    assert "access-control-allow-origin" not in answer.headers
    script = gateway.http.get("/widget.js", headers={"Origin": "https://elsewhere.example"})
    assert script.headers["access-control-allow-origin"] == "*"


def test_another_name_is_not_answered(gateway: Gateway) -> None:
    answer = httpx.get(f"{gateway.url}/chat/sessions", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert httpx.get(f"{gateway.url}/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_a_large_upload_is_not_put_on_the_disk_in_clear() -> None:
    sent = httpx.Request("POST", "http://x/", data={"id": "i"}, files={"file": ("a.jpg", b"\xff" * 3_000_000)})
    body = sent.read()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def read() -> None:
        headers = [(b"content-type", sent.headers["content-type"].encode())]
        form = await read_form(Request({"type": "http", "method": "POST", "headers": headers}, receive), 21_000_000)
        file = form["file"]
        assert isinstance(file, UploadFile) and file.size == 3_000_000 and form["id"] == "i"
        assert isinstance(file.file._file, io.BytesIO), "not a file of the system's"  # type: ignore[attr-defined]
        await form.close()

    asyncio.run(read())
