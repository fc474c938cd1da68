"""Processes killed under load: nothing acknowledged is lost, answered twice, or out of order."""

from __future__ import annotations

import pytest

from tests.journey.faults import run
from tests.journey.system import System
from tests.standin.server import StandIn

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
KILLS = 20
PAUSE_S = (0.5, 5.0)


def test_kills_lose_nothing_and_double_nothing(system: System, meta: StandIn) -> None:
    counts = run(system, KILLS, meta, pause=PAUSE_S)
    assert counts["acknowledged"] > 20
    assert (counts["lost"], counts["doubled"], counts["disordered"]) == (0, 0, 0)
