"""Every service of the catalogue with a certificate, in a language each, to the paper itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from certificates import verify
from certificates.keys import KeySet
from departments.office import INDIA
from tests.departments.conftest import INCOME, PNG

TODAY = datetime.now(INDIA).date()
ADDRESS = {name: INCOME[name] for name in ("house_no", "locality", "pincode", "district", "sub_division", "mobile")}
PERSON = {name: INCOME[name] for name in ("applicant_name", "father_name", "dob", "gender")}
BOOKED = object()


def answers(catalogue, service, slot):
    """Good answers to all that must be answered, by type."""
    chosen = {
        **PERSON,
        **ADDRESS,
        "ll_issue_date": (TODAY - timedelta(days=60)).isoformat(),
        "marriage_act": "hindu_marriage_act_1955",
        "marriage_date": (TODAY - timedelta(days=40)).isoformat(),
        "groom_religion": "hindu",
        "bride_religion": "hindu",
        "witness1_id": "ABC1234567",
        "witness2_id": "DEF1234567",
        "birth_date": (TODAY - timedelta(days=5)).isoformat(),
        "child_name": "Asha",
        "hospital_name": "Lok Nayak Hospital",
        "caste_name": catalogue.castes["sc"][0].title["en"],
    }
    found = {}
    for use in service.fields:
        field = use.field
        if not use.required and field.id not in chosen:
            continue
        if use.when is not None and field.id not in chosen:
            continue
        found[field.id] = chosen.get(field.id) or {
            "name": "Ram Lal",
            "date": "1990-05-05",
            "choice": field.options[0].value if field.options else None,
            "choices": [option.value for option in field.options[:1]],
            "integer": int(field.minimum or 3),
            "money": 1000,
            "decimal": 1.0,
            "boolean": True,
            "slot": slot,
            "phone": "9876543210",
            "aadhaar": "999941057058",
        }.get(field.type, "Kalkaji 5")
    return found


LANGUAGES = {
    "income_certificate": ("hi", "सुनीता देवी"),
    "caste_sc_st": ("pa", "ਸੁਨੀਤਾ ਦੇਵੀ"),
    "domicile_certificate": ("ur", "سنیتا دیوی"),
    "marriage_registration": ("hi", "राम लाल"),
    "birth_certificate": ("en", ""),
    "driving_licence": ("pa", "ਸੁਨੀਤਾ ਦੇਵੀ"),
}


@pytest.mark.parametrize("service_id", LANGUAGES)
def test_to_a_paper_that_verifies(running, api, service_id):
    catalogue = running.office.catalogue
    service = catalogue.services[service_id]
    slots = api.get(f"/services/{service_id}/slots").json()["slots"]
    fields = answers(catalogue, service, slots[0]["id"] if slots else None)
    language, local = LANGUAGES[service_id]
    name = fields[service.applicant]
    answer = api.submit(
        service=service_id, fields={**dict.fromkeys(INCOME), **fields}, local={},
        applicant={"name": name, "name_local": local}, language=language,
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    photos = [use.document for use in service.documents if use.document.image_only]
    for document in photos:
        assert api.attach(number, document.id, PNG).status_code == 201
    one, two = running.desk("officer1"), running.desk("officer2")
    for act in {
        "fee_pending": ["clear_fee"],
        "submitted": ["take_up"],
    }.get(answer.json()["stage"], []):
        one.do(number, act)
    stage = api.get(f"/applications/{number}").json()["stage"]
    if stage == "test_scheduled":
        one.do(number, "pass_test")
    one.do(number, "approve")
    two.do(number, "issue")
    certificate = api.get(f"/applications/{number}/certificate").json()
    pdf = api.get(f"/certificates/{certificate['number']}/pdf").content
    keys = KeySet.from_jwks(api.get("/certificates/jwks.json").json())
    from certificates import status_list

    department = service.department.id
    name = f"{department}-{running.office.today().year}"
    listed = status_list.read(api.get(f"/certificates/status/{name}").content, keys)
    verdict = verify.check_pdf(pdf, verify.Known(keys, {listed.name: listed}), running.clock())
    assert verdict.valid, (verdict.verdict, verdict.reason)
    person = verdict.credential.persons[0]
    assert verdict.credential.number == certificate["number"] and person.name
    if service_id != "marriage_registration":
        assert person.local == local
