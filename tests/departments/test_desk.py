"""The officers' desk as a browser without scripts meets it."""

from __future__ import annotations

import re

import httpx
import pytest

from departments import officers
from tests.departments.conftest import PNG, Desk, csrf


class TestLogin:
    def test_needed_everywhere(self, running, api):
        number = api.number()
        for path in (
            "/desk",
            "/desk/certificates",
            "/desk/audit",
            f"/desk/applications/{number}",
            f"/desk/applications/{number}/edit",
        ):
            answer = httpx.get(running.url + path)
            assert answer.status_code == 303 and answer.headers["location"] == "/desk/login", path

    def test_right_and_wrong_password(self, running):
        desk = Desk(running.url)
        wrong = desk.log_in("officer1", "wrong")
        assert wrong.status_code == 401 and "User name or password is wrong" in wrong.text
        assert "Log out" in desk.log_in("officer1", running.passwords["officer1"]).text

    def test_an_unknown_user_gets_the_same_answer(self, running):
        known, unknown = Desk(running.url).log_in("officer1", "x"), Desk(running.url).log_in("nobody", "x")
        assert re.sub("[0-9a-f]{64}", "", known.text) == re.sub("[0-9a-f]{64}", "", unknown.text)

    def test_five_tries_then_a_pause(self, running):
        for _ in range(5):
            assert Desk(running.url).log_in("officer1", "wrong").status_code == 401
        assert Desk(running.url).log_in("officer1", running.passwords["officer1"]).status_code == 429
        assert Desk(running.url).log_in("officer2", running.passwords["officer2"]).status_code == 200
        running.clock.move(minutes=16)
        assert Desk(running.url).log_in("officer1", running.passwords["officer1"]).status_code == 200

    def test_cookies_are_shut_to_scripts_and_other_sites(self, running):
        desk = Desk(running.url)
        desk.http.follow_redirects = False
        answer = desk.log_in("officer1", running.passwords["officer1"])
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("desk="))
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/desk" in cookie

    def test_a_planted_session_is_not_taken_over(self, running):
        """Session fixation: what a stranger put into the browser before the login opens nothing after it."""
        desk = Desk(running.url)
        desk.http.cookies.set("desk", "planted-by-a-stranger-0123456789abcdef012345", "127.0.0.1", "/desk")
        desk.log_in("officer1", running.passwords["officer1"])
        assert desk.http.cookies.get("desk", domain="127.0.0.1") != "planted-by-a-stranger-0123456789abcdef012345"
        stranger = httpx.get(running.url + "/desk", cookies={"desk": "planted-by-a-stranger-0123456789abcdef012345"})
        assert stranger.status_code == 303

    def test_a_second_login_ends_the_first_session(self, running):
        desk = running.desk()
        first = desk.http.cookies["desk"]
        desk.log_in("officer1", running.passwords["officer1"])
        assert desk.http.cookies["desk"] != first
        assert httpx.get(running.url + "/desk", cookies={"desk": first}).status_code == 303

    def test_logout(self, running):
        desk = running.desk()
        old = desk.http.cookies["desk"]
        desk.post("/desk", "/desk/logout")
        assert httpx.get(running.url + "/desk", cookies={"desk": old}).status_code == 303

    @pytest.mark.parametrize(("moves", "minutes"), [(1, 31), (30, 25)])
    def test_sessions_end(self, running, moves, minutes):
        """After half an hour without a click, and after twelve hours with them."""
        desk = running.desk()
        for _ in range(moves):
            running.clock.move(minutes=minutes)
            last = desk.http.get("/desk")
        assert "Log in" in last.text and "Log out" not in last.text

    def test_nothing_is_kept_in_clear(self, running):
        desk = running.desk()
        secrets = [desk.http.cookies["desk"], *running.passwords.values()]
        for path in running.settings.data_dir.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                assert not any(secret.encode() in data for secret in secrets), path


