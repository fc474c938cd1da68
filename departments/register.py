"""The register of certificates: append-only and hash-chained, with its head kept outside the database.

`python -m departments.register verify` walks the chain, compares its head with `DATA_DIR/register.head`, every row of
`certificates` with the chain, and every stored PDF with its SHA-256; it ends with 0 when all hold, with 1 and a
sentence when not. `python -m departments.register head` prints the head, to be written down elsewhere.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
import threading
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from departments import chain
from departments.database import Database, address, connect
from departments.office import Office
from departments.tables import AuditEntry, Certificate, RegisterEntry
from runtime.settings import Settings
from runtime.vault import Vault

log = logging.getLogger(__name__)
_head_lock = threading.Lock()

STATUS_AFTER = {
    "issued": "valid",
    "superseded": "superseded",
    "suspended": "suspended",
    "restored": "valid",
    "revoked": "revoked",
}
"""What an entry makes of the certificate's status; a reprint, a proof or a claim changes nothing."""


def enter(
    office: Office,
    session: Session,
    what: str,
    certificate: Certificate,
    officer: str = "",
    second: str = "",
    detail: str = "",
) -> None:
    """Adds an entry, and writes the head down once the transaction is done."""
    row = chain.append(
        session,
        RegisterEntry,
        at=office.now(),
        event=what,
        certificate=certificate.number,
        application=certificate.application,
        officer=officer,
        second=second,
        sha256=certificate.sha256,
        detail=detail,
    )
    line, path = f"{row.seq} {row.hash}\n", office.register_head
    event.listen(session, "after_commit", lambda _: _keep(path, line), once=True)


def _keep(path: Path, line: str) -> None:
    """Never fails: what it is about is committed already, and an older head proves all rows up to its own."""
    try:
        with _head_lock:
            known = path.read_text().split() if path.exists() else ["0"]
            if int(known[0]) < int(line.split()[0]):
                handle, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
                with os.fdopen(handle, "w") as file:
                    file.write(line)
                os.replace(new, path)
    except (OSError, ValueError):
        log.exception("the head of the register could not be written down")
    log.info("register", extra={"head": line.strip()})


def problems(session: Session, vault: Vault | None, head: str | None) -> list[str]:
    """Everything that does not hold, as sentences. `head` is a line `<seq> <hash>` that was written down earlier."""
    found = []
    rows = list(session.scalars(select(RegisterEntry).order_by(RegisterEntry.seq)))
    if broken := chain.verify(rows):
        found.append(f"register: row {broken.seq} {broken.why}")
    if broken := chain.verify(session.scalars(select(AuditEntry).order_by(AuditEntry.seq))):
        found.append(f"audit: row {broken.seq} {broken.why}")
    if head:
        seq, _, digest = head.strip().partition(" ")
        if int(seq) not in {row.seq for row in rows}:
            found.append(f"register: ends at row {len(rows)}, but row {seq} was written down before")
        elif next(row.hash for row in rows if row.seq == int(seq)) != digest:
            found.append(f"register: row {seq} is not the one that was written down before")
    statuses: dict[str, tuple[str, str]] = {}
    for row in rows:
        before = statuses.get(row.certificate, ("", ""))
        statuses[row.certificate] = (STATUS_AFTER.get(row.event, before[0]), row.sha256)
    certificates = {row.number: row for row in session.scalars(select(Certificate))}
    for number in statuses.keys() | certificates.keys():
        certificate, entered = certificates.get(number), statuses.get(number)
        if certificate is None:
            found.append(f"{number}: is in the register, but not among the certificates")
        elif entered is None:
            found.append(f"{number}: is among the certificates, but not in the register")
        elif entered != (certificate.status, certificate.sha256):
            found.append(f"{number}: differs from the register (status {certificate.status}, register {entered[0]})")
        elif vault and hashlib.sha256(vault.get(certificate.blob)).hexdigest() != certificate.sha256:
            found.append(f"{number}: the stored PDF is not the one that was issued")
    return found


def head_of(session: Session) -> str:
    row = session.scalar(select(RegisterEntry).order_by(RegisterEntry.seq.desc()).limit(1))
    return f"{row.seq} {row.hash}" if row else f"0 {chain.START}"


def main(arguments: list[str]) -> int:
    if arguments not in (["verify"], ["head"]):
        print("usage: python -m departments.register verify|head", file=sys.stderr)
        return 2
    settings = Settings.load(os.environ, Path(".env"))
    database = Database(connect(address(settings.database_url)))
    path = settings.data_dir / "register.head"
    with database.read() as session:
        if arguments == ["head"]:
            print(head_of(session))
            return 0
        found = problems(session, Vault(settings.data_dir), path.read_text() if path.exists() else None)
        entries = chain.length(session, RegisterEntry)
    for sentence in found:
        print(sentence, file=sys.stderr)
    if not found:
        print(f"The register holds: {entries} entries, head {head_of(database.read())}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
