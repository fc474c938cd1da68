"""Every certificate of the catalogue in every language: drawn, signed, read back by readers that are not ours."""

from __future__ import annotations

import dataclasses
import io
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cwt
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image

from catalogue.model import Catalogue, Service
from certificates import credential as credentials
from certificates import qr
from certificates.credential import StatusRef
from certificates.errors import DoesNotFit, IssueError, LayoutError, MissingGlyph, MissingValue
from certificates.issue import Issued, IssueRequest, issue
from certificates.jwk import unb64
from certificates.key_files import FileKeyStore
from certificates.keys import jwks
from certificates.verify import Known, check_pdf, check_text
from tests.certificates.conftest import LATER, NOW, URL, Make, known_with
from tests.certificates.people import LOCAL, VALUES

SERVICES = tuple(VALUES)
COUPLE = "marriage_registration"


@pytest.mark.parametrize("language", ["en", "hi", "pa", "ur"])
@pytest.mark.parametrize("service", SERVICES)
def test_every_certificate_is_issued_and_holds(make: Make, store: FileKeyStore, service: str, language: str) -> None:
    issued = make(service, language)
    known = known_with(store, {})
    assert check_pdf(issued.pdf, known, LATER).verdict == "valid"
    assert check_text(issued.qr_text, known, LATER).verdict == "valid"
    assert len(issued.cose) <= (600 if service == COUPLE else 300)
    assert len(issued.pdf) <= 90_000


def test_same_input_same_bytes(make: Make, income: Issued) -> None:
    assert make().pdf == income.pdf
    assert make(cti=bytes(12)).pdf != income.pdf


@pytest.mark.parametrize("value", ["9876543210", "999941057058", "Dilshad", "42-B"])
def test_phone_aadhaar_and_address_stay_out_of_the_credential(income: Issued, value: str) -> None:
    payload = credentials.unpack(income.cose).payload
    assert value.encode() not in payload
    assert int(value).to_bytes(8, "big").lstrip(b"\0") not in payload if value.isdigit() else True


def test_phone_and_aadhaar_stay_off_the_page(income: Issued) -> None:
    text = pdfium.PdfDocument(income.pdf)[0].get_textpage().get_text_range()
    assert "9876543210" not in text and "999941057058" not in text and "INC-2026-0000123" in text


def test_both_names_are_signed(income: Issued) -> None:
    person = income.credential.persons[0]
    assert (person.name, person.local, person.relation) == ("Sunita Devi", "सुनीता देवी", "father")


