"""How papers are made here: `certificates` with the keys of the settings' key store."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalogue.loader import load as load_catalogue
from catalogue.model import Catalogue
from certificates import issue, layout, proof, qr, status_list
from certificates.credential import Credential, StatusRef
from certificates.errors import CertificateError, FontsMissing, IssueError, KeyStoreError, NotProvable
from certificates.keys import KeySet, KeyStore, jwks, open_store
from certificates.pdf import reading
from certificates.proof import Statement
from certificates.verify import Known, check_bytes
from departments.errors import Invalid, Unavailable
from departments.issuing import Facts, Paper
from runtime.settings import Settings


class CertificateEngine:
    """Implements `departments.issuing.Engine`. `random(n)` gives n random bytes."""

    def __init__(
        self,
        keys: KeyStore,
        catalogue: Catalogue,
        public_url: str,
        data_dir: Path | None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._keys = keys
        self._catalogue = catalogue
        self._public_url = public_url
        self._data_dir = data_dir
        self._random = random

    @classmethod
    def open(cls, settings: Settings) -> CertificateEngine:
        store = open_store(settings.key_store.removeprefix("file:"))
        return cls(store, load_catalogue(), settings.public_url, settings.data_dir)

    def make(self, facts: Facts) -> Paper:
        request = issue.IssueRequest(
            service=facts.service,
            values=facts.values,
            local=facts.local,
            language=facts.language,
            number=facts.number,
            issued_at=facts.at,
            status=StatusRef(facts.status_list, facts.status_index),
            cti=self._random(12),
            officer=facts.officer,
            photo=facts.photo,
            emblem=self._emblem(facts.service.department.id),
        )
        try:
            made = issue.issue(request, self._keys, self._catalogue, self._public_url, self._data_dir)
        except (FontsMissing, KeyStoreError) as error:
            raise Unavailable(str(error), error.code) from error
        except IssueError as error:
            raise Invalid(str(error), error.code) from error
        expires = made.credential.expires_at
        return Paper(made.pdf, made.credential.kind, datetime.fromtimestamp(expires, UTC) if expires else None)

    def _emblem(self, department: str) -> bytes | None:
        """`DATA_DIR/emblems/<department>.png`, which a department that may use the state emblem puts there."""
        path = self._data_dir / "emblems" / f"{department}.png" if self._data_dir else None
        return path.read_bytes() if path and path.is_file() else None

    def statements(self, pdf: bytes, at: datetime) -> list[Statement]:
        held = self.credential(pdf)
        return [item for item in layout.load(held.kind).proofs if proof.holds(held, item, at)]

    def prove(self, pdf: bytes, statement: Statement, audience: str, at: datetime) -> tuple[str, datetime]:
        held = self.credential(pdf)
        try:
            made = proof.derive(held, statement, audience, at, self._random(12))
            signed = proof.sign(made, self._keys.current(held.issuer, at))
        except NotProvable as error:
            raise Invalid(str(error), error.code) from error
        except KeyStoreError as error:
            raise Unavailable(str(error), error.code) from error
        return qr.text(signed, self._public_url), datetime.fromtimestamp(made.expires_at, UTC)

    def credential(self, pdf: bytes) -> Credential:
        """What a paper of our own certifies; it was read back before it was stored."""
        verdict = check_bytes(reading.embedded(pdf), Known(KeySet.of(self._keys)), datetime.now(UTC))
        if verdict.credential is None:
            raise Unavailable("The stored certificate cannot be read.", "unreadable")
        return verdict.credential

    def jwks(self) -> dict[str, Any]:
        return jwks(self._keys)

    def status_list(self, department: str, number: int, size: int, exceptions: dict[int, str], at: datetime) -> bytes:
        name = status_list.name(department, number)
        try:
            return status_list.make(name, size, exceptions, self._keys.current(department, at), at)
        except CertificateError as error:
            raise Unavailable("The status list cannot be signed now.", "key_store") from error
