"""One machine or several: where the server listens, and where news goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from departments import addresses
from runtime.settings import Settings


@pytest.mark.parametrize(
    ("departments", "host", "gateway"),
    [
        ("", "127.0.0.1", "http://127.0.0.1:9000"),
        ("http://localhost:9001", "127.0.0.1", "http://127.0.0.1:9000"),
        ("http://[::1]:9001", "127.0.0.1", "http://127.0.0.1:9000"),
        ("http://departments:9001", "0.0.0.0", "https://sahayak.example.in"),
        ("http://10.0.0.7:9001", "0.0.0.0", "https://sahayak.example.in"),
    ],
)
def test_where_it_listens_and_tells(tmp_path: Path, departments: str, host: str, gateway: str) -> None:
    environ = {
        "DATA_DIR": str(tmp_path),
        "PORT": "9000",
        "DESK_PORT": "9001",
        "PUBLIC_URL": "https://sahayak.example.in",
        "SAHAYAK_DEPARTMENTS_URL": departments,
    }
    settings = Settings.load(environ, None)
    assert (addresses.host(settings), addresses.gateway(settings)) == (host, gateway)