def test_an_independent_reader_and_library_verify_with_nothing_but_the_key_set(
    income: Issued, store: FileKeyStore
) -> None:
    page = pdfium.PdfDocument(income.pdf)[0].render(scale=200 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(page)
    data = qr.read(code.text)
    keys = [
        cwt.COSEKey.new({1: 2, -1: 1, 3: -7, 2: unb64(k["kid"]), -2: unb64(k["x"]), -3: unb64(k["y"])})
        for k in jwks(store)["keys"]
    ]
    claims: Any = cwt.decode(credentials.inflate(data, 4096) if data[0] == 0x78 else data, keys)
    assert claims[1] == "revenue" and claims[-65537][3][0][:2] == ["Sunita Devi", "सुनीता देवी"]


@pytest.mark.parametrize("language", ["en", "ur"])
def test_other_programs_find_the_file_sound(make: Make, tmp_path: Path, language: str) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(make("income_certificate", language).pdf)
    qpdf = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in qpdf.stdout and "PDF Version: 1.7" in qpdf.stdout
    pdfsig = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in pdfsig and "Total document signed" in pdfsig
    assert "ETSI.CAdES.detached" in pdfsig
    info = subprocess.run(["pdfinfo", "-struct", path], capture_output=True, text=True, check=True).stdout
    for element in ("H1", "Table", "TR", "TH", "TD", "Figure"):
        assert element in info


def test_urdu_is_read_aloud_in_its_order(make: Make) -> None:
    """In the page the words lie by position; the structure says them as they are spoken."""
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    def spoken(element: Any) -> list[str]:
        kids = element["/K"]
        below = [text for n in range(len(kids)) if isinstance(kids[n], dict) for text in spoken(kids[n])]
        return [str(element["/ActualText"]), *below] if "/ActualText" in element else below

    tree = PdfFileReader(BytesIO(make("income_certificate", "ur").pdf)).root["/StructTreeRoot"]["/K"]
    said = spoken(tree)
    assert "سنیتا دیوی" in said and "رام لال" in said and "42-B، گلی نمبر 3، دلشاد گارڈن، شاہدرہ، 110095" in said
    assert not any(mark in text for text in said for mark in "\u2066\u2067\u2068\u2069")
    hindi = PdfFileReader(BytesIO(make("income_certificate", "hi").pdf)).root["/StructTreeRoot"]["/K"]
    assert spoken(hindi) == [], "left-to-right scripts lie in the page as they are spoken"


@pytest.mark.parametrize(
    ("service", "size"),
    [("caste_sc_st", (350, 450)), (COUPLE, (532, 385)), ("birth_certificate", None), ("income_certificate", None)],
)
def test_a_photograph_stands_where_the_kind_has_one(make: Make, service: str, size: tuple[int, int] | None) -> None:
    page = pdfium.PdfDocument(make(service, "pa").pdf)[0]
    found = [item.get_px_size() for item in page.get_objects() if isinstance(item, pdfium.PdfImage)]
    assert found == ([size] if size else [])


@pytest.mark.parametrize("service", ["caste_sc_st", "marriage_registration"])
def test_the_busiest_photograph_keeps_the_paper_small(make: Make, service: str) -> None:
    noise = io.BytesIO()
    Image.frombytes("RGB", (700, 900), random.Random(1).randbytes(700 * 900 * 3)).save(noise, "JPEG", quality=95)
    assert len(make(service, "ur", photo=noise.getvalue()).pdf) <= 90_000


def test_a_photograph_that_is_none_stops_the_issue(make: Make) -> None:
    with pytest.raises(IssueError, match="photograph"):
        make("caste_sc_st", "hi", photo=b"no picture")


def test_the_municipal_corporation_signs_under_its_own_name(make: Make) -> None:
    text = pdfium.PdfDocument(make("birth_certificate", "hi").pdf)[0].get_textpage().get_text_range()
    assert "Municipal Corporation of Delhi" in text and "NDMC" not in text


def test_a_character_that_no_typeface_draws_stops_the_issue(make: Make) -> None:
    with pytest.raises(MissingGlyph) as caught:
        make(values={**VALUES["income_certificate"], "applicant_name": "Sunita 漢 Devi"})
    assert caught.value.character == "漢"


def test_a_child_without_a_name_is_named_by_its_mother(make: Make) -> None:
    values = {name: value for name, value in VALUES["birth_certificate"].items() if name != "child_name"}
    local = {name: text for name, text in LOCAL["ur"].items() if name != "child_name"}
    issued = make("birth_certificate", "ur", values=values, local=local)
    (child,) = issued.credential.persons
    assert (child.name, child.local) == ("Baby of Sunita Devi", "سنیتا دیوی کی اولاد")


def test_a_notified_caste_is_spelt_in_both_languages_by_the_list(make: Make) -> None:
    values = {**VALUES["caste_sc_st"], "caste_name": "जाटव"}
    local = {name: text for name, text in LOCAL["hi"].items() if name != "caste_name"}
    text = (
        pdfium.PdfDocument(make("caste_sc_st", "hi", values=values, local=local).pdf)[0].get_textpage().get_text_range()
    )
    assert "belongs to the Jatav caste" in " ".join(text.split()) and "Chamar" not in text


def test_digits_of_other_scripts_are_plain_in_english(make: Make) -> None:
    values = {**VALUES["income_certificate"], "house_no": "۴۵"}
    local = {name: text for name, text in LOCAL["ur"].items() if name != "house_no"}
    text = (
        pdfium.PdfDocument(make("income_certificate", "ur", values=values, local=local).pdf)[0]
        .get_textpage()
        .get_text_range()
    )
    assert "of 45, Dilshad Garden" in " ".join(text.split())


def test_a_missing_value_stops_the_issue(make: Make) -> None:
    values = {k: v for k, v in VALUES["income_certificate"].items() if k != "annual_income"}
    with pytest.raises(MissingValue) as caught:
        make(values=values)
    assert caught.value.field == "annual_income"


def test_text_without_end_stops_the_issue(make: Make) -> None:
    with pytest.raises(DoesNotFit):
        make(values={**VALUES["income_certificate"], "house_no": "Gali " * 900})
    with pytest.raises(DoesNotFit):
        make(values={**VALUES["income_certificate"], "house_no": "G" * 300})


def test_a_service_without_certificate_is_refused(
    request_for: Callable[..., IssueRequest], store: FileKeyStore, catalogue: Catalogue
) -> None:
    request = request_for()
    service = dataclasses.replace(request.service, certificate=None)
    with pytest.raises(LayoutError):
        issue(dataclasses.replace(request, service=service), store, catalogue, URL)


def test_any_other_certificate_has_a_layout(
    request_for: Callable[..., IssueRequest], store: FileKeyStore, catalogue: Catalogue
) -> None:
    request = request_for()
    certificate = request.service.certificate
    assert certificate is not None
    service = dataclasses.replace(request.service, certificate=dataclasses.replace(certificate, kind="generic"))
    issued = issue(dataclasses.replace(request, service=service), store, catalogue, URL)
    assert issued.credential.value == ("Income Certificate", 123456), "its title is signed: the kind does not tell it"


LONG = {
    "hi": "चन्द्रशेखरानन्द श्रीवास्तव वेंकटरामन",
    "pa": "ਪਰਮਿੰਦਰਜੀਤ ਕੌਰ ਢਿੱਲੋਂ ਰੰਧਾਵਾ",
    "ur": "محمد عبدالرحمٰن صدیقی انصاری",
}


@pytest.mark.parametrize("language", ["hi", "pa", "ur"])
def test_long_names_fit_and_the_code_keeps_its_module(make: Make, language: str) -> None:
    local = {
        **LOCAL[language],
        "applicant_name": LONG[language],
        "groom_name": LONG[language],
        "bride_name": LONG[language],
    }
    issued = make(COUPLE, language, local=local)
    symbol = qr.symbol(issued.qr_text)
    assert symbol.module >= 0.55 and symbol.side >= 50 and len(issued.cose) <= 600
    single = make("income_certificate", language, local=local)
    assert len(single.cose) <= 300


def test_expiry_is_the_end_of_the_day_in_india(income: Issued, known: Known) -> None:
    from datetime import datetime, timedelta, timezone

    end = datetime(2027, 5, 22, 18, 29, 59, tzinfo=timezone.utc)
    assert income.credential.expires_at == int(end.timestamp())
    assert check_text(income.qr_text, known, end).verdict == "expired"
    assert NOW + timedelta(days=181) <= end


TYPICAL: dict[str, Any] = {
    "name": "Sunita Devi",
    "date": "2020-05-04",
    "datetime": "2020-05-04",
    "money": 123456,
    "integer": 3,
    "decimal": 40,
    "boolean": True,
    "pincode": "110095",
    "phone": "9876543210",
    "district": "shahdara",
}


def typical(service: Service) -> dict[str, Any]:
    """A value for every field, and for every blank of the sentence that the office fills."""
    values: dict[str, Any] = {}
    for use in service.fields:
        options = use.field.options
        plain = options[0].value if options else TYPICAL.get(use.field.type, "Block 42-B")
        values[use.field.id] = [plain] if use.field.type == "choices" else plain
    assert service.certificate is not None
    blanks = {name for text in service.certificate.statement.values() for name in re.findall(r"\{(\w+)\}", text)}
    return {**dict.fromkeys(blanks, "SMA/2024/001"), "dl_no": "DL-04", **values, "marriage_date": "2020-05-04"}


def test_every_service_of_the_catalogue_can_issue(store: FileKeyStore, catalogue: Catalogue) -> None:
    languages = ("hi", "pa", "ur", "en")
    services = [service for service in catalogue.services.values() if service.certificate is not None]
    for number, service in enumerate(services):
        language = languages[number % 4]
        request = IssueRequest(
            service, typical(service), {}, language, f"X-2026-{number:07}", NOW, StatusRef(2026, 5), bytes(12)
        )
        issued = issue(request, store, catalogue, URL)
        assert check_pdf(issued.pdf, known_with(store, {}), LATER).verdict == "valid", service.id
        assert len(issued.cose) <= (600 if service.certificate and service.certificate.kind == "marriage" else 300)


@pytest.mark.parametrize(
    ("service", "person", "certified"),
    [
        ("death_certificate", "deceased_name", "deceased_dod"),
        ("delayed_death_order", "deceased_name", "deceased_dod"),
        ("surviving_member", "deceased_name", "heirs"),
        ("delayed_birth_order", "child_name", "birth_date"),
        ("disability_certificate", "applicant_name", "disability_type"),
        ("trade_licence", "applicant_name", "trade_type"),
        ("ladli_lakhpati_bitiya", "girl_name", None),
        ("ration_card_new", "hof_name", None),
    ],
)
def test_the_credential_names_whom_the_certificate_is_about(
    store: FileKeyStore, catalogue: Catalogue, service: str, person: str, certified: str | None
) -> None:
    found = catalogue.services[service]
    values = {
        **typical(found),
        person: "Chandra Prabha",
        **({certified: "Tea stall"} if certified == "trade_type" else {}),
    }
    request = IssueRequest(found, values, {}, "hi", "X-2026-0000001", NOW, StatusRef(2026, 5), bytes(12))
    credential = issue(request, store, catalogue, URL, read_back=False).credential
    assert [one.name for one in credential.persons] == ["Chandra Prabha"]
    if certified:
        option = next(use.field.options for use in found.fields if use.field.id == certified)
        expected = option[0].title["en"] if option else str(values[certified])
        assert expected in [str(one) for one in credential.value]
    else:
        assert found.certificate and credential.value[0] == found.certificate.title["en"]


def test_office_and_officer_stand_on_the_paper(make: Make, catalogue: Catalogue) -> None:
    values = {**VALUES["income_certificate"], "sub_division": "shahdara", "district": "shahdara"}
    issued = make("income_certificate", "hi", values=values, office={}, officer="Asha Rani, Tehsildar")
    text = " ".join(pdfium.PdfDocument(issued.pdf)[0].get_textpage().get_text_range().split())
    place = catalogue.sub_divisions["shahdara"].name
    assert f"Sub-Division {place['en']}, District" in text and f"उप-मंडल {place['hi']}" in text
    assert "Approved by: Asha Rani, Tehsildar" in text


@pytest.mark.parametrize("claim", ["aadhaar", "mobile", "pincode", "permanent_address"])
def test_a_claim_that_would_give_a_person_away_is_not_signed(
    request_for: Callable[..., IssueRequest], store: FileKeyStore, catalogue: Catalogue, claim: str
) -> None:
    request = request_for()
    certificate = request.service.certificate
    assert certificate is not None
    careless = dataclasses.replace(certificate, kind="generic", claim=claim)
    service = dataclasses.replace(request.service, certificate=careless)
    values = {**request.values, claim: "999941057058"}
    issued = issue(dataclasses.replace(request, service=service, values=values), store, catalogue, URL)
    assert (
        issued.credential.value == ("Income Certificate",)
        and b"999941057058" not in credentials.unpack(issued.cose).payload
    )
