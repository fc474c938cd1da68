"""What officers decide, who may, and what the person is told."""

from __future__ import annotations

import re

import pytest


def stage(api, number):
    return api.get(f"/applications/{number}").json()["stage"]


def test_a_reason_is_required_to_reject(running, api, gateway):
    number = api.number()
    desk = running.desk()
    answer = desk.act(number, "reject", text="  ")
    assert answer.status_code == 422 and "A reason is required" in answer.text
    desk.do(number, "reject", text="आय प्रमाण नहीं मिला")
    found = api.get(f"/applications/{number}").json()
    assert found["stage"] == "rejected" and found["reason"] == "आय प्रमाण नहीं मिला"
    assert gateway.wait(1)[-1].event["reason"] == "आय प्रमाण नहीं मिला"


def test_sending_back_needs_something_wrong_with_a_reason(running, api):
    number = api.number()
    desk = running.desk()
    assert "at least one field or document" in desk.act(number, "send_back", text="x").text
    assert desk.act(number, "send_back", **{"field:unheard_of": "x"}).status_code == 422
    assert desk.act(number, "send_back", **{"field:dob": "x" * 1001}).status_code == 422
    assert stage(api, number) == "submitted"
    desk.do(number, "send_back", **{"field:dob": "differs"})
    assert stage(api, number) == "sent_back"
    desk.do(number, "take_back")
    assert stage(api, number) == "under_verification"
    desk.do(number, "send_back", **{"document:photo": "missing"})
    assert api.get(f"/applications/{number}").json()["sent_back"]["fields"] == []


@pytest.mark.parametrize("act", ["approve", "issue", "clear_fee", "fail_test", "dispatch", "nonsense"])
def test_not_at_this_stage(running, api, act):
    number = api.number()
    assert running.desk().act(number, act).status_code == 409
    assert stage(api, number) == "submitted"


def test_two_officers_cannot_overwrite_each_other(running, api):
    number = api.number()
    page = f"/desk/applications/{number}"
    one, two = running.desk("officer1"), running.desk("officer2")
    html = two.page(page)
    one.do(number, "take_up")
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', html).group(1)
    version = re.search(r'name="version" value="(\d+)"', html).group(1)
    answer = two.http.post(f"{page}/acts/reject", data={"csrf": token, "version": version, "text": "no"})
    assert answer.status_code == 409 and "changed meanwhile" in answer.text
    assert stage(api, number) == "under_verification"


class TestFourEyes:
    def approved(self, running, api):
        number = api.number()
        desk = running.desk("officer1")
        desk.do(number, "take_up")
        desk.do(number, "approve")
        return number, desk

    def test_who_approved_cannot_issue(self, running, api):
        number, desk = self.approved(running, api)
        html = desk.page(f"/desk/applications/{number}")
        assert "needs another officer" in html and "acts/issue" not in html
        assert desk.act(number, "issue").status_code == 403
        assert stage(api, number) == "approved"
        running.desk("officer2").do(number, "issue")
        assert stage(api, number) == "certificate_issued"

    def test_approving_again_moves_the_approval(self, running, api):
        number, _ = self.approved(running, api)
        second = running.desk("officer2")
        second.do(number, "return")
        second.do(number, "approve")
        assert second.act(number, "issue").status_code == 403
        running.desk("officer1").do(number, "issue")

    def test_nothing_is_corrected_between_the_two(self, running, api):
        number, _ = self.approved(running, api)
        page = f"/desk/applications/{number}"
        answer = running.desk("officer2").post(f"{page}/edit", f"{page}/edit", **{"value:annual_income": "5"})
        assert answer.status_code == 409
        assert api.get(f"/applications/{number}").json()["fields"]["annual_income"] == 120000

    def test_revocation(self, running, api):
        certificate = running.issue(api.number())
        page = f"/desk/certificates/{certificate}"
        one, two = running.desk("officer1"), running.desk("officer2")
        assert one.post(page, f"{page}/revocation", step="ask", text="").status_code == 422
        one.post(page, f"{page}/revocation", step="ask", text="forged proof of income")
        assert one.post(page, f"{page}/revocation", step="confirm").status_code == 403
        assert 'id="status">valid' in one.page(page)
        assert 'id="status">revoked' in two.post(page, f"{page}/revocation", step="confirm").text
        assert api.get(f"/certificates/{certificate}/pdf").status_code == 404
        trail = two.page(page)
        assert "officer2, officer1" in trail and "forged proof" not in trail

    def test_a_revocation_may_be_dropped(self, running, api):
        certificate = running.issue(api.number())
        page = f"/desk/certificates/{certificate}"
        one, two = running.desk("officer1"), running.desk("officer2")
        one.post(page, f"{page}/revocation", step="ask", text="a mistake")
        two.post(page, f"{page}/revocation", step="drop")
        assert 'id="status">valid' in one.page(page) and 'value="ask"' in one.page(page)


