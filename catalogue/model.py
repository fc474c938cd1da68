"""What a service *is*, once its YAML has been read: plain frozen data that every room shares.

Decides nothing and reads nothing; `catalogue.loader` builds these objects, `catalogue.linter` judges them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("en", "hi", "pa", "ur")
"""Codes of the four languages of the assistant; `pa` is Gurmukhi, `ur` is written right to left."""

HAPPENINGS = ("birth", "marriage", "death")
"""What is told with its day and its place in one breath."""

Text4 = Mapping[str, str]
"""A sentence in all of `LANGUAGES`, keyed by language code."""

STAGES = (
    "submitted",
    "fee_pending",
    "under_verification",
    "appointment_booked",
    "test_scheduled",
    "test_failed",
    "waitlisted",
    "sent_back",
    "approved",
    "rejected",
    "withdrawn",
    "certificate_issued",
    "dispatched",
    "payment_started",
    "resolved",
    "reopened",
)
"""What can become of an application, as the Department API names it; a service names those that it has."""


@dataclass(frozen=True)
class Fact:
    """A statement about the world: its text, where it was found, and whether anyone checked it."""

    text: Text4
    source: str
    verified: bool


@dataclass(frozen=True)
class Option:
    """One value of a field that is chosen. `spellings` are further words people use for it, in any script."""

    value: str
    title: Text4
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One fact that a form asks for.

    `type` is one of: name, text, address, date, datetime, money, integer, decimal, boolean, choice, choices, phone,
    email, pincode, aadhaar, identifier, district, sub_division, slot (an appointment offered by the department).
    """

    id: str
    type: str
    label: Text4
    ask: Text4
    help: Text4
    example: Text4 | None = None
    options: tuple[Option, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    past: bool = False
    future: bool = False
    sensitive: bool = False
    statement: bool = False
    """A story, a list or a question in the person's own words: asked alone, taken whole, whatever it sounds like."""
    numbered: bool = False
    """A text that may be a bare number (of a house, a class, a register): of several questions it is answered by digits
    that are no telephone number, PIN code or date."""
    happening: str = ""
    """One of `HAPPENINGS` whose day (a date) or place (a text) this is: both are understood in one sentence."""
    from_birth: str | None = None
    """Field with a day of birth that stands for the answer "since birth" (date), or of which it is the years since."""
    profile: str | None = None
    """Key under which the answer is remembered for the person (None: not carried from one application to the next)."""
    kind: str = ""
    """Type under which the outside world knows the field (`asks` of the web chat): name, text, date, datetime, money,
    integer, decimal, boolean, enum, multi_enum, list, phone, email, id, ref."""


@dataclass(frozen=True)
class Group:
    """Fields that people answer together. `title` heads them in a summary; `ask` opens the message that asks them."""

    id: str
    title: Text4
    ask: Text4


@dataclass(frozen=True)
class FieldUse:
    """A field inside one service: whether it must be answered, when it is asked at all, and with which others."""

    field: Field
    required: bool
    when: str | None = None
    """Expression (`catalogue.expressions`); None: always asked."""
    group: str = ""
    """Fields of one group are asked in one message."""


@dataclass(frozen=True)
class Document:
    """A paper: what it is called and which papers are accepted for it."""

    id: str
    label: Text4
    help: Text4
    alternatives: tuple[Option, ...] = ()
    image_only: bool = False
    remembered: bool = False
    """Whether a copy is kept for the person and offered again in the next application."""


@dataclass(frozen=True)
class DocumentUse:
    """A paper inside one service. `need` is mandatory, optional or conditional (then `when` or `note` says when)."""

    document: Document
    need: str
    when: str | None = None
    note: Text4 | None = None


@dataclass(frozen=True)
class Rule:
    """`expr` must hold or `message` is shown; `severity` block stops the submission, warn and info do not."""

    id: str
    expr: str
    severity: str
    message: Text4
    source: str
    verified: bool
    fields: tuple[str, ...]
    """Fields that the expression reads, in its own order: the ones to correct when it does not hold."""


@dataclass(frozen=True)
class Fee:
    """Rupees to be paid to the department (None: not known)."""

    amount: int | None
    detail: Fact


@dataclass(frozen=True)
class TimeLimit:
    """Days within which the department promises an answer (None: not known)."""

    days: int | None
    working: bool
    detail: Fact


@dataclass(frozen=True)
class CertificateType:
    """The paper that a service ends in. `kind` is a layout of `certificates/`; `claim` names the certified field."""

    kind: str
    title: Text4
    statement: Text4
    """Sentence with {field id} placeholders."""
    fields: tuple[str, ...]
    validity_months: int | None
    claim: str | None = None


@dataclass(frozen=True)
class Department:
    """`short` (at most 24 UTF-16 units) stands where the whole name does not fit, as in WhatsApp's lists."""

    id: str
    name: Text4
    short: Text4 = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """All that a service is. `form` is False for services that are only described."""

    id: str
    department: Department
    launch: bool
    form: bool
    outcome: str
    """certificate, licence, card, sanction, reply or registration."""
    name: Text4
    purpose: Text4
    synonyms: Mapping[str, tuple[str, ...]]
    """Names people use, keyed by en, hi, hi-Latn, pa, pa-Latn, ur, ur-Latn."""
    eligibility: tuple[Fact, ...]
    process: tuple[Fact, ...]
    fields: tuple[FieldUse, ...]
    documents: tuple[DocumentUse, ...]
    rules: tuple[Rule, ...]
    fee: Fee
    time_limit: TimeLimit
    office: Fact
    appeal: Fact
    certificate: CertificateType | None
    stages: tuple[str, ...]
    rejection_grounds: tuple[Fact, ...] = ()
    applicant: str = "applicant_name"
    """Field that holds the name of the person whose matter this is."""
    opening: str = ""
    """Field that a first sentence of some length answers as it stands: what a complaint is about."""
    short: Text4 = field(default_factory=dict)
    """Name of at most 24 UTF-16 units, for WhatsApp's lists; never empty once loaded."""
    notes: tuple[Fact, ...] = ()
    """What people should know besides: what the service brings, what is in dispute."""


@dataclass(frozen=True)
class Place:
    """A district, a sub-division of one (`parent` is the district's id), or a locality (`parent`: sub-division's id).

    `former`: names of before December 2025 that are understood. An unverified locality is a proposal to be confirmed.
    """

    id: str
    name: Text4
    parent: str | None = None
    spellings: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    verified: bool = True
    rto: str | None = None
    """Transport office to propose to those who live there (a value of the field `rto`); the person confirms it."""


@dataclass(frozen=True)
class Catalogue:
    """Everything that was read, in the order in which people are shown it."""

    services: Mapping[str, Service]
    departments: Mapping[str, Department]
    fields: Mapping[str, Field]
    documents: Mapping[str, Document]
    districts: Mapping[str, Place]
    sub_divisions: Mapping[str, Place]
    version: str
    """Hash of all files read."""
    groups: Mapping[str, Group] = field(default_factory=dict)
    localities: Mapping[str, Place] = field(default_factory=dict)
    castes: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    """Notified castes by list (`sc`, `obc_delhi`): names to offer, never to guess from."""
    extras: Mapping[str, object] = field(default_factory=dict)
