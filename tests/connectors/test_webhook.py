"""The webhook: handshake, signature, and everything a body may hold."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import contacts
from connectors.whatsapp import payload
from runtime import keys
from tests.connectors.conftest import NUMBER, SECRET, VERIFY, Gateway
from tests.standin import bodies
from tests.standin.bodies import Person
from tests.standin.server import StandIn, text_of

ASHA = Person("919811100001", "IN.1")


def post(gateway: Gateway, body: bytes, secret: str = SECRET) -> httpx.Response:
    headers = {"X-Hub-Signature-256": bodies.signature(body, secret), "Content-Type": "application/json"}
    return gateway.http.post("/webhooks/whatsapp", content=body, headers=headers)


def text(person: Person, identifier: str, words: str, at: float | None = None) -> dict[str, Any]:
    return bodies.message(person, identifier, at or time.time(), "text", {"body": words})


def test_the_handshake(gateway: Gateway) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    answer = gateway.http.get("/webhooks/whatsapp", params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({"hub.verify_token": "é"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
        assert gateway.http.get("/webhooks/whatsapp", params=query | wrong).status_code == 403


def test_a_wrong_or_missing_signature_is_403_and_stores_nothing(gateway: Gateway) -> None:
    body = bodies.body(bodies.value(NUMBER, messages=[text(ASHA, "wamid.1", "Hi")]))
    assert gateway.http.post("/webhooks/whatsapp", content=body).status_code == 403
    assert post(gateway, body, "another secret").status_code == 403
    headers = [(b"X-Hub-Signature-256", "sha256=é\u20ac".encode())]
    assert gateway.http.post("/webhooks/whatsapp", content=body, headers=headers).status_code == 403
    assert gateway.inbox() == []


def test_all_entries_changes_and_messages_of_a_body(gateway: Gateway) -> None:
    ravi = Person("919811100002")
    one = bodies.value(NUMBER, messages=[text(ASHA, "w1", "one"), text(ravi, "w2", "two")])
    two = bodies.value(NUMBER, messages=[text(ASHA, "w3", "three")], contacts=[ASHA.contact()])
    data = json.loads(bodies.body(one, two))
    data["entry"].append(json.loads(bodies.body(bodies.value(NUMBER, messages=[text(ravi, "w4", "four")])))["entry"][0])
    body = json.dumps(data).encode()
    assert post(gateway, body).status_code == 200
    assert post(gateway, body).status_code == 200
    assert sorted(inbound.text for inbound in gateway.inbox()) == ["four", "one", "three", "two"]
    assert len({inbound.conversation for inbound in gateway.inbox()}) == 2


def test_numbers_and_user_ids_lead_to_one_conversation(gateway: Gateway) -> None:
    number_only, both, id_only = Person("919811100009"), Person("919811100009", "IN.7"), Person("", "IN.7")
    for place, person in enumerate((number_only, both, id_only, number_only)):
        assert (
            post(gateway, bodies.body(bodies.value(NUMBER, messages=[text(person, f"w{place}", "x")]))).status_code
            == 200
        )
    assert len({inbound.conversation for inbound in gateway.inbox()}) == 1
    assert not any("919811100009" in name for name in gateway.redis.keys("*"))


def test_a_number_that_went_to_another_person_gets_a_conversation_of_its_own(gateway: Gateway) -> None:
    for place, person in enumerate((Person("919811100009", "IN.7"), Person("919811100009", "IN.8"))):
        post(gateway, bodies.body(bodies.value(NUMBER, messages=[text(person, f"w{place}", "x")])))
    first, second = gateway.inbox()
    assert first.conversation != second.conversation


def test_a_changed_number_keeps_the_conversation(gateway: Gateway) -> None:
    old, new = Person("919811100009", "IN.7"), Person("919811100010", "IN.8")
    post(gateway, bodies.body(bodies.value(NUMBER, messages=[text(old, "w1", "x")])))
    change = {"body": "Asha changed", "type": "user_changed_number", "wa_id": new.phone, "user_id": new.user_id}
    system = bodies.message(old, "w2", time.time(), "system", change)
    assert post(gateway, bodies.body(bodies.value(NUMBER, messages=[system]))).status_code == 200
    post(gateway, bodies.body(bodies.value(NUMBER, messages=[text(new, "w3", "y")])))
    post(gateway, bodies.body(bodies.value(NUMBER, messages=[text(Person(old.phone, "IN.99"), "w4", "z")])))
    first, moved, stranger = gateway.inbox()
    assert first.conversation == moved.conversation != stranger.conversation
    stored = gateway.redis.hgetall(keys.contact(first.conversation))
    contact = contacts.opened(gateway.codec, first.conversation, stored)
    assert (contact["phone"], contact["user_id"]) == (new.phone, new.user_id)


def test_the_last_message_time_never_goes_backwards(gateway: Gateway) -> None:
    now = time.time()
    for place, at in enumerate((now - 50, now - 5000, now + 900)):
        post(gateway, bodies.body(bodies.value(NUMBER, messages=[text(ASHA, f"w{place}", "x", at)])))
        name = keys.contact(gateway.inbox()[0].conversation)
        last = float(gateway.redis.hget(name, "last_inbound_at") or 0)
        assert last >= int(now - 50)
    assert last <= time.time(), "a clock ahead of ours does not lengthen the window"


@pytest.mark.parametrize(
    ("kind", "content", "stored"),
    [
        ("text", {"body": "/restart\x00\u202e"}, ("text", "/restart", "")),
        ("button", {"payload": "status:DL-1", "text": "See details"}, ("choice", "See details", "status:DL-1")),
        (
            "interactive",
            {"type": "button_reply", "button_reply": {"id": "confirm:yes", "title": "Yes"}},
            ("choice", "Yes", "confirm:yes"),
        ),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "service:x", "title": "X", "description": "d"}},
            ("choice", "X", "service:x"),
        ),
        (
            "interactive",
            {"type": "nfm_reply", "nfm_reply": {"response_json": "{}", "body": "Sent"}},
            ("unsupported", "", ""),
        ),
        (
            "location",
            {"latitude": 28.6, "longitude": 77.2, "name": "Home", "address": "Delhi"},
            ("text", "Home, Delhi", ""),
        ),
        ("location", {"latitude": 28.6, "longitude": 77.2}, ("unsupported", "", "")),
        ("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True}, ("unsupported", "", "")),
        ("video", {"id": "1", "mime_type": "video/mp4"}, ("unsupported", "", "")),
        ("sticker", {"id": "1", "mime_type": "image/webp", "animated": False}, ("unsupported", "", "")),
        ("contacts", [{"name": {"formatted_name": "A"}, "phones": [{"phone": "+91"}]}], ("unsupported", "", "")),
        ("order", {"catalog_id": "1", "product_items": []}, ("unsupported", "", "")),
        (
            "edit",
            {"original_message_id": "w", "message": {"type": "text", "text": {"body": "b"}}},
            ("unsupported", "", ""),
        ),
        ("unsupported", {"type": "poll"}, ("unsupported", "", "")),
        ("hologram", {"anything": [1, None]}, ("unsupported", "", "")),
        ("reaction", {"message_id": "w", "emoji": ""}, None),
    ],
)
def test_every_type_of_message(
    gateway: Gateway, kind: str, content: object, stored: tuple[str, str, str] | None
) -> None:
    message = bodies.message(ASHA, "w1", time.time(), kind, content)  # type: ignore[arg-type]
    assert post(gateway, bodies.body(bodies.value(NUMBER, messages=[message]))).status_code == 200
    found = [(inbound.kind, inbound.text, inbound.choice) for inbound in gateway.inbox()]
    assert found == ([stored] if stored else [])
    if stored and stored[0] == "unsupported":
        assert gateway.inbox()[0].event == {"type": kind}


def test_a_message_taken_back_before_it_was_read_is_erased(gateway: Gateway) -> None:
    post(
        gateway, bodies.body(bodies.value(NUMBER, messages=[text(ASHA, "w1", "my secret"), text(ASHA, "w2", "hello")]))
    )
    revoke = bodies.message(ASHA, "w3", time.time(), "revoke", {"original_message_id": "w1"})
    assert post(gateway, bodies.body(bodies.value(NUMBER, messages=[revoke]))).status_code == 200
    assert [inbound.text for inbound in gateway.inbox()] == ["hello"]
    stream = keys.inbox(keys.partition(gateway.inbox()[0].conversation))
    gateway.redis.xgroup_create(stream, keys.GROUP, id="0")
    gateway.redis.xreadgroup(keys.GROUP, "w", {stream: ">"})
    revoke = bodies.message(ASHA, "w4", time.time(), "revoke", {"original_message_id": "w2"})
    assert post(gateway, bodies.body(bodies.value(NUMBER, messages=[revoke]))).status_code == 200
    assert [inbound.text for inbound in gateway.inbox()] == ["hello"], "what a worker holds is the worker's"


def test_statuses_never_go_backwards(gateway: Gateway) -> None:
    for name in ("read", "sent", "delivered", "failed", "mystery"):
        status = bodies.status(ASHA, "wamid.o", name, time.time(), "out-1", 131000 if name == "failed" else 0)
        assert post(gateway, bodies.body(bodies.value(NUMBER, statuses=[status]))).status_code == 200
    assert gateway.redis.hget(keys.delivery("out-1"), "status") == "read"


def test_redis_away_is_503_and_the_repeat_loses_nothing(gateway: Gateway) -> None:
    body = bodies.body(bodies.value(NUMBER, messages=[text(ASHA, "w1", "one"), text(ASHA, "w2", "two")]))
    gateway.redis.config_set("maxmemory", "1")
    try:
        assert post(gateway, body).status_code == 503
    finally:
        gateway.redis.config_set("maxmemory", "0")
    assert post(gateway, body).status_code == 200
    assert [inbound.text for inbound in gateway.inbox()] == ["one", "two"]


def test_too_many_messages_are_answered_once_with_a_kind_word(gateway: Gateway, meta: StandIn) -> None:
    meta.meta.wrote(ASHA, "w0", time.time())
    many = [text(ASHA, f"w{number}", str(number)) for number in range(80)]
    assert post(gateway, bodies.body(bodies.value(NUMBER, messages=many))).status_code == 200
    assert 60 <= len(gateway.inbox()) <= 65
    [sent] = meta.wait_for(ASHA, 1)
    assert "wait a minute" in text_of(sent.payload)
    time.sleep(0.3)
    assert len(meta.to(ASHA)) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b"[" * 50_000, b'{"entry":{}}', b'{"entry":[{"changes":[{}]}]}']
    + [b'{"entry":[{"changes":[{"field":"account_update","value":{"event":"x"}}]}]}'],
)
def test_signed_but_unknown_content_is_acknowledged_and_its_form_kept(gateway: Gateway, body: bytes) -> None:
    assert post(gateway, body).status_code == 200
    assert gateway.redis.xlen(keys.STRANGE) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "id",
        "from",
        "from_user_id",
        "timestamp",
        "type",
        "text",
        "body",
        "interactive",
        "button_reply",
        "list_reply",
        "button",
        "image",
        "document",
        "system",
        "revoke",
        "caption",
        "mime_type",
        "sha256",
        "filename",
        "title",
        "payload",
        "wa_id",
        "user_id",
        "reaction",
        "emoji",
        "context",
        "errors",
    ]
)
MESSAGE = st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON, max_size=5), max_size=8)
VALUE = st.fixed_dictionaries(
    {},
    optional={
        "messages": st.lists(MESSAGE | JSON, max_size=4) | JSON,
        "statuses": st.lists(st.dictionaries(st.sampled_from(["id", "status", "errors", "timestamp"]), JSON) | JSON)
        | JSON,
        "contacts": st.lists(st.dictionaries(st.sampled_from(["wa_id", "user_id", "profile"]), JSON) | JSON) | JSON,
        "metadata": JSON,
    },
)


@settings(max_examples=400, deadline=None)
@given(st.lists(VALUE, max_size=3), JSON)
def test_no_body_stops_the_reader(values: list[Any], other: Any) -> None:
    batch = payload.read(bodies.body(*values))
    for message in batch.messages:
        assert message.id and (message.sender.phone or message.sender.user_id)
    payload.read(json.dumps(other).encode())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUE, min_size=1, max_size=2))
def test_no_signed_body_is_refused(gateway: Gateway, values: list[Any]) -> None:
    assert post(gateway, bodies.body(*values)).status_code == 200
