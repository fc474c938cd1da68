"""The XML of DigiLocker's requests and of our answers (Issuer API Specification 1.11 and 1.12, section 8).

Requests are read strictly: UTF-8, no document type declaration, no deeper than the specification has it. A person is
told to DigiLocker as the certificate itself certifies them; what the certificate does not say stays empty.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from certificates.credential import Credential
from departments.errors import Invalid

LARGEST = 1024 * 1024
"""A request may carry a photograph, which is not looked at."""
FORMATS = ("xml", "pdf", "both")


@dataclass(frozen=True)
class Request:
    """A request of either kind. `details` are the elements of DocDetails by name, `URI` and `UDF1` among them."""

    kind: str
    ts: str
    txn: str
    org: str
    key_hash: str
    format: str
    details: dict[str, str]


def read(body: bytes, kind: str) -> Request:
    """`kind` is PullURIRequest or PullDocRequest. Raises `Invalid`."""
    wrong = Invalid("The request is not of DigiLocker's specification.", "malformed")
    try:
        text = body.decode("utf-8-sig")
        if len(body) > LARGEST or "<!" in text:
            raise wrong
        root = Xml.fromstring(text.encode("utf-8"))
    except (UnicodeDecodeError, Xml.ParseError, LookupError) as error:
        raise wrong from error
    details = next((item for item in root if _name(item) == "DocDetails"), None)
    if _name(root) != kind or details is None or any(len(item) for item in details):
        raise wrong
    form = root.get("format", "xml").lower() or "xml"
    if form not in FORMATS:
        raise wrong
    return Request(
        kind=kind,
        ts=root.get("ts", ""),
        txn=root.get("txn", ""),
        org=root.get("orgId", ""),
        key_hash=root.get("keyhash", "") or root.get("keyHash", ""),
        format=form,
        details={_name(item): (item.text or "").strip() for item in details},
    )


def _name(element: Xml.Element) -> str:
    """Without its namespace."""
    return str(element.tag).rpartition("}")[2]


@dataclass(frozen=True)
class Document:
    """A certificate as DigiLocker is given it. `title` in English; `status` is A: it stands."""

    uri: str
    type: str
    title: str
    authority: str
    credential: Credential
    pdf: bytes


def refusal(request: Request) -> bytes:
    """Status 0 says that there is no such document for this person; never why."""
    return _write(_answer(request, "0"))


def found(request: Request, document: Document) -> bytes:
    root = _answer(request, "1")
    details = Xml.SubElement(root, "DocDetails")
    if request.kind == "PullURIRequest":
        _issued_to(details, document.credential)
        Xml.SubElement(details, "URI").text = document.uri
    if request.format in ("pdf", "both"):
        Xml.SubElement(details, "DocContent").text = base64.b64encode(document.pdf).decode()
    if request.format in ("xml", "both"):
        Xml.SubElement(details, "DataContent").text = base64.b64encode(data(document)).decode()
    return _write(root)


def _answer(request: Request, status: str) -> Xml.Element:
    root = Xml.Element(request.kind.replace("Request", "Response"), {"xmlns:ns2": "http://tempuri.org/"})
    stamp = {"Status": status, "ts": request.ts, "txn": request.txn}
    Xml.SubElement(root, "ResponseStatus", stamp).text = status
    return root


def _issued_to(parent: Xml.Element, credential: Credential) -> None:
    persons = Xml.SubElement(Xml.SubElement(parent, "IssuedTo"), "Persons")
    for person in credential.persons:
        Xml.SubElement(persons, "Person", {"name": person.name, "dob": born(person.born), "gender": "", "phone": ""})


def born(number: int) -> str:
    """yyyymmdd as DD-MM-YYYY; empty where the certificate does not tell the day."""
    return f"{number % 100:02}-{number // 100 % 100:02}-{number // 10000}" if number > 9999 else ""


def data(document: Document) -> bytes:
    """The certificate in a machine's form."""
    credential = document.credential
    root = Xml.Element(
        "Certificate",
        {
            "language": "99",
            "name": document.title,
            "type": document.type,
            "number": credential.number,
            "issueDate": born(credential.date),
            "status": "A",
        },
    )
    Xml.SubElement(Xml.SubElement(root, "IssuedBy"), "Organization", {"name": document.authority})
    people = Xml.SubElement(root, "IssuedTo")
    for person in credential.persons:
        facts = {"name": person.name, "nameLocal": person.local, "dob": born(person.born)}
        if person.relation:
            facts |= {"swdIndicator": person.relation, "swd": person.relation_name}
        Xml.SubElement(people, "Person", facts)
    certified = Xml.SubElement(root, "CertificateData")
    for value in credential.value:
        Xml.SubElement(certified, "Value").text = str(value)
    return _write(root)


def _write(root: Xml.Element) -> bytes:
    text = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()