class TestCorrection:
    def edit(self, desk, number, **fields):
        page = f"/desk/applications/{number}/edit"
        return desk.post(page, page, **fields)

    def test_answers_and_names(self, running, api):
        number = api.number()
        desk = running.desk()
        answer = self.edit(
            desk,
            number,
            **{
                "applicant.name": "Sunita Devi Sharma",
                "applicant.name_local": "सुनीता देवी शर्मा",
                "value:annual_income": "1,10,000",
                "value:father_name": "Ram Lal Sharma",
                "local:father_name": "राम लाल शर्मा",
            },
        )
        assert answer.status_code == 200 and "corrected by an officer" in answer.text
        assert "Sunita Devi Sharma" in answer.text and "राम लाल शर्मा" in answer.text
        fields = api.get(f"/applications/{number}").json()["fields"]
        assert fields["annual_income"] == 110000 and fields["applicant_name"] == "Sunita Devi Sharma"

    def test_the_same_rules_hold(self, running, api):
        number = api.number()
        desk = running.desk()
        answer = self.edit(desk, number, **{"applicant.name": "Sunita", "value:annual_income": "much"})
        assert answer.status_code == 422 and "annual_income" in answer.text
        answer = self.edit(desk, number, **{"applicant.name": "Sunita", "value:pincode": "5"})
        assert answer.status_code == 422
        assert api.get(f"/applications/{number}").json()["fields"]["applicant_name"] == "Sunita Devi"

    def test_corrected_after_issue_supersedes(self, running, api, gateway):
        number = api.number()
        old = running.issue(number)
        one, two = running.desk("officer1"), running.desk("officer2")
        one.do(number, "correct", text="name was misspelt")
        one.do(number, "return")
        self.edit(one, number, **{"applicant.name": "Sunita Devi Sharma"})
        one.do(number, "approve")
        two.do(number, "issue")
        new = api.get(f"/applications/{number}/certificate").json()
        assert new["number"] != old and new["status"] == "valid"
        page = one.page(f"/desk/certificates/{old}")
        assert 'id="status">superseded' in page and new["number"] in page
        assert api.get(f"/certificates/{old}/pdf").content != api.get(f"/certificates/{new['number']}/pdf").content


def test_a_certificate_that_cannot_be_drawn_says_why(running, api):
    number = api.number(local={"applicant_name": "சுனிதா"}, applicant={"name": "Sunita", "name_local": "சுனிதா"})
    one, two = running.desk("officer1"), running.desk("officer2")
    one.do(number, "take_up")
    one.do(number, "approve")
    answer = two.act(number, "issue")
    assert answer.status_code == 422 and "typeface" in answer.text
    assert stage(api, number) == "approved"
    files = [path for path in (running.settings.data_dir / "vault").rglob("*") if path.is_file()]
    assert files == []


def test_what_stands_in_one_script_only_is_pointed_out_and_can_be_filled_in(running, api):
    number = api.number(fields={"father_name": "राम लाल"}, local={})
    desk = running.desk()
    page = f"/desk/applications/{number}"
    assert "Not in English letters" in desk.page(page) and "Father&#39;s name" in desk.page(page)
    fields = {"value:father_name": "Ram Lal", "local:father_name": "राम लाल"}
    desk.post(f"{page}/edit", f"{page}/edit", **fields)
    assert "Not in English letters" not in desk.page(page)
    certificate = running.issue(number)
    assert api.get(f"/certificates/{certificate.lower()}/pdf").status_code == 200


def test_an_answer_in_one_script_does_not_stop_the_certificate(running, api):
    number = api.number(
        fields={"father_name": "ਰਾਮ ਲਾਲ", "locality": "ਕਾਲਕਾਜੀ"}, local={}, language="pa",
        applicant={"name": "Sunita Devi", "name_local": "ਸੁਨੀਤਾ ਦੇਵੀ"},
    )  # fmt: skip
    assert running.issue(number)
