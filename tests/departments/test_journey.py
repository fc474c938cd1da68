"""From submission to a certificate, over HTTP alone."""

from __future__ import annotations

from departments import numbers


def test_from_submission_to_the_same_certificate_again(running, api, gateway):
    number = api.number()
    assert numbers.valid(number) and number.startswith("REV-")
    for document in ("identity_proof", "photo"):
        assert api.attach(number, document).status_code == 201
    certificate = running.issue(number)
    assert numbers.valid(certificate) and certificate.startswith("REVC-")

    stages = [r.event["stage"] for r in gateway.wait(3)]
    assert stages == ["under_verification", "approved", "certificate_issued"]
    last = gateway.received[-1]
    assert last.path == "/departments/revenue/events"
    assert last.event["certificate"] == {"number": certificate, "kind": "income"}
    assert last.event["reference"] == "conversation-1"

    pdf = api.get(f"/certificates/{certificate}/pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF-")
    assert api.get(f"/certificates/{certificate}/pdf").content == pdf.content
    about = api.get(f"/applications/{number}/certificate").json()
    assert about["number"] == certificate and about["kind"] == "income"
    import hashlib

    assert about["sha256"] == hashlib.sha256(pdf.content).hexdigest()
