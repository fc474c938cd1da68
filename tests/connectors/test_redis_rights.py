"""The rights in Redis that docs/scaling.md names suffice, and no more is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_library

from runtime import keys
from runtime.envelopes import Sealer
from runtime.operating import dead
from runtime.operating.dead import DeadLetters
from runtime.operating.rotation import Rotation
from runtime.vault import Vault
from tests.conftest import ROOT
from tests.connectors.conftest import Gateway, conversation_of, gateway_settings


def named_rights() -> list[str]:
    """As the page names them."""
    page = (ROOT / "docs/scaling.md").read_text()
    found = re.search(r"\*\*ACL\*\*: the user needs `([^`]+)`", page)
    assert found
    return found[1].split()


@pytest.fixture
def restricted(redis_url: str) -> Iterator[str]:
    client = redis_library.Redis.from_url(redis_url)
    client.execute_command("ACL", "SETUSER", "sahayak", "reset", "on", ">a-password", *named_rights())
    yield redis_url.replace("unix://", "unix://sahayak:a-password@")
    client.execute_command("ACL", "DELUSER", "sahayak")
    client.close()


def test_a_gateway_and_the_commands_need_no_more(restricted: str, tmp_path: Path) -> None:
    gateway = Gateway(gateway_settings(tmp_path, restricted))
    gateway.start()
    try:
        session = gateway.session("hi")
        assert gateway.say(session, "नमस्ते").status_code == 202
        assert gateway.http.get("/readyz").json()["missing"] == ["worker"]
        assert 'sahayak_backlog{stream="inbox"} 1.0' in gateway.http.get("/metrics").text
        client = redis_library.Redis.from_url(restricted)
        key = keys.state(conversation_of(session))
        sealer = Vault(gateway.settings.data_dir).sealer()
        client.set(key, sealer.seal(b"{}", key))
        Vault(gateway.settings.data_dir).rotate()
        rotation = Rotation(client, Sealer.under(gateway.settings.data_dir))
        assert (rotation.states(), rotation.records(), rotation.waiting()) == (1, 0, 1)
        dead.run("list", [], client, DeadLetters(client, sealer))
        for forbidden in (("KEYS", "*"), ("FLUSHALL",), ("CONFIG", "GET", "*"), ("GET", "another:service")):
            with pytest.raises(redis_library.ResponseError):
                client.execute_command(*forbidden)
        client.close()
    finally:
        gateway.stop()
