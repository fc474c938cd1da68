"""One running system, with WhatsApp pointed at the stand-in, for all journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.conftest import registered
from tests.departments.conftest import Desk
from tests.journey.system import System
from tests.standin.server import StandIn

NUMBER, TOKEN, SECRET = "100200300", "a-token-of-the-stand-in-0123456789", "an-app-secret-of-the-stand-in-0123"


@pytest.fixture(scope="session")
def meta() -> Iterator[StandIn]:
    templates = registered()
    with StandIn(number=NUMBER, token=TOKEN, secret=SECRET, templates=templates) as standin:
        yield standin


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, meta: StandIn) -> Iterator[System]:
    running = System(
        tmp_path_factory.mktemp("var"),
        WHATSAPP_PHONE_NUMBER_ID=NUMBER,
        WHATSAPP_ACCESS_TOKEN=TOKEN,
        WHATSAPP_APP_SECRET=SECRET,
        WHATSAPP_VERIFY_TOKEN="a-verify-token-0123456789",
        WHATSAPP_GRAPH_URL=meta.graph_url,
    )
    running.start()
    meta.webhook = f"{running.url}/webhooks/whatsapp"
    yield running
    assert running.stop() == 0
    assert not running.pids("runtime.worker") and not running.pids("connectors")


@pytest.fixture
def officers(system: System) -> tuple[Desk, Desk]:
    """Two officers, logged in: nothing is issued by one alone."""
    desks = []
    for username, password in sorted(system.logins.items()):
        desk = Desk(system.desk_url)
        assert desk.log_in(username, password).status_code == 200
        desks.append(desk)
    return desks[0], desks[1]
