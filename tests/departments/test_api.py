"""The Department API as the contract has it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from departments import numbers
from departments.office import INDIA
from tests.departments.conftest import PNG, submission

PDF = b"%PDF-1.7\n%fake"


def test_submission_and_reading(running, api):
    answer = api.submit()
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"number", "stage", "due"}
    assert body["stage"] == "submitted" and date.fromisoformat(body["due"]) > running.office.today() + timedelta(
        days=20
    )

    found = api.get(f"/applications/{body['number']}").json()
    assert found["number"] == body["number"] and found["service"] == "income_certificate"
    assert found["stage"] == "submitted" and found["overdue"] is False
    assert [step["stage"] for step in found["history"]] == ["submitted"]
    assert datetime.fromisoformat(found["history"][0]["at"]).utcoffset() == timedelta(hours=5, minutes=30)
    assert found["sent_back"] is None and found["reason"] is None and found["certificate"] is None


def test_what_is_sensitive_leaves_masked(api):
    number = api.number(fields={"email": "sunita@example.org"})
    text = api.get(f"/applications/{number}").text
    assert "999941057058" not in text and "9876543210" not in text and "sunita@" not in text
    fields = api.get(f"/applications/{number}").json()["fields"]
    assert fields["aadhaar"] == "XXXX XXXX 7058" and fields["mobile"] == "XXXXXXXX10"
    assert fields["annual_income"] == 120000


def test_overdue_after_the_promised_date(running, api):
    number = api.number()
    running.clock.move(days=60)
    assert api.get(f"/applications/{number}").json()["overdue"] is True


def test_a_number_is_found_however_it_was_typed(api):
    number = api.number()
    assert api.get(f"/applications/{number.lower().replace('-', '')}").json()["number"] == number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    answer = api.get(f"/applications/{wrong}")
    assert answer.status_code == 404 and answer.json()["code"] == "bad_number"
    other = numbers.make("revenue", 2020, lambda _: 12345678)
    assert api.get(f"/applications/{other}").json()["code"] == "no_application"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"service": "rocket_licence"}, "no_service"),
        ({"fields": {"dob": "12/04/1988"}}, "invalid_fields"),
        ({"language": "fr"}, "malformed"),
        ({"applicant": {}}, "malformed"),
        ({"reference": ""}, "malformed"),
        ({"consent": None}, "malformed"),
        ({"surprise": 1}, "malformed"),
        ({"local": {"father_name": "x" * 501}}, "malformed"),
    ],
)
def test_refusals_say_what_is_wrong(api, changes, code):
    answer = api.submit(**changes)
    assert answer.status_code in (404, 422) and answer.json()["code"] == code
    assert answer.json()["detail"]


def test_problems_name_the_field(api):
    answer = api.submit(fields={"dob": "12/04/1988", "mobile": "5"})
    assert {p["id"] for p in answer.json()["problems"]} == {"dob", "mobile"}
    assert "12/04/1988" not in answer.text


def test_a_malformed_request_is_not_quoted_back(api):
    answer = api.post("/applications", {**submission(), "language": "Sunita Devi's secret"})
    assert answer.status_code == 422 and "secret" not in answer.text


class TestIdempotency:
    def test_same_key_same_body_same_answer(self, running, api, new_key):
        key = new_key()
        first, second = api.submit(key), api.submit(key)
        assert first.json() == second.json() and second.status_code == 201
        page = running.desk().page("/desk")
        assert "1 application," in page

    def test_same_key_other_body_is_refused(self, api, new_key):
        key = new_key()
        api.submit(key)
        answer = api.submit(key, fields={"annual_income": 99})
        assert answer.status_code == 409 and answer.json()["code"] == "idempotency_conflict"

    def test_every_write_needs_a_key(self, api):
        for method, path, body in (
            ("POST", "/applications", submission()),
            ("PATCH", f"/applications/{api.number()}", {"fields": {"dob": "1990-01-01"}}),
            ("POST", f"/applications/{api.number()}/withdraw", {"reason": ""}),
        ):
            request = api.http.build_request(method, api.url + path, json=body)
            answer = api.send_signed(request, key="")
            assert answer.status_code == 422 and answer.json()["code"] == "idempotency_key", path

    def test_a_key_must_be_of_its_form(self, api):
        assert api.submit("short").json()["code"] == "idempotency_key"

    def test_a_refused_write_may_be_tried_again_with_its_key(self, api, new_key):
        key = new_key()
        assert api.submit(key, fields={"dob": "x"}).status_code == 422
        assert api.submit(key).status_code == 201

    def test_at_the_same_moment(self, running, api, new_key):
        key = new_key()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: api.submit(key), range(8)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["number"] for answer in answers}) == 1

    def test_the_key_holds_across_a_restart(self, running, api, new_key):
        key = new_key()
        before = api.submit(key).json()
        running.stop()
        running.start()
        assert api.submit(key).json() == before


class TestDocuments:
    def test_taken_and_replaced(self, running, api):
        number = api.number()
        first = api.attach(number, "photo")
        assert first.status_code == 201 and first.json()["document"] == "photo"
        assert len(first.json()["sha256"]) == 64
        second = api.attach(number, "photo", PNG + b"more")
        assert second.json()["sha256"] != first.json()["sha256"]
        assert api.get(f"/applications/{number}").json()["documents"] == ["photo"]
        files = [path for path in (running.settings.data_dir / "vault").rglob("*") if path.is_file()]
        assert len(files) == 1, "the replaced bytes are gone"

    def test_repeated_with_its_key(self, running, api, new_key):
        number, key = api.number(), new_key()
        first, again = api.attach(number, "photo", key=key), api.attach(number, "photo", key=key)
        assert first.json() == again.json()
        files = [path for path in (running.settings.data_dir / "vault").rglob("*") if path.is_file()]
        assert len(files) == 1, "the repeated bytes are not kept a second time"
        assert api.attach(number, "photo", PNG + b"x", key=key).status_code == 409

    def test_bytes_are_encrypted_at_rest(self, running, api):
        api.attach(api.number(), "photo", PNG + b"a marker that must not be found")
        for path in running.settings.data_dir.rglob("*"):
            if path.is_file():
                assert b"a marker that must not be found" not in path.read_bytes()

    @pytest.mark.parametrize(
        ("document", "data", "status", "code"),
        [
            ("photo", b"", 422, "empty_file"),
            ("photo", b"GIF89a", 415, "wrong_type"),
            ("photo", b"<html><script>", 415, "wrong_type"),
            ("photo", PDF, 415, "image_only"),
            ("identity_proof", PNG + b"x" * (5 << 20), 413, "file_too_large"),
            ("passport_of_my_cat", PNG, 422, "unknown_document"),
        ],
    )
    def test_refused(self, running, api, document, data, status, code):
        answer = api.attach(api.number(), document, data)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        vault = running.settings.data_dir / "vault"
        assert not [path for path in vault.rglob("*") if path.is_file()], "nothing refused is kept"

    def test_the_name_of_a_file_leads_nowhere(self, api):
        assert api.attach(api.number(), "photo", name="../../etc/passwd").status_code == 201

    def test_of_an_unknown_application(self, api):
        assert api.attach("REV-2026-482159379", "photo").status_code == 404

    def test_not_replaced_while_an_officer_checks_it(self, running, api):
        number = api.number()
        api.attach(number, "photo")
        running.desk().do(number, "take_up")
        assert api.attach(number, "photo", PNG + b"x").json()["code"] == "wrong_stage"
        assert api.attach(number, "identity_proof").status_code == 201, "a missing one may still come"


class TestWithdrawal:
    def test_withdrawn(self, api, gateway):
        number = api.number()
        answer = api.post(f"/applications/{number}/withdraw", {"reason": "moved away"})
        assert answer.status_code == 200 and answer.json()["stage"] == "withdrawn"
        assert api.post(f"/applications/{number}/withdraw", {"reason": ""}).json()["stage"] == "withdrawn"
        assert api.attach(number, "photo").status_code == 409

    def test_too_late(self, running, api):
        number = api.number()
        desk = running.desk()
        desk.do(number, "take_up")
        desk.do(number, "approve")
        assert api.post(f"/applications/{number}/withdraw", {"reason": ""}).json()["code"] == "wrong_stage"


class TestRepair:
    def sent_back(self, running, api) -> str:
        number = api.number()
        api.attach(number, "photo")
        running.desk().do(
            number,
            "send_back",
            text="please correct",
            **{"field:father_name": "differs from the proof", "document:photo": "blurred"},
        )
        return number

    def test_what_is_wrong_is_told(self, running, api, gateway):
        number = self.sent_back(running, api)
        found = api.get(f"/applications/{number}").json()
        expected = {
            "fields": [{"id": "father_name", "reason": "differs from the proof"}],
            "documents": [{"id": "photo", "reason": "blurred"}],
            "note": "please correct",
        }
        assert found["stage"] == "sent_back" and found["sent_back"] == expected
        event = gateway.wait(1)[-1].event
        assert event["stage"] == "sent_back" and event["sent_back"] == expected

    def test_only_that_may_change(self, running, api):
        number = self.sent_back(running, api)
        answer = api.patch(f"/applications/{number}", {"fields": {"annual_income": 5}})
        assert answer.status_code == 422 and answer.json()["code"] == "not_sent_back"
        assert api.get(f"/applications/{number}").json()["fields"]["annual_income"] == 120000

    def test_back_to_the_officer_once_all_is_right(self, running, api, gateway):
        number = self.sent_back(running, api)
        answer = api.patch(f"/applications/{number}", {"fields": {"father_name": "Ram Lal Sharma"}})
        assert answer.json()["stage"] == "sent_back" and answer.json()["sent_back"]["fields"] == []
        done = api.attach(number, "photo", PNG + b"sharper")
        assert done.json()["stage"] == "under_verification"
        found = api.get(f"/applications/{number}").json()
        assert found["stage"] == "under_verification" and found["sent_back"] is None
        assert found["fields"]["father_name"] == "Ram Lal Sharma"
        assert [r.event["stage"] for r in gateway.wait(1)] == ["sent_back"], "the answers told the rest"

    def test_a_wrong_new_answer_is_refused(self, running, api):
        number = self.sent_back(running, api)
        answer = api.patch(f"/applications/{number}", {"fields": {"father_name": "4711"}})
        assert answer.status_code == 422 and answer.json()["problems"][0]["id"] == "father_name"

    def test_nothing_to_repair_otherwise(self, api):
        answer = api.patch(f"/applications/{api.number()}", {"fields": {"father_name": "Ram"}})
        assert answer.status_code == 409 and answer.json()["code"] == "wrong_stage"

    def test_the_clock_stands_meanwhile(self, running, api):
        number = self.sent_back(running, api)
        due = date.fromisoformat(api.get(f"/applications/{number}").json()["due"])
        running.clock.move(days=10)
        api.attach(number, "photo", PNG + b"x")
        api.patch(f"/applications/{number}", {"fields": {"father_name": "Ram"}})
        assert date.fromisoformat(api.get(f"/applications/{number}").json()["due"]) == due + timedelta(days=10)


class TestSlots:
    def licence(self, slot: str) -> dict:
        return {
            "service": "driving_licence",
            "fields": {
                "applicant_name": "Amit Kumar",
                "father_name": "Ram Kumar",
                "dob": "1990-01-01",
                "gender": "male",
                "ll_no": "DL0120260001234",
                "ll_issue_date": (datetime.now(INDIA).date() - timedelta(days=60)).isoformat(),
                "vehicle_classes": ["MCWG"],
                "rto": "DL-01",
                "house_no": "1",
                "locality": "Rohini",
                "pincode": "110085",
                "district": "south_east",
                "sub_division": "kalkaji",
                "mobile": "9876543210",
                "blood_group": "A+",
                "test_slot": slot,
            },
        }

    def submit(self, api, slot):
        body = submission()
        body.update(self.licence(slot), local={}, applicant={"name": "Amit Kumar", "name_local": "अमित कुमार"})
        return api.post("/applications", body)

    def test_offered_on_working_days_ahead(self, api):
        found = api.get("/services/driving_licence/slots").json()["slots"]
        assert len(found) > 10
        moments = [datetime.fromisoformat(slot["at"]) for slot in found]
        assert moments == sorted(moments)
        assert all(moment.weekday() < 5 and 10 <= moment.hour <= 16 for moment in moments)
        assert all(slot["place"] for slot in found)
        assert api.get("/services/driving_licence/slots").json()["slots"] == found

    def test_none_where_none_is_needed(self, api):
        assert api.get("/services/income_certificate/slots").json() == {"slots": []}
        assert api.get("/services/nothing/slots").status_code == 404

    def test_booked_until_full_and_given_back(self, api):
        slot = api.get("/services/driving_licence/slots").json()["slots"][0]["id"]
        numbers_ = [self.submit(api, slot).json()["number"] for _ in range(4)]
        full = self.submit(api, slot)
        assert full.status_code == 409 and full.json()["code"] == "slot_taken"
        assert slot not in [s["id"] for s in api.get("/services/driving_licence/slots").json()["slots"]]
        api.post(f"/applications/{numbers_[0]}/withdraw", {"reason": ""})
        assert self.submit(api, slot).status_code == 201

    def test_the_booked_time_counts_once_the_fee_is_there(self, running, api, gateway):
        slot = api.get("/services/driving_licence/slots").json()["slots"][0]
        answer = self.submit(api, slot["id"]).json()
        assert answer["stage"] == "fee_pending" and answer["number"].startswith("TRA-")
        expected = {"at": slot["at"], "place": slot["place"]}
        assert api.get(f"/applications/{answer['number']}").json()["appointment"] == expected
        running.desk().do(answer["number"], "clear_fee")
        event = gateway.wait(1)[-1].event
        assert event["stage"] == "test_scheduled" and event["at_time"] == slot["at"] and event["place"]
        assert api.get(f"/applications/{answer['number']}").json()["appointment"] == expected
        running.desk().do(answer["number"], "pass_test")
        assert api.get(f"/applications/{answer['number']}").json()["appointment"] is None, "it is behind them"

    def test_an_unknown_slot(self, api):
        assert self.submit(api, "made-up").json()["code"] == "slot_taken"


def test_the_openapi_document_tells_every_answer(running, api):
    paths = api.http.get(running.url + "/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            assert "401" in operation["responses"], path
    assert re.search("Idempotency-Key", str(paths["/applications"]["post"]))
