"""DigiLocker's requests as its Issuer API Specification (1.11, 1.12) describes them, and nothing for anybody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from xml.etree import ElementTree as Xml

import httpx
import pytest

from certificates.keys import KeySet
from certificates.verify import Known, check_pdf
from departments.digilocker import agreement
from departments.errors import Unavailable
from tests.departments.conftest import Running

KEY = "a-key-that-only-this-test-knows"
AGREED = {"issuer": "in.gov.delhi.revenue", "org": "in.gov.delhi", "key": KEY, "types": {"income": "INCER"}}


@pytest.fixture
def running(settings, gateway, migrated):
    import shutil

    (settings.data_dir / "secrets").mkdir(parents=True, exist_ok=True)
    shutil.copy(migrated, settings.data_dir / "departments.sqlite3")
    (settings.data_dir / "secrets" / "digilocker.json").write_text(json.dumps(AGREED))
    found = Running(settings, gateway.url)
    yield found
    found.stop()
    found.office.database.close()


@pytest.fixture
def number(running, api):
    return running.issue(api.number())


class Locker:
    """DigiLocker's side: template, attributes and header as section 8.1.1 has them."""

    def __init__(self, running):
        self.running = running

    def body(self, kind, details, form="both", **attributes):
        ts = attributes.pop("ts", self.running.clock().isoformat(timespec="seconds"))
        values = {
            "ver": "3.0",
            "ts": ts,
            "txn": "1452503688",
            "orgId": "in.gov.delhi",
            "keyhash": hashlib.sha256(f"{KEY}{ts}".encode()).hexdigest(),
            "format": form,
            **attributes,
        }
        root = Xml.Element(kind, {"xmlns": "http://tempuri.org/", **values})
        inside = Xml.SubElement(root, "DocDetails")
        for name, text in details.items():
            Xml.SubElement(inside, name).text = text
        return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + Xml.tostring(root)

    def send(self, path, body, key=KEY, hexadecimal=False, header=None):
        mac = hmac.new(key.encode(), body, hashlib.sha256)
        signed = base64.b64encode(mac.hexdigest().encode() if hexadecimal else mac.digest()).decode()
        headers = {"Content-Type": "application/xml", "x-digilocker-hmac": signed if header is None else header}
        return httpx.post(f"{self.running.url}/digilocker/{path}", content=body, headers=headers, timeout=30)

    def search(self, number, form="both", **changes):
        details = {
            "DocType": "INCER",
            "DigiLockerId": "7a3f9b2c-1e4d-4f8a-b6c2-0a1b2c3d4e5f",
            "FullName": "Sunita Devi",
            "DOB": "12-04-1988",
            "UDF1": number,
            **changes,
        }
        return self.send("pull-uri", self.body("PullURIRequest", details, form))


@pytest.fixture
def locker(running):
    return Locker(running)


def status(answer):
    assert answer.status_code == 200, answer.text
    return Xml.fromstring(answer.content).find("ResponseStatus").attrib["Status"]


def test_a_search_finds_the_owner_s_certificate(running, api, number, locker):
    answer = locker.search(number)
    assert answer.headers["content-type"].startswith("application/xml") and status(answer) == "1"
    root = Xml.fromstring(answer.content)
    assert root.tag == "PullURIResponse"
    told = root.find("ResponseStatus").attrib
    assert told["txn"] == "1452503688" and told["ts"]
    (person,) = root.findall("DocDetails/IssuedTo/Persons/Person")
    assert (person.get("name"), person.get("dob")) == ("Sunita Devi", "12-04-1988")
    pdf = base64.b64decode(root.findtext("DocDetails/DocContent"))
    assert pdf == api.get(f"/certificates/{number}/pdf").content
    known = Known(KeySet.from_jwks(api.get("/certificates/jwks.json").json()))
    assert check_pdf(pdf, known, running.clock()).credential.number == number
    data = Xml.fromstring(base64.b64decode(root.findtext("DocDetails/DataContent")))
    assert data.get("number") == number and data.get("type") == "INCER"
    assert data.find("IssuedTo/Person").get("nameLocal") == "सुनीता देवी"
    assert [item.text for item in data.findall("CertificateData/Value")] == ["120000"]


def test_the_document_is_found_by_its_uri(api, number, locker):
    uri = Xml.fromstring(locker.search(number).content).findtext("DocDetails/URI")
    issuer, kind, identity = uri.split("-")
    assert (issuer, kind) == ("in.gov.delhi.revenue", "INCER") and identity.isdigit() and len(identity) == 10
    body = locker.body("PullDocRequest", {"URI": uri, "DigiLockerId": "7a3f9b2c"}, "pdf")
    root = Xml.fromstring(locker.send("pull-doc", body).content)
    assert root.tag == "PullDocResponse" and root.find("DocDetails/DataContent") is None
    assert base64.b64decode(root.findtext("DocDetails/DocContent")) == api.get(f"/certificates/{number}/pdf").content
    somebody = locker.body("PullDocRequest", {"URI": uri, "FullName": "Meena Kumari"})
    assert status(locker.send("pull-doc", somebody)) == "0"
    for wrong in (uri[:-1] + "0", uri.replace("INCER", "CASTE"), uri.replace("delhi", "mumbai"), "", "%"):
        if wrong != uri:
            assert status(locker.send("pull-doc", locker.body("PullDocRequest", {"URI": wrong}))) == "0", wrong


