"""Conversations handed over to staff: the API's side, the desk's pages, the events, what is kept and for how long."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from departments import conversations, officers
from departments.tables import Callback, Conversation, Utterance
from runtime import signing
from tests.departments.conftest import csrf
from tests.departments.test_callbacks import HeaderView

AT = "2026-12-01T11:00:00+05:30"
LIST = "/desk/conversations"
WORDS = "मेरा नाम Quintilla गलत छपा है"


def handed(**changes):
    return {
        "reference": "w-" + "1" * 32,
        "language": "hi",
        "channel": "web",
        "service": "income_certificate",
        "draft": {"step": 3, "steps": 9},
        "said": [
            {"by": "person", "text": WORDS, "language": "hi", "at": AT},
            {"by": "assistant", "text": "What is your occupation?", "language": "en", "at": AT},
        ],
        **changes,
    }


def call(**changes):
    consent = {"version": "1", "language": "hi", "at": AT, "channel": "web"}
    return handed(call={"phone": "9876501234", "not_before": AT, "consent": consent}, **changes)


def opened(api, body=None):
    answer = api.post("/conversations", body or handed())
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def do(desk, conversation, act, **fields):
    page = f"{LIST}/{conversation}"
    return desk.post(page, f"{page}/acts/{act}", **fields)


class TestApi:
    def test_a_hand_over_is_queued_once(self, api, new_key):
        key = new_key()
        first = api.post("/conversations", handed(), key)
        assert first.status_code == 201 and first.json() == {**first.json(), "status": "waiting", "ahead": 0}
        assert api.post("/conversations", handed(), key).json() == first.json(), "the same request again"
        assert opened(api) == first.json()["id"], "another request of the same person keeps its place"
        other = api.post("/conversations", handed(reference="w-" + "2" * 32))
        assert other.json()["ahead"] == 1 and other.json()["id"] != first.json()["id"]
        elsewhere = api.post("/conversations", handed(reference="w-" + "3" * 32, service=None, draft=None))
        assert elsewhere.json()["ahead"] == 0, "another desk, another queue"

    def test_words_are_added_until_it_is_closed(self, running, api, new_key):
        conversation, key = opened(api), new_key()
        said = {"text": "still there?", "language": "hi", "at": AT}
        for _ in range(2):
            assert api.post(f"/conversations/{conversation}/messages", said, key).status_code == 201
        assert running.desk().page(f"{LIST}/{conversation}").count("still there?") == 1
        assert api.post(f"/conversations/{conversation}/close", {"why": "left"}).json()["status"] == "closed"
        assert api.post(f"/conversations/{conversation}/close", {"why": "unanswered"}).status_code == 200
        late = api.post(f"/conversations/{conversation}/messages", said)
        assert late.status_code == 409 and late.json()["code"] == "closed"
        assert opened(api) != conversation, "after that it begins anew"

    def test_refusals(self, api):
        assert api.post("/conversations", handed(service="no_such")).json()["code"] == "no_service"
        assert api.post("/conversations/0123/close", {"why": "left"}).json()["code"] == "no_conversation"
        assert api.post("/conversations", handed(said=[{"by": "officer", "text": "x"}])).status_code == 422
        assert api.post("/conversations", {**call(), "call": {"phone": "call me", "not_before": AT}}).status_code == 422
        unsigned = httpx.post(f"{api.url}/conversations", json=handed(), headers={"Idempotency-Key": "k" * 12})
        assert unsigned.status_code == 401

    def test_a_hand_over_at_the_same_moment_is_one(self, running, api):
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: opened(api), range(4)))
        assert len(set(found)) == 1


class TestDesk:
    def test_taken_answered_and_given_back(self, running, api, gateway):
        conversation = opened(api)
        desk = running.desk()
        assert f"{LIST}/{conversation}" in desk.page(LIST) and "Waiting (1)" in desk.page(LIST)
        assert WORDS not in desk.page(LIST), "the queue shows nobody's words"
        page = desk.page(f"{LIST}/{conversation}")
        assert WORDS in page and "step 3 of 9" in page and 'dir="auto"' in page and 'name="text"' not in page
        assert do(desk, conversation, "take").status_code == 200
        assert "Mine (1)" in desk.page(LIST) and f"{LIST}/{conversation}" in desk.page(f"{LIST}?show=mine")
        answer = do(desk, conversation, "reply", text="Please <b>come</b>\nto counter 4")
        assert "&lt;b&gt;come&lt;/b&gt;" in answer.text
        assert do(desk, conversation, "give_back").status_code == 200
        assert f"{LIST}/{conversation}" in desk.page(f"{LIST}?show=closed")
        got = gateway.wait(3)
        assert [r.event["what"] for r in got] == ["taken", "message", "given_back"]
        assert {r.path for r in got} == {"/departments/revenue/events"}
        assert got[1].event["text"] == "Please <b>come</b>\nto counter 4"
        for one in got:
            signing.verify_headers(
                running.settings.department_secret,
                "POST",
                one.path,
                one.body,
                HeaderView(one.headers),
                running.clock().timestamp(),
            )
            assert one.event["conversation"] == conversation and one.event["reference"] == handed()["reference"]
            assert "officer" not in str(one.event).lower(), "the office is named, never who sits there"

    def test_every_look_and_every_act_is_in_the_trail_without_words(self, running, api):
        conversation = opened(api)
        desk = running.desk()
        do(desk, conversation, "take")
        do(desk, conversation, "reply", text="counter 4")
        do(desk, conversation, "give_back")
        trail = desk.page(f"/desk/audit?subject={conversation}")
        acts = ("view conversation", "conversation take", "conversation reply", "conversation give back")
        assert all(act in trail for act in acts) and "officer1" in trail
        assert "counter 4" not in trail and "Quintilla" not in trail

    def test_two_officers_and_one_conversation(self, running, api):
        conversation = opened(api)
        one, two = running.desk("officer1"), running.desk("officer2")
        stale = two.page(f"{LIST}/{conversation}")
        do(one, conversation, "take")
        version = re.search(r'name="version" value="(\d+)"', stale).group(1)
        late = two.http.post(f"{LIST}/{conversation}/acts/take", data={"csrf": csrf(stale), "version": version})
        assert late.status_code == 409 and "Take over from Officer One" in late.text
        assert do(two, conversation, "reply", text="mine").status_code == 409
        assert do(two, conversation, "take").status_code == 200, "knowingly, it can be taken over"
        mine = do(one, conversation, "reply", text="my long answer")
        assert mine.status_code == 409 and "Another officer has this conversation" in mine.text

    def test_words_of_the_person_do_not_stand_in_an_officers_way(self, running, api):
        conversation = opened(api)
        desk = running.desk()
        stale = desk.page(f"{LIST}/{conversation}")
        said = {"text": "hurry", "language": "hi", "at": AT}
        assert api.post(f"/conversations/{conversation}/messages", said).status_code == 201
        version = re.search(r'name="version" value="(\d+)"', stale).group(1)
        taken = desk.http.post(f"{LIST}/{conversation}/acts/take", data={"csrf": csrf(stale), "version": version})
        assert taken.status_code == 200

    def test_an_empty_answer_is_refused_and_a_long_one_is_kept_to_be_cut(self, running, api):
        conversation = opened(api)
        desk = running.desk()
        do(desk, conversation, "take")
        assert do(desk, conversation, "reply", text="  ").status_code == 422
        long = do(desk, conversation, "reply", text="long " * 400)
        assert long.status_code == 422 and "long long" in long.text

    def test_an_officer_of_one_department_sees_that_and_what_is_nobodys(self, running, api):
        with running.office.database.write() as session:
            running.passwords["transport1"] = officers.add(
                session, running.clock(), "transport1", "T", "Officer", "transport"
            )
        theirs, nobodys = opened(api), opened(api, handed(reference="w-" + "4" * 32, service=None, draft=None))
        desk = running.desk("transport1")
        queue = desk.page(LIST)
        assert nobodys in queue and theirs not in queue
        assert desk.http.get(f"{LIST}/{theirs}").status_code == 403
        assert desk.http.get(f"{LIST}/{theirs}/live").status_code == 403
        assert (
            desk.http.post(
                f"{LIST}/{theirs}/acts/take", data={"csrf": csrf(desk.page("/desk")), "version": "1"}
            ).status_code
            == 403
        )

    def test_forms_carry_a_token_and_pages_hold_nothing_that_the_policy_forbids(self, running, api):
        conversation = opened(api)
        desk = running.desk()
        do(desk, conversation, "take")
        for path in (LIST, f"{LIST}?show=closed", f"{LIST}/{conversation}"):
            answer = desk.http.get(path)
            for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", answer.text, re.S):
                assert 'name="csrf"' in form, form
            assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", answer.text), path
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "connect-src 'self'" in policy
        refused = desk.http.post(f"{LIST}/{conversation}/acts/reply", data={"text": "x", "version": "1"})
        assert refused.status_code == 403
        assert httpx.get(running.url + LIST).status_code == 303

    @pytest.mark.parametrize("query", ["show=nonsense", "show=%00", "show=mine&seen=x"])
    def test_odd_queries_do_no_harm(self, running, query):
        assert running.desk().http.get(f"{LIST}?{query}").status_code == 200


class TestLive:
    def test_only_what_is_new_comes_and_a_look_at_it_is_noted(self, running, api):
        conversation = opened(api)
        desk = running.desk()
        page = desk.page(f"{LIST}/{conversation}")
        seen = re.search(r'data-seen="([0-9a-f]{16})"', page).group(1)
        assert desk.http.get(f"{LIST}/{conversation}/live?seen={seen}").status_code == 204
        before = desk.page(f"/desk/audit?subject={conversation}").count("view conversation")
        api.post(f"/conversations/{conversation}/messages", {"text": "and now?", "language": "hi", "at": AT})
        answer = desk.http.get(f"{LIST}/{conversation}/live?seen={seen}")
        assert answer.status_code == 200 and "and now?" in answer.text and "<html" not in answer.text
        assert desk.http.get(f"{LIST}/{conversation}/live?seen={answer.headers['x-seen']}").status_code == 204
        assert desk.page(f"/desk/audit?subject={conversation}").count("view conversation") == before + 1

    def test_the_queue_too(self, running, api):
        desk = running.desk()
        seen = re.search(r'data-seen="([0-9a-f]{16})"', desk.page(LIST)).group(1)
        assert desk.http.get(f"{LIST}/live?show=waiting&seen={seen}").status_code == 204
        conversation = opened(api)
        assert conversation in desk.http.get(f"{LIST}/live?show=waiting&seen={seen}").text

    def test_a_page_that_asks_by_itself_keeps_no_session_alive(self, running):
        desk = running.desk()
        for _ in range(4):
            running.clock.move(minutes=10)
            answer = desk.http.get(f"{LIST}/live")
        assert "Log in" in answer.text and str(answer.url).endswith("/desk/login")


class TestCalls:
    def test_asked_for_done_and_not_reached_after_all(self, running, api, gateway):
        conversation = opened(api, call())
        desk = running.desk()
        assert "To be called (1)" in desk.page(LIST) and "9876501234" not in desk.page(f"{LIST}?show=calls")
        page = desk.page(f"{LIST}/{conversation}")
        assert "9876501234" in page and "1 December 2026, 11:00" in page
        assert "phone" in desk.page(f"/desk/audit?subject={conversation}"), "who saw the number is noted"
        assert do(desk, conversation, "called").status_code == 200
        assert "To be called (0)" in desk.page(LIST)
        assert do(desk, conversation, "undo").status_code == 200
        assert "To be called (1)" in desk.page(LIST) and gateway.received == []

    def test_another_number_replaces_the_first(self, running, api):
        conversation = opened(api, call())
        other = call()
        other["call"]["phone"] = "9811100022"
        assert opened(api, other) == conversation
        page = running.desk().page(f"{LIST}/{conversation}")
        assert "9811100022" in page and "9876501234" not in page

    def test_the_number_goes_when_the_call_is_taken_back_or_a_day_over(self, running, api):
        first, second = opened(api, call()), opened(api, call(reference="w-" + "5" * 32))
        api.post(f"/conversations/{first}/close", {"why": "left"})
        desk = running.desk()
        assert "9876501234" not in desk.page(f"{LIST}/{first}")
        do(desk, second, "called")
        running.clock.move(hours=25)
        with running.office.database.write() as session:
            conversations.forget(running.office, session)
        desk = running.desk()
        assert "9876501234" not in desk.page(f"{LIST}/{second}")
        assert do(desk, second, "undo").status_code == 409


class TestKept:
    def test_nothing_stands_in_the_database_in_clear(self, running, api):
        conversation = opened(api, call())
        opened(api)
        desk = running.desk()
        other = opened(api)
        do(desk, other, "take")
        do(desk, other, "reply", text="Come to counter Zephyrine")
        assert conversation
        for path in running.settings.data_dir.glob("departments.sqlite3*"):
            data = path.read_bytes()
            for value in (WORDS, "Quintilla", "9876501234", "Zephyrine", "occupation?"):
                assert value.encode() not in data, (path.name, value)

    def test_erasure_leaves_nothing_of_this_person_and_all_of_others(self, running, api):
        mine, others = opened(api), opened(api, handed(reference="w-" + "6" * 32))
        opened(api, call())
        desk = running.desk()
        do(desk, mine, "take")
        do(desk, mine, "reply", text="soon")
        answer = api.post("/conversations/erase", {"reference": handed()["reference"]})
        assert answer.json() == {"erased": 2}
        with running.office.database.read() as session:
            assert [row.id for row in session.query(Conversation)] == [others]
            assert {row.conversation for row in session.query(Utterance)} == {others}
            assert {row.conversation for row in session.query(Callback)} <= {others}
        assert desk.http.get(f"{LIST}/{mine}").status_code == 404

    def test_closed_ones_go_after_a_month_and_forgotten_ones_after_three(self, running, api):
        closed, waiting = opened(api), opened(api, handed(reference="w-" + "7" * 32))
        api.post(f"/conversations/{closed}/close", {"why": "left"})

        def left():
            with running.office.database.write() as session:
                conversations.forget(running.office, session)
                return {row.id for row in session.query(Conversation)}

        running.clock.move(days=29)
        assert left() == {closed, waiting}
        running.clock.move(days=2)
        assert left() == {waiting}
        running.clock.move(days=60)
        assert left() == set()


def test_events_of_one_conversation_keep_their_order(running, api, gateway):
    gateway.answers = [503]
    conversation = opened(api)
    desk = running.desk()
    do(desk, conversation, "take")
    gateway.wait(1)
    do(desk, conversation, "reply", text="one")
    do(desk, conversation, "reply", text="two")
    got = [r.event.get("text", r.event["what"]) for r in gateway.wait(4, 20)]
    assert got == ["taken", "taken", "one", "two"]
