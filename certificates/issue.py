"""Issues a certificate: facts in, a signed PDF with its credential out, read back before it is handed over.

    issued = issue(request, keys, catalogue, public_url)

Decides nothing about who may have a certificate. Same request and file keys: same bytes. Raises the errors under
`certificates.errors.IssueError`, whose messages are for the officer.
"""

from __future__ import annotations

import calendar
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from catalogue.model import Catalogue, CertificateType, Service
from certificates import credential as credentials
from certificates import fonts, jwk, layout, qr, words
from certificates.credential import Credential, Person, StatusRef
from certificates.errors import LayoutError, MissingValue, ReadBackFailed
from certificates.keys import INDIA, KeySet, KeyStore
from certificates.layout import Layout
from certificates.pdf import document, photo, seal, sheet
from certificates.values import Bilingual, Values, as_date, issuer, say, tidy
from certificates.verify import Known, check_pdf

NEVER_SIGNED: Final = frozenset({"aadhaar", "phone", "email", "address", "pincode"})
"""Types of the catalogue's fields that stay out of every credential."""
TAGS: Final = {"en": "en-IN", "hi": "hi-IN", "pa": "pa-Guru-IN", "ur": "ur-IN"}


@dataclass(frozen=True)
class IssueRequest:
    """What is to be certified.

    `values` are the application's fields in normal form, with those the office adds (registration number, licence
    number); `local` their texts in the person's script, as the person confirmed them (names above all). `number` is the
    certificate's, `status` its place in the department's status list, `cti` 12 random bytes. `office` names the issuing
    office in English and the person's language where it is not that of the sub-division; `officer` who approved, as it
    is printed (Latin letters). `photo` and `emblem` are pictures (any format Pillow reads).
    """

    service: Service
    values: Mapping[str, Any]
    local: Mapping[str, str]
    language: str
    number: str
    issued_at: datetime
    status: StatusRef
    cti: bytes
    office: Mapping[str, str] = field(default_factory=dict)
    officer: str = ""
    photo: bytes | None = None
    emblem: bytes | None = None


@dataclass(frozen=True)
class Issued:
    """A finished certificate. Keep `pdf` and serve these bytes for ever; `cose` is what the QR code carries."""

    number: str
    pdf: bytes
    sha256: str
    credential: Credential
    cose: bytes
    qr_text: str
    kid: str


def issue(
    request: IssueRequest,
    keys: KeyStore,
    catalogue: Catalogue,
    public_url: str,
    data_dir: Path | None = None,
    read_back: bool = True,
) -> Issued:
    """Make the certificate; `read_back` False leaves the last check to the caller (for measuring alone)."""
    certificate = request.service.certificate
    if certificate is None:
        raise LayoutError(f"The service {request.service.id!r} does not end in a certificate.")
    plan = layout.load(certificate.kind)
    values = _named(Values(request.service, catalogue, request.values, request.local, request.language), plan)
    key = keys.current(request.service.department.id, request.issued_at)
    credential = _credential(request, certificate, plan, values)
    cose = credentials.sign(credential, key)
    scanned = qr.text(cose, public_url)
    content = _content(request, certificate, plan, values, credential, scanned, public_url, jwk.b64(key.kid))
    canvas = sheet.draw(content, lambda script, bold: fonts.load(script, bold, data_dir))
    about = document.Description(
        title=f"{certificate.title['en']} {request.number}",
        author=issuer(request.service.department)["en"],
        subject=content.statement.en,
        language=TAGS["en"],
        created=request.issued_at.astimezone(INDIA).replace(microsecond=0),
    )
    writer = document.build(canvas, about, cose)
    pdf = seal.sign(writer, key, about.created, f"Issue of certificate {request.number}")
    if read_back:
        _read_back(pdf, credential, keys, request.issued_at)
    return Issued(request.number, pdf, hashlib.sha256(pdf).hexdigest(), credential, cose, scanned, jwk.b64(key.kid))