class TestForgery:
    @pytest.mark.parametrize("token", ["", "0" * 64])
    def test_a_form_without_our_token_is_refused(self, running, api, token):
        number = api.number()
        desk = running.desk()
        version = re.search(r'name="version" value="(\d+)"', desk.page(f"/desk/applications/{number}")).group(1)
        answer = desk.http.post(f"/desk/applications/{number}/acts/take_up", data={"csrf": token, "version": version})
        assert answer.status_code == 403
        assert api.get(f"/applications/{number}").json()["stage"] == "submitted"

    def test_another_officers_token_is_refused(self, running, api):
        number = api.number()
        one, two = running.desk("officer1"), running.desk("officer2")
        page = f"/desk/applications/{number}"
        foreign = csrf(two.page(page))
        version = re.search(r'name="version" value="(\d+)"', one.page(page)).group(1)
        answer = one.http.post(f"{page}/acts/take_up", data={"csrf": foreign, "version": version})
        assert answer.status_code == 403

    def test_a_request_from_another_site_is_refused(self, running, api):
        number = api.number()
        desk = running.desk()
        page = f"/desk/applications/{number}"
        html = desk.page(page)
        version = re.search(r'name="version" value="(\d+)"', html).group(1)
        answer = desk.http.post(
            f"{page}/acts/take_up",
            data={"csrf": csrf(html), "version": version},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 403

    def test_the_login_form_too(self, running):
        answer = httpx.post(
            running.url + "/desk/login", data={"username": "officer1", "password": running.passwords["officer1"]}
        )
        assert answer.status_code == 403

    def test_every_form_that_posts_carries_a_token(self, running, api):
        number = api.number()
        desk = running.desk()
        desk.do(number, "take_up")
        for path in ("/desk", f"/desk/applications/{number}", f"/desk/applications/{number}/edit"):
            for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", desk.page(path), re.S):
                assert 'name="csrf"' in form, form


class TestMarkup:
    EVIL = "<script>alert(1)</script>{{7*7}}"

    def test_what_people_write_stays_text(self, running, api):
        number = api.number(
            fields={"occupation": self.EVIL},
            applicant={"name": "<b>Sunita</b>", "name_local": '"><img src=x onerror=alert(1)>'},
        )
        desk = running.desk()
        for page in ("/desk", f"/desk/applications/{number}", f"/desk/applications/{number}/edit"):
            html = desk.page(page)
            assert "<script>alert" not in html and "<b>Sunita" not in html and "<img src=x" not in html, page
            assert "49" not in re.sub(r"[0-9a-f]{64}|REV-\S+", "", html) or "{{7*7}}" in html
        assert "&lt;script&gt;" in desk.page(f"/desk/applications/{number}")

    def test_headers(self, running):
        for path in ("/desk/login", "/desk"):
            headers = httpx.get(running.url + path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
            assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"

    def test_pages_hold_nothing_that_the_policy_forbids(self, running, api):
        number = api.number()
        desk = running.desk()
        for page in ("/desk", f"/desk/applications/{number}", "/desk/audit", "/desk/certificates"):
            html = desk.page(page)
            assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", html), page

    def test_files_are_shown_without_power(self, running, api):
        number = api.number()
        api.attach(number, "identity_proof", PNG + b"<script>alert(1)</script>")
        api.attach(number, "self_declaration", b"%PDF-1.7 <script>alert(1)</script>")
        desk = running.desk()
        links = set(
            re.findall(rf"/desk/applications/{number}/documents/\d+", desk.page(f"/desk/applications/{number}"))
        )
        assert len(links) == 2
        for link in links:
            answer = desk.http.get(link)
            assert answer.headers["content-type"] in ("image/png", "application/pdf")
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            assert answer.headers["x-content-type-options"] == "nosniff"


class TestQueue:
    def test_filters(self, running, api):
        one, two = api.number(), api.number(reference="conversation-2")
        desk = running.desk()
        desk.do(one, "take_up")
        assert one in desk.page("/desk") and two in desk.page("/desk")
        assert two not in desk.page("/desk?stage=under_verification")
        assert one not in desk.page("/desk?service=birth_certificate")
        assert one not in desk.page("/desk?overdue=1")
        running.clock.move(minutes=1)
        found = desk.page(f"/desk?number={two.lower().replace('-', ' ')}")
        assert f"<title>{two}" in found, "a number leads straight to its application"
        desk.do(one, "reject", text="no")
        assert one not in desk.page("/desk") and one in desk.page("/desk?stage=all")

    @pytest.mark.parametrize("query", ["page=99999", "page=-1", "page=x", "stage=nonsense", "number=%00", "page=٣"])
    def test_odd_queries_do_no_harm(self, running, query):
        assert running.desk().http.get(f"/desk?{query}").status_code == 200

    def test_pages(self, running, api):
        for number in range(27):
            api.submit(reference=f"conversation-{number}")
        desk = running.desk()
        assert "Page 1 of 2" in desk.page("/desk") and desk.page("/desk?page=2").count("<tr>") == 3

    def test_an_officer_of_one_department_sees_no_other(self, running, api):
        with running.office.database.write() as session:
            password = officers.add(session, running.clock(), "transport1", "T", "Officer", "transport")
        running.passwords["transport1"] = password
        number = api.number()
        desk = running.desk("transport1")
        assert number not in desk.page("/desk?stage=all")
        assert desk.http.get(f"/desk/applications/{number}").status_code == 403
        other = running.desk("officer1")
        html = other.page(f"/desk/applications/{number}")
        version = re.search(r'name="version" value="(\d+)"', html).group(1)
        answer = desk.http.post(
            f"/desk/applications/{number}/acts/take_up", data={"csrf": csrf(desk.page("/desk")), "version": version}
        )
        assert answer.status_code == 403


class TestAadhaar:
    def test_masked_until_it_is_asked_for_and_that_is_written_down(self, running, api):
        number = api.number()
        desk = running.desk()
        page = f"/desk/applications/{number}"
        assert "XXXX XXXX 7058" in desk.page(page) and "9999 4105 7058" not in desk.page(page)
        shown = desk.post(page, f"{page}/reveal", field="aadhaar")
        assert "9999 4105 7058" in shown.text
        assert "9999 4105 7058" not in desk.page(page), "shown once"
        trail = desk.page(f"/desk/audit?subject={number}")
        assert "reveal" in trail and "aadhaar" in trail and "9999" not in trail

    def test_it_is_not_in_the_correction_form(self, running, api):
        number = api.number()
        html = running.desk().page(f"/desk/applications/{number}/edit")
        assert "999941057058" not in html and "value:aadhaar" not in html


def test_every_look_is_in_the_trail(running, api):
    number = api.number()
    api.attach(number, "photo")
    desk = running.desk()
    link = re.search(r"/desk/applications/\S+/documents/\d+", desk.page(f"/desk/applications/{number}")).group()
    desk.http.get(link)
    trail = desk.page(f"/desk/audit?subject={number}")
    assert "view document" in trail and "officer1" in trail
