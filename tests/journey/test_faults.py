"""Processes killed under load: nothing acknowledged is lost, answered twice, or out of order."""

from __future__ import annotations

import pytest

from tests.journey.faults import run
from tests.journey.findings import Findings
from tests.journey.system import System
from tests.standin.server import StandIn

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
KILLS = 20
PAUSE_S = (0.5, 5.0)


def test_kills_lose_nothing_and_double_nothing(system: System, meta: StandIn) -> None:
    findings = run(system, KILLS, meta, pause=PAUSE_S)
    assert findings.acknowledged > 20
    assert findings.sound, str(findings)


def test_every_kind_of_fault_is_found() -> None:
    findings = Findings()
    findings.came("fine", ["a", "b"], ["a", "x", "b", "b#2"])
    assert findings.sound
    findings.came("bad", ["a", "b", "c"], ["b", "a", "a", "a#2", "a#2"])
    assert (findings.lost, findings.doubled, findings.disordered) == (1, 2, 1) and len(findings.notes) == 4
    findings = Findings()
    findings.came("shuffled", ["a", "b"], ["b", "a"], ordered=False)
    assert findings.sound
