"""Callbacks: signed, at least once, in order, across restarts."""

from __future__ import annotations

import uuid
from datetime import timedelta

from departments import callbacks
from runtime import signing


def test_signed_and_complete(running, api, gateway):
    number = api.number(language="pa", reference="conversation-7")
    running.desk().do(number, "take_up")
    got = gateway.wait(1)[0]
    assert got.path == "/departments/revenue/events"
    signing.verify_headers(
        running.settings.department_secret,
        "POST",
        got.path,
        got.body,
        HeaderView(got.headers),
        running.clock().timestamp(),
    )
    event = got.event
    assert set(event) == {"id", "number", "service", "stage", "at", "reference", "language", "due"}
    assert uuid.UUID(event["id"]) and event["number"] == number and event["service"] == "income_certificate"
    assert (
        event["stage"] == "under_verification" and event["reference"] == "conversation-7" and event["language"] == "pa"
    )


class HeaderView(dict):
    """Headers by any case."""

    def get(self, key, default=None):
        return super().get(key.lower(), default)


def test_repeated_until_taken_with_the_same_id(running, api, gateway):
    gateway.answers = [503, 500, 200]
    number = api.number()
    running.desk().do(number, "take_up")
    got = gateway.wait(3, 20)
    assert len({r.event["id"] for r in got}) == 1 and len({r.body for r in got}) == 1
    stamps = [r.headers["x-sahayak-signature"] for r in got]
    assert len(set(stamps)) > 1, "each try is signed anew, so that none is too old"


def test_later_events_of_an_application_wait_others_do_not(running, api, gateway):
    gateway.answers = [503]
    one, two = api.number(), api.number(reference="conversation-2")
    desk = running.desk()
    desk.do(one, "take_up")
    gateway.wait(1)
    desk.do(one, "approve")
    desk.do(two, "take_up")
    got = [(r.event["number"], r.event["stage"]) for r in gateway.wait(4, 20)]
    mine = [stage for number, stage in got if number == one]
    assert mine == ["under_verification", "under_verification", "approved"]
    assert got.index((two, "under_verification")) < got.index((one, "approved"))


def test_a_refused_event_does_not_hold_up_the_next(running, api, gateway):
    gateway.answers = [422]
    number = api.number()
    desk = running.desk()
    desk.do(number, "take_up")
    gateway.wait(1)
    desk.do(number, "approve")
    stages = [r.event["stage"] for r in gateway.wait(3, 20)]
    assert stages.count("under_verification") == 2 and "approved" in stages


def test_survive_a_restart_and_a_gateway_that_is_away(running, api, gateway):
    number = api.number()
    address, running.gateway = running.gateway, "http://127.0.0.1:9"
    running.stop()
    running.start()
    running.desk().do(number, "take_up")
    assert api.http.get(running.url + "/readyz").json()["callbacks_waiting"] == 1
    running.stop()
    assert gateway.received == []
    running.gateway = address
    running.clock.move(minutes=2)
    running.start()
    assert gateway.wait(1)[0].event["number"] == number


def test_waiting_times():
    waits = [callbacks.wait_after(attempt) for attempt in range(1, 40)]
    assert waits[0] == timedelta(seconds=1) and waits[1] == timedelta(seconds=2)
    assert waits == sorted(waits) and waits[-1] == timedelta(hours=1)


def test_two_senders_do_not_take_the_same_event(running, api, gateway):
    running.stop()
    number = api_less_submission(running)
    senders = [callbacks.Sender(running.office, gateway.url, "secret-of-no-interest-here", None) for _ in range(2)]
    taken = [event.id for sender in senders for event in sender._take()]
    assert len(taken) == len(set(taken)) == 1, number
    running.start()


def api_less_submission(running):
    """An application with one event waiting, made without the server."""
    from departments import applications, decisions, records
    from departments.officers import Who
    from tests.departments.conftest import INCOME

    office = running.office
    new = applications.Submission(
        "income_certificate", dict(INCOME), {}, "Sunita Devi", "", "en", "web", "c-1", "1", "en", office.now(), "web"
    )
    with office.database.write() as session:
        number = applications.submit(office, session, new)["number"]
    with office.database.write() as session:
        row = records.find(session, number)
        who = Who(1, "officer1", "One", "Officer", None)
        decisions.decide(office, session, who, row, decisions.Decision("take_up", row.version))
    return number
