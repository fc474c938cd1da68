"""What goes over the wire, as pydantic models: unknown keys are refused, lengths are bounded, answers are declared."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

# NUL cannot be stored by PostgreSQL, and no other control character belongs into one line.
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
MaybeLine = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Language = Literal["en", "hi", "pa", "ur"]
Scalar = bool | int | float | str | list[str] | None


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ApplicantIn(In):
    name: MaybeLine
    name_local: MaybeLine = ""


class ConsentIn(In):
    version: Word
    language: Language
    at: Annotated[AwareDatetime, Field(strict=False)]
    channel: Word


class SubmissionIn(In):
    service: Word
    fields: dict[Word, Scalar] = Field(max_length=200)
    local: dict[Word, Text] = Field(default_factory=dict, max_length=200)
    applicant: ApplicantIn
    language: Language
    channel: Word
    reference: Line
    consent: ConsentIn


class RepairIn(In):
    fields: dict[Word, Scalar] = Field(min_length=1, max_length=200)
    local: dict[Word, Text] = Field(default_factory=dict, max_length=200)


class WithdrawIn(In):
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""


class TokenIn(In):
    reference: Line


class ProofIn(In):
    """`limit`: rupees or years, as the test has it."""

    reference: Line
    test: Word
    limit: Annotated[int, Field(ge=0, lt=10**12)]
    audience: Annotated[str, StringConstraints(min_length=2, max_length=80)]


class ClaimIn(In):
    """`secret`: the mobile number given then, or the last four digits of Aadhaar."""

    reference: Line
    number: Line
    name: Line
    born: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    secret: Annotated[str, StringConstraints(pattern=r"^([0-9]{10}|[0-9]{4})$")]


class RedeemIn(In):
    token: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    browser: Line


class Out(BaseModel):
    pass


class ProblemOut(Out):
    id: str
    code: str
    detail: str


class ErrorOut(Out):
    code: str
    detail: str
    problems: list[ProblemOut] | None = None


class SubmittedOut(Out):
    number: str
    stage: str
    due: date | None


class DocumentOut(Out):
    document: str
    sha256: str
    stage: str


class HistoryOut(Out):
    stage: str
    at: datetime


class FaultOut(Out):
    id: str
    reason: str


class SentBackOut(Out):
    fields: list[FaultOut]
    documents: list[FaultOut]
    note: str


class CertificateShortOut(Out):
    number: str
    issued_at: datetime
    status: Literal["valid", "suspended", "revoked", "superseded"]


class AppointmentOut(Out):
    at: datetime
    place: str


class ApplicationOut(Out):
    number: str
    service: str
    stage: str
    due: date | None
    overdue: bool
    history: list[HistoryOut]
    fields: dict[str, Any]
    documents: list[str]
    appointment: AppointmentOut | None
    sent_back: SentBackOut | None
    reason: str | None
    certificate: CertificateShortOut | None


class SlotOut(Out):
    id: str
    at: datetime
    place: str


class SlotsOut(Out):
    slots: list[SlotOut]


class StatementOut(Out):
    test: str
    limit: int


class CertificateOut(Out):
    number: str
    kind: str
    issued_at: datetime
    sha256: str
    status: Literal["valid", "suspended", "revoked", "superseded"]
    proofs: list[StatementOut]


class ProofOut(Out):
    text: str


class ClaimedOut(Out):
    number: str
    service: str
    stage: str
    due: date | None


class ClaimOut(Out):
    """Without `granted` nothing else is told."""

    granted: bool
    application: ClaimedOut | None
    certificate: str | None


class TokenOut(Out):
    token: str
    url: str
    expires_at: datetime
