"""What a department answers, and how it refuses, read from the JSON of the Department API.

DepartmentError
├── DepartmentUnavailable   no answer, an answer of 5xx, or one that is not of the contract: try again later
└── DepartmentRefused       a 4xx answer (429: too often); `detail` is in English, `problems` field by field
    └── DepartmentNotFound  404
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import httpx

Read = TypeVar("Read")


class DepartmentError(Exception):
    """Root of what this client raises."""


class DepartmentUnavailable(DepartmentError):
    """Nothing is known about whether a write was done: repeat it with the same key."""


class DepartmentRefused(DepartmentError):
    """Repeating does not help."""

    def __init__(self, status: int, code: str, detail: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(f"the department refused: {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.problems = problems


class DepartmentNotFound(DepartmentRefused):
    """No such application, certificate or service."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field or document; `id` is the catalogue's."""

    id: str
    code: str
    detail: str


@dataclass(frozen=True)
class Submitted:
    number: str
    stage: str
    due: date | None


@dataclass(frozen=True)
class Uploaded:
    """`stage` is that of the application after the upload: the last missing correction puts it back to work."""

    document: str
    sha256: str
    stage: str


@dataclass(frozen=True)
class StageAt:
    stage: str
    at: datetime


@dataclass(frozen=True)
class Fault:
    id: str
    reason: str


@dataclass(frozen=True)
class SentBack:
    fields: tuple[Fault, ...]
    documents: tuple[Fault, ...]
    note: str


@dataclass(frozen=True)
class Appointment:
    """When and where the person is expected."""

    at: datetime
    place: str


@dataclass(frozen=True)
class CertificateRef:
    number: str
    issued_at: datetime
    status: str


@dataclass(frozen=True)
class Application:
    """`fields` are masked; `reason` is that of a rejection or the officer's last word to the person."""

    number: str
    service: str
    stage: str
    due: date | None
    overdue: bool
    history: tuple[StageAt, ...]
    fields: Mapping[str, Any]
    documents: tuple[str, ...]
    appointment: Appointment | None
    sent_back: SentBack | None
    reason: str | None
    certificate: CertificateRef | None


@dataclass(frozen=True)
class Slot:
    id: str
    at: datetime
    place: str


@dataclass(frozen=True)
class Provable:
    """One fact that a certificate proves; `limit` in rupees or years, as the test has it."""

    test: str
    limit: int


@dataclass(frozen=True)
class CertificateInfo:
    number: str
    kind: str
    issued_at: datetime
    sha256: str
    status: str
    proofs: tuple[Provable, ...] = ()


@dataclass(frozen=True)
class DownloadToken:
    """`url` is the one-time page; the person has until `expires_at`."""

    token: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Claimed:
    """The application that a claim was granted for; `certificate` is the newest one's number, or empty."""

    number: str
    service: str
    stage: str
    due: date | None
    certificate: str


@dataclass(frozen=True)
class HandedOver:
    """A conversation that staff has; `ahead`: how many wait for longer."""

    id: str
    ahead: int


def parsed(response: httpx.Response) -> Any:
    """The body of an answer. Raises `DepartmentUnavailable`."""
    try:
        return response.json()
    except ValueError as error:
        raise DepartmentUnavailable("the department's answer is not JSON") from error


def refusal(response: httpx.Response) -> DepartmentRefused:
    """What a 4xx answer raises."""
    try:
        data = response.json()
        code, detail = str(data["code"]), str(data["detail"])
        problems = tuple(Problem(p["id"], p["code"], p["detail"]) for p in data.get("problems") or ())
    except (ValueError, KeyError, TypeError):
        code, detail, problems = f"http_{response.status_code}", "", ()
    kind = DepartmentNotFound if response.status_code == 404 else DepartmentRefused
    return kind(response.status_code, code, detail, problems)


def read(build: Callable[[], Read]) -> Read:
    """What `build` makes of a body. Raises `DepartmentUnavailable` where that is not of the contract."""
    try:
        return build()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DepartmentUnavailable("the department's answer is not of the contract") from error


def application(data: Mapping[str, Any]) -> Application:
    back, certificate, due = data.get("sent_back"), data.get("certificate"), data.get("appointment")
    return Application(
        number=data["number"],
        service=data["service"],
        stage=data["stage"],
        due=day(data["due"]),
        overdue=bool(data["overdue"]),
        history=tuple(StageAt(step["stage"], moment(step["at"])) for step in data["history"]),
        fields=data["fields"],
        documents=tuple(data.get("documents") or ()),
        appointment=Appointment(moment(due["at"]), due.get("place") or "") if due else None,
        sent_back=SentBack(_faults(back["fields"]), _faults(back["documents"]), back.get("note") or "")
        if back
        else None,
        reason=data.get("reason"),
        certificate=CertificateRef(
            certificate["number"], moment(certificate["issued_at"]), certificate.get("status", "valid")
        )
        if certificate
        else None,
    )


def claimed(data: Mapping[str, Any]) -> Claimed:
    found = data["application"]
    return Claimed(found["number"], found["service"], found["stage"], day(found["due"]), data["certificate"] or "")


def _faults(items: Any) -> tuple[Fault, ...]:
    return tuple(Fault(item["id"], item.get("reason") or "") for item in items)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