def _read_back(pdf: bytes, credential: Credential, keys: KeyStore, at: datetime) -> None:
    """No status list is at hand yet, so the best there can be is a good certificate of unknown standing."""
    verdict = check_pdf(pdf, Known(KeySet.of(keys)), at)
    if verdict.credential != credential or verdict.reason not in ("no_status_list", "expired"):
        raise ReadBackFailed(verdict.reason)


def _credential(request: IssueRequest, certificate: CertificateType, plan: Layout, values: Values) -> Credential:
    issued = request.issued_at.astimezone(INDIA)
    return Credential(
        issuer=request.service.department.id,
        issued_at=int(request.issued_at.timestamp()),
        expires_at=_expiry(issued, certificate.validity_months),
        cti=request.cti,
        kind=certificate.kind,
        number=request.number,
        persons=_persons(request, plan, values),
        district=values.printed([plan.district]).en if plan.district else "",
        value=(*_title(certificate), *(_signed(values, name) for name in _certified(plan, certificate, values))),
        date=_number(issued.date()),
        status=request.status,
        language=request.language,
    )


def _title(certificate: CertificateType) -> tuple[str, ...]:
    """Where the kind alone does not say what was certified, its title is signed too."""
    return (certificate.title["en"],) if certificate.kind == "generic" else ()


def _certified(plan: Layout, certificate: CertificateType, values: Values) -> tuple[str, ...]:
    """Fields whose values are signed; never what would tell where or how a person can be reached."""
    names = plan.value or ((certificate.claim,) if certificate.claim else ())
    return tuple(name for name in names if values.has(name) and values.type_of(name) not in NEVER_SIGNED)


def _signed(values: Values, name: str) -> int | str:
    """Amounts as integers, dates as ISO text, lists of choices as their codes, everything else as printed in
    English.
    """
    raw = values.raw(name)
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, str) and len(raw) == 10 and raw[4:5] == "-":
        return raw
    if isinstance(raw, (list, tuple)):
        return " ".join(str(item) for item in raw)
    return values.printed([name]).en


def _named(values: Values, plan: Layout) -> Values:
    """With what a child that has no name yet is called by: births are registered before names are given."""
    given, local = dict(values.given), dict(values.local)
    for spec in plan.persons:
        if not spec.baby_of or values.has(spec.name) or not values.has(spec.baby_of):
            continue
        mother = values.printed([spec.baby_of])
        given[spec.name] = say("baby_of", "en", name=mother.en)
        if values.language != "en":
            local[spec.name] = say("baby_of", values.language, name=mother.local or mother.en)
    return replace(values, given=given, local=local)


def _persons(request: IssueRequest, plan: Layout, values: Values) -> tuple[Person, ...]:
    persons = []
    for spec in plan.persons:
        name = spec.name if values.has(spec.name) else request.service.applicant
        if not values.has(name):
            raise MissingValue(spec.name)
        printed = values.printed([name])
        relation = next((f for f in spec.relation if values.has(f)), "")
        local = unicodedata.normalize("NFC", values.local.get(name, ""))
        persons.append(
            Person(
                name=printed.en,
                local=local if local != printed.en else "",
                relation=spec.relation.get(relation, ""),
                relation_name=values.printed([relation]).en if relation else "",
                born=_number(as_date(values.raw(spec.born))) if values.has(spec.born) else 0,
            )
        )
    return tuple(persons)


def _number(value: date) -> int:
    return value.year * 10000 + value.month * 100 + value.day