@pytest.mark.parametrize(("form", "elements"), [("xml", ["DataContent"]), ("pdf", ["DocContent"])])
def test_only_the_wanted_form_is_sent(number, locker, form, elements):
    details = Xml.fromstring(locker.search(number, form).content).find("DocDetails")
    assert [item.tag for item in details if item.tag.endswith("Content")] == elements


@pytest.mark.parametrize(
    "changes",
    [
        {"FullName": "Meena Kumari"},
        {"DOB": "13-04-1988"},
        {"FullName": "", "DOB": ""},
        {"FullName": ""},
        {"DocType": "CASTE"},
        {"UDF1": "REVC-2026-000000000"},
        {"UDF1": ""},
    ],
)
def test_nobody_else_s_certificate_is_given_out(number, locker, changes):
    answer = locker.search(number, **changes)
    assert status(answer) == "0" and b"Sunita" not in answer.content and b"DocDetails" not in answer.content


def test_the_name_may_be_written_in_capitals(number, locker):
    assert status(locker.search(number, FullName="SUNITA  DEVI")) == "1"


def test_a_revoked_certificate_is_not_given_out(running, number, locker):
    page = f"/desk/certificates/{number}"
    running.desk("officer1").post(page, f"{page}/revocation", step="ask", text="forged")
    running.desk("officer2").post(page, f"{page}/revocation", step="confirm")
    assert status(locker.search(number)) == "0"


def test_both_encodings_of_the_digest_that_are_in_use_count(number, locker):
    body = locker.body("PullURIRequest", {"DocType": "INCER", "FullName": "Sunita Devi", "UDF1": number})
    assert [status(locker.send("pull-uri", body, hexadecimal=form)) for form in (False, True)] == ["1", "1"]


def test_a_request_that_is_not_digilocker_s_is_refused(running, number, locker):
    details = {"DocType": "INCER", "FullName": "Sunita Devi", "UDF1": number}
    body = locker.body("PullURIRequest", details)
    old = locker.body("PullURIRequest", details, ts="2026-11-22T10:00:00+05:30")
    refused = [
        locker.send("pull-uri", body, key="another-key-of-somebody"),
        locker.send("pull-uri", body, header=""),
        locker.send("pull-uri", body, header="ü".encode()),
        locker.send("pull-uri", locker.body("PullURIRequest", details, keyhash="0" * 64)),
        locker.send("pull-uri", locker.body("PullURIRequest", details, orgId="in.gov.mumbai")),
        locker.send("pull-uri", locker.body("PullURIRequest", details, ts="2026-11-22")),
        locker.send("pull-uri", locker.body("PullURIRequest", details, ts="yesterday")),
    ]
    running.clock.move(days=30)
    refused.append(locker.send("pull-uri", old))
    assert [answer.status_code for answer in refused] == [401] * len(refused)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a/>",
        b"<PullURIRequest/>",
        b"<PullURIRequest><DocDetails><UDF1><a/></UDF1></DocDetails></PullURIRequest>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><PullURIRequest><DocDetails/></PullURIRequest>',
        b"<PullDocRequest><DocDetails/></PullDocRequest>",
        b'<PullURIRequest format="jpeg"><DocDetails/></PullURIRequest>',
        "<PullURIRequest><DocDetails/></PullURIRequest>".encode("utf-16"),
        b"<PullURIRequest>" + b"x" * 1_100_000,
    ],
)
def test_what_is_no_request_is_refused(locker, body):
    assert locker.send("pull-uri", body).status_code == 422


def test_who_was_told_stands_in_the_audit_trail(running, number, locker):
    from sqlalchemy import select

    from departments.tables import AuditEntry

    locker.search(number)
    locker.search(number, FullName="Meena Kumari")
    with running.office.database.read() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.officer == "digilocker")).all()
    assert [(entry.act, entry.subject) for entry in told] == [("pull_uri", number)]


def test_without_an_agreement_there_is_no_such_address(settings, gateway, migrated):
    import shutil

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(migrated, settings.data_dir / "departments.sqlite3")
    off = Running(settings, gateway.url)
    try:
        assert off.office.digilocker is None
        assert httpx.post(f"{off.url}/digilocker/pull-uri", content=b"x").status_code == 404
    finally:
        off.stop()
        off.office.database.close()


@pytest.mark.parametrize(
    "changes", [{"key": "short"}, {"issuer": "in-gov"}, {"types": {"income": "income"}}, {"org": ""}, {"types": None}]
)
def test_a_broken_agreement_stops_the_start(tmp_path, changes):
    path = tmp_path / "digilocker.json"
    path.write_text(json.dumps({**AGREED, **changes}))
    with pytest.raises(Unavailable):
        agreement.load(path)
    good = agreement.Agreement("in.gov", "x", {"income": "INCER"}, KEY)
    assert KEY not in repr(replace(good, org="y"))
