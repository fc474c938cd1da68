"""Processes killed under load: nothing acknowledged is lost, answered twice, or out of order."""

from __future__ import annotations

import pytest

from tests.journey.faults import run
from tests.journey.system import System

pytestmark = pytest.mark.slow
KILLS = 6


def test_kills_lose_nothing_and_double_nothing(system: System) -> None:
    counts = run(system, KILLS)
    assert counts["acknowledged"] > 20
    assert (counts["lost"], counts["doubled"], counts["disordered"]) == (0, 0, 0)