def _expiry(issued: datetime, months: int | None) -> int:
    """The last second of the day on which the validity ends, in Indian time; 0: never."""
    if months is None:
        return 0
    return int(datetime.combine(_months_later(issued.date(), months), time(23, 59, 59), INDIA).timestamp())


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _content(
    request: IssueRequest,
    certificate: CertificateType,
    plan: Layout,
    values: Values,
    credential: Credential,
    scanned: str,
    public_url: str,
    kid: str,
) -> sheet.Content:
    language = request.language
    department = issuer(request.service.department)
    issued = request.issued_at.astimezone(INDIA).date()
    day = {code: words.day(issued, code) for code in ("en", language)}
    ends = _months_later(issued, certificate.validity_months) if certificate.validity_months is not None else None
    address = urlsplit(public_url)
    domain = address.netloc

    def both(english: str, local: str) -> Bilingual:
        return Bilingual(english, "" if language == "en" else tidy(local, language))

    def text(key: str, **parts: str) -> Bilingual:
        return both(say(key, "en", **parts), say(key, language, **parts))

    facts = [(text("number"), Bilingual(request.number, "")), (text("date"), both(day["en"], day[language]))]
    if ends:
        # Where the catalogue knows of no end, nothing is said: not knowing is not the same as lasting for ever.
        until = {code: say("until", code, date=words.day(ends, code)) for code in ("en", language)}
        facts.append((text("valid_until"), both(until["en"], until[language])))
    office = [both(name["en"], name.get(language, ""))] if (name := _office(request, plan, values)) else []
    approved = (text("approved", officer=request.officer),) if request.officer else ()
    derived = {name: (item.fields, item.format) for name, item in plan.derived.items()}
    return sheet.Content(
        language=language,
        heading=(text("government"), both(department["en"], department[language]), *office),
        title=both(certificate.title["en"], certificate.title[language]),
        facts=tuple(facts),
        statement=both(
            values.sentence(certificate.statement["en"], "en", derived),
            values.sentence(certificate.statement[language], language, derived) if language != "en" else "",
        ),
        lines=tuple(_lines(request, certificate, plan, values)),
        check=(
            text("check_title"),
            text("check", domain=domain),
            both(
                say("signed", "en", department=department["en"], date=day["en"]),
                say("signed", language, department=department[language], date=day[language]),
            ),
            *approved,
            text("no_ink"),
        ),
        domain=f"{domain}{address.path.rstrip('/')}/verify",
        fine_print=f"{request.number} · {kid} · {credential.cti.hex()}",
        qr=qr.symbol(scanned),
        qr_alt=say("qr_alt", "en", number=request.number),
        photo=photo.prepare(request.photo, photo.SHAPES[plan.photo]) if request.photo and plan.photo else None,
        frame=photo.SHAPES[plan.photo or "person"],
        photo_alt=say("photo_alt", "en"),
        emblem=photo.square(request.emblem) if request.emblem else None,
        emblem_alt=say("emblem_alt", "en"),
    )


def _office(request: IssueRequest, plan: Layout, values: Values) -> Mapping[str, str]:
    """The issuing office by language; empty where nothing is known of it."""
    if request.office.get("en") or not plan.office or not (values.has("sub_division") and values.has("district")):
        return request.office if request.office.get("en") else {}
    place, district = (values.printed([name]) for name in ("sub_division", "district"))
    return {
        "en": say("office", "en", sub_division=place.en, district=district.en),
        request.language: say(
            "office", request.language, sub_division=place.local or place.en, district=district.local or district.en
        ),
    }


def _lines(request: IssueRequest, certificate: CertificateType, plan: Layout, values: Values) -> list[sheet.Line]:
    lines = []
    shown: set[str] = set()
    for row in plan.rows:
        value = values.printed(row.fields, row.format)
        if not value.en:
            if row.required:
                raise MissingValue(row.fields[0])
            continue
        shown.update(row.fields)
        label = Bilingual(row.label["en"], "" if request.language == "en" else row.label[request.language])
        lines.append(sheet.Line(label, value, row.emphasis, row.fields[0]))
    if plan.kind == "generic":
        for name in certificate.fields:
            found = next((use.field for use in request.service.fields if use.field.id == name), None)
            if found is not None and name not in shown and values.has(name):
                label = Bilingual(
                    found.label["en"],
                    "" if request.language == "en" else tidy(found.label[request.language], request.language),
                )
                lines.append(sheet.Line(label, values.printed([name]), name == certificate.claim, name))
    return lines
