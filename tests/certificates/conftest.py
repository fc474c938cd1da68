"""One key folder, one clock, and a request for every certificate of the catalogue in every language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from catalogue.loader import load
from catalogue.model import Catalogue
from certificates import status_list
from certificates.credential import StatusRef
from certificates.issue import Issued, IssueRequest, issue
from certificates.key_files import FileKeyStore
from certificates.keys import KeySet
from certificates.verify import Known
from tests.certificates.people import LOCAL, OFFICE, VALUES, picture

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
LATER = NOW + timedelta(hours=1)
URL = "https://sahayak.delhi.gov.in"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileKeyStore:
    return FileKeyStore(tmp_path_factory.mktemp("keys"))


Make = Callable[..., Issued]


@pytest.fixture(scope="session")
def request_for(catalogue: Catalogue) -> Callable[..., IssueRequest]:
    def make(service: str = "income_certificate", language: str = "hi", **changes: object) -> IssueRequest:
        facts: dict[str, object] = {
            "service": catalogue.services[service],
            "values": VALUES[service],
            "local": LOCAL[language],
            "language": language,
            "number": "INC-2026-0000123",
            "issued_at": NOW,
            "status": StatusRef(2026, 5),
            "cti": bytes(range(12)),
            "office": OFFICE,
            "photo": picture(),
        }
        return IssueRequest(**{**facts, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def make(request_for: Callable[..., IssueRequest], store: FileKeyStore, catalogue: Catalogue) -> Make:
    def issued(service: str = "income_certificate", language: str = "hi", **changes: object) -> Issued:
        return issue(request_for(service, language, **changes), store, catalogue, URL)

    return issued


@pytest.fixture(scope="session")
def income(make: Make) -> Issued:
    return make()


@pytest.fixture(scope="session")
def known(store: FileKeyStore, income: Issued) -> Known:
    """The published keys, and a fresh status list on which number 5 stands."""
    return known_with(store, {})


def known_with(store: FileKeyStore, exceptions: dict[int, str], at: datetime = LATER, size: int = 100) -> Known:
    keys = KeySet.of(store)
    lists = {}
    for department in {record.department for record in store.records()}:
        name = status_list.name(department, 2026)
        data = status_list.make(name, size, exceptions, store.current(department, NOW), at)
        lists[name] = status_list.read(data, keys)
    return Known(keys, lists)


@pytest.fixture
def keys_folder(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")
