"""What may be done with an application at each stage, as data; which stages a service has is the catalogue's word.

Knows no database and no page: an `Act` says from where to where it leads, what it needs from the officer, and whether
other eyes than those that approved are demanded.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.model import Service

EVERYWHERE = frozenset({"submitted", "under_verification", "sent_back", "rejected", "withdrawn"})
"""Stages that every service has, whether its file names them or not."""
CLOSED = frozenset({"rejected", "withdrawn", "certificate_issued", "dispatched", "payment_started", "resolved"})
"""Stages in which the department owes nothing more, so that no due date runs."""
_WORKING = frozenset(
    {"under_verification", "appointment_booked", "test_scheduled", "test_failed", "waitlisted", "reopened"}
)
_OPEN = _WORKING | {"submitted", "fee_pending"}


@dataclass(frozen=True)
class Act:
    """`needs`: reason (a text that the person reads), note (the same, may be empty), items (faulty fields and documents
    with a reason each), at and place (of a test or an appointment)."""

    id: str
    title: str
    sources: frozenset[str]
    target: str
    needs: tuple[str, ...] = ()
    other_eyes: bool = False


ACTS = {
    act.id: act
    for act in (
        Act(
            "take_up",
            "Take up for verification",
            frozenset({"submitted", "reopened", "waitlisted"}),
            "under_verification",
        ),
        # With a time booked already, the application waits for that instead (`departments.decisions`).
        Act("clear_fee", "Fee received", frozenset({"fee_pending"}), "under_verification"),
        Act("book", "Give an appointment", _WORKING, "appointment_booked", ("at", "place")),
        Act("schedule_test", "Schedule the test", _WORKING - {"waitlisted"}, "test_scheduled", ("at", "place")),
        Act("fail_test", "Test not passed", frozenset({"test_scheduled"}), "test_failed", ("note",)),
        Act("pass_test", "Test passed", frozenset({"test_scheduled"}), "under_verification"),
        Act("take_back", "Take back for verification", frozenset({"sent_back"}), "under_verification", ("note",)),
        Act("waitlist", "Put on the waiting list", frozenset({"under_verification"}), "waitlisted", ("note",)),
        Act("send_back", "Send back for correction", _OPEN, "sent_back", ("items", "note")),
        Act("approve", "Approve", _WORKING - {"test_failed", "test_scheduled"}, "approved", ("note",)),
        Act("return", "Return to verification", frozenset({"approved"}), "under_verification", ("note",)),
        Act("reject", "Reject", _OPEN | {"sent_back", "approved"}, "rejected", ("reason",)),
        Act("issue", "Issue the certificate", frozenset({"approved"}), "certificate_issued", (), True),
        Act("pay", "Start the payment", frozenset({"approved"}), "payment_started", ("note",), True),
        Act("dispatch", "Sent by post", frozenset({"certificate_issued"}), "dispatched", ("note",)),
        Act("resolve", "Resolve with an answer", _WORKING | {"submitted"}, "resolved", ("reason",)),
        Act("reopen", "Reopen", frozenset({"resolved"}), "reopened", ("note",)),
        Act(
            "correct",
            "Correct and issue anew",
            frozenset({"certificate_issued", "dispatched"}),
            "approved",
            ("reason",),
        ),
    )
}
WITHDRAWABLE = _OPEN | {"sent_back"}


def stages_of(service: Service) -> frozenset[str]:
    return EVERYWHERE | frozenset(service.stages)


def acts_at(service: Service, stage: str) -> tuple[Act, ...]:
    """What an officer may do now, in the order of `ACTS`."""
    known = stages_of(service)
    return tuple(
        act
        for act in ACTS.values()
        if stage in act.sources and act.target in known and not (act.id == "issue" and service.certificate is None)
    )


def first(service: Service) -> str:
    """The stage of a new application. Until there is payment, an officer clears `fee_pending`."""
    owes = "fee_pending" in service.stages and service.fee.amount != 0
    return "fee_pending" if owes else "submitted"
