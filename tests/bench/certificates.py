"""How many certificates one core draws, signs and reads back in a second."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path

from catalogue import loader
from certificates.credential import StatusRef
from certificates.issue import IssueRequest, issue
from certificates.key_files import FileKeyStore
from tests.certificates.people import LOCAL, OFFICE, VALUES, picture

ROUNDS = 8
URL = "https://sahayak.delhi.gov.in"


def certificates_a_second(folder: Path) -> float:
    catalogue = loader.load()
    store = FileKeyStore(folder / "bench-keys")

    def one(number: int) -> None:
        request = IssueRequest(
            service=catalogue.services["income_certificate"],
            values=VALUES["income_certificate"],
            local=LOCAL["hi"],
            language="hi",
            number=f"REVC-2026-{number:09d}",
            issued_at=datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc),
            status=StatusRef(2026, number),
            cti=bytes(12),
            office=OFFICE,
            photo=picture(),
        )
        issue(request, store, catalogue, URL)

    one(0)
    begin = time.monotonic()
    for number in range(1, ROUNDS + 1):
        one(number)
    return ROUNDS / (time.monotonic() - begin)
