"""The stage machine, driven by the catalogue's stages."""

from __future__ import annotations

import pytest

from catalogue.loader import load
from catalogue.model import STAGES
from departments import stages

SERVICES = [service for service in load().services.values() if service.form]


def test_acts_stay_within_the_vocabulary():
    for act in stages.ACTS.values():
        assert act.target in STAGES and act.sources <= set(STAGES)
        assert set(act.needs) <= {"reason", "note", "items", "at", "place"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.id)
def test_every_service_can_reach_its_end_and_every_stage_has_a_way_out(service):
    reached, todo = set(), [stages.first(service)]
    while todo:
        stage = todo.pop()
        if stage in reached:
            continue
        reached.add(stage)
        acts = stages.acts_at(service, stage)
        assert acts or stage in stages.CLOSED, f"{service.id} is stuck at {stage}"
        todo += [act.target for act in acts]
    known = stages.stages_of(service)
    assert reached <= known
    ends = {"certificate_issued", "payment_started", "resolved", "dispatched"} & known
    assert ends and ends <= reached, f"{service.id} cannot end"


def test_only_issue_and_payment_want_other_eyes():
    assert {act.id for act in stages.ACTS.values() if act.other_eyes} == {"issue", "pay"}


def test_a_fee_of_zero_is_not_waited_for():
    by_id = {service.id: service for service in SERVICES}
    assert stages.first(by_id["income_certificate"]) == "submitted"
    assert stages.first(by_id["driving_licence"]) == "fee_pending"
